import { defaultChatId } from '../../contract/limits.ts';
import { advise, lookIntoLog } from '../../delivery/advice.ts';
import type { CaseFacts, Trial } from '../case.ts';
import { causeOf, type Cause } from './cause.ts';
import { chatIdOf, kindOf, type RequestKind } from './kind.ts';

/** As much of a run as advice depends on. */
export type AdviceFacts = Pick<CaseFacts, 'secret' | 'trials' | 'followUp'>;

/** The cause that a trial failed of. */
export function causeOfTrial({ delivery: { outcome, verdict } }: Trial): Cause | null {
  return causeOf(verdict.reason, outcome.response?.status ?? null);
}

/** What to try after a trial that was not delivered, from its reason, what kind of request it was, and what else passed. */
export function adviseTrial(trial: Trial, facts: AdviceFacts): string | null {
  const cause = causeOfTrial(trial);
  const plain = advise(trial.delivery, facts);
  if (cause === 'unauthorized') return secretAdvice(trial, facts) ?? plain;
  if (trial.delivery.verdict.reason === 'timeout') return inTime[kindOf(trial.probe)];
  const others = facts.trials.some((one) => one !== trial && isTaken(one));
  const told = others ? adviceBesideOthers(trial, cause, plain) : plain;
  return inSentences([told, chatIdAdvice(trial, cause, facts)]);
}

const lost = 'Suvvy gives up after 20 s, and does not try again (R3)';

const inTime: Record<RequestKind, string> = {
  text: `${lost}: store the message, answer, and do the slow work (models, messengers) afterwards`,
  list: `${lost}: store the whole list, answer, and send its messages on afterwards. One slow outgoing call for each of them adds up`,
  file: `${lost}: store the message with its link, answer, and download the file afterwards`,
  'test-request': 'Suvvy gives up after 20 s. A test_request has nothing in it to work on: answer it at once',
  'other-event':
    'Suvvy gives up after 20 s. There is nothing to do for an event that you do not know: answer it at once',
  'no-event': 'answer 400 as soon as the body has ended: nothing else is coming',
};

/** Several pieces of advice as one; null if there is none. */
export function inSentences(parts: readonly (string | null | undefined)[]): string | null {
  const told = parts.filter((part) => part);
  if (told.length === 0) return null;
  return told.map((part, at) => (at < told.length - 1 && !/[.?!]$/.test(part!) ? `${part}.` : part)).join(' ');
}

/** Where another request got through, the way there, the method and the content type are right. */
function adviceBesideOthers({ delivery, probe }: Trial, cause: Cause | null, plain: string | null): string | null {
  if (cause === 'reset') return lookIntoLog.crashed;
  if (cause === 'tls') return 'the handshake went well before: does more than one server answer at this address?';
  if (cause === 'unreachable') return 'others got through before: did the receiver crash, or was it restarted?';
  const status = delivery.outcome.response?.status;
  if (status === 404)
    return 'the path is right, since other requests get through: what did it look up and not find (the chat, the file)?';
  // What is wrong with an unusual type or method is in the remedy of the case.
  if ((status === 405 && probe.method !== undefined) || (status === 415 && probe.contentType !== undefined))
    return null;
  if (status === 405) return 'other requests are taken here: what does it refuse in this one?';
  if (status === 415)
    return kindOf(probe) === 'file'
      ? 'other application/json is taken, so this is about the type of the file: what your messenger cannot show can be stored, and sent on as a link'
      : 'other application/json is taken: what does it refuse in this one?';
  return plain;
}

const isBusy = new Set([405, 413, 415, 429]);

function chatIdAdvice({ probe, delivery }: Trial, cause: Cause | null, { trials }: AdviceFacts): string | null {
  if (cause !== 'client-error' && cause !== 'server-error') return null;
  if (isBusy.has(delivery.outcome.response?.status ?? 0)) return null;
  const id = chatIdOf(probe);
  const taken = trials.filter(isTaken);
  if (id === null || taken.some((one) => chatIdOf(one.probe) === id)) return null;
  if (id === defaultChatId)
    return taken.length > 0
      ? `chat_id ${id} is nobody's: if the receiver looks the chat up, give the id of a test dialogue with --chat-id`
      : null;
  return isNumeric(id)
    ? null
    : `chat_id ${JSON.stringify(id)} is no number, and some receivers read it as one: try a numeric --chat-id`;
}

export function isNumeric(chatId: string): boolean {
  return /^\d+$/.test(chatId);
}

/** A 401 or 403 beside a request that passed with the same secret is not about that secret. */
function secretAdvice(trial: Trial, { secret, trials, followUp }: AdviceFacts): string | null {
  if (secret === null || trial.probe.authorization) return null;
  const status = trial.delivery.outcome.response?.status;
  if (followUp?.headerCase && isTaken(followUp.headerCase))
    return `the same request with the header's name in lower case ("authorization") gets ${followUp.headerCase.answerSummary.status}: the name is compared letter by letter. Names of headers have no case: compare them without it`;
  const proof = trials.find((one) => one !== trial && isTaken(one) && !one.probe.authorization);
  if (!proof) return null;
  const got = `${nameOf(proof)} with the same secret got ${proof.answerSummary.status}`;
  const passedOn = `passes on the ${status} of a service behind it (a messenger, a CRM)`;
  if (kindOf(proof.probe) === 'test-request' && followUp?.wrongSecret && isTaken(followUp.wrongSecret))
    return `${got}, and so did a wrong one, which proves nothing. Either the receiver checks the secret for new_messages alone, or it ${passedOn}: its own log says which`;
  return `${got}, so the secret is right. It looks as if the receiver ${passedOn}: look at the token for that service, and answer 2xx once the message is stored`;
}

function nameOf({ probe, caseId }: Trial): string {
  return kindOf(probe) === 'test-request' ? 'test_request' : caseId;
}

/** A 2xx to something that is no event says little: it may have been given before anything was looked at. */
function isTaken({ delivery, probe }: Trial): boolean {
  return delivery.verdict.delivered && kindOf(probe) !== 'no-event';
}

import { defaultChatId } from '../../contract/limits.ts';
import { advise, lookIntoLog } from '../../delivery/advice.ts';
import type { CaseFacts, Trial } from '../case.ts';
import { causeOf, type Cause } from './cause.ts';
import { chatIdOf, kindOf, type RequestKind } from './kind.ts';

/** The part of a run that advice depends on. */
export type AdviceFacts = Pick<CaseFacts, 'secret' | 'trials' | 'followUp'>;

/** The cause of a failed trial. */
export function causeOfTrial({ delivery: { outcome, verdict } }: Trial): Cause | null {
  return causeOf(verdict.reason, outcome.response?.status ?? null);
}

/**
 * What to try after a trial that was not delivered. It depends on the reason, on the kind of request, and on what else
 * passed.
 */
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
  list: `${lost}: store the whole list, answer, and send its messages on afterwards. One slow outgoing call per message adds up`,
  file: `${lost}: store the message with its link, answer, and download the file afterwards`,
  'test-request': 'Suvvy gives up after 20 s. A test_request contains no work: answer it at once',
  'other-event':
    'Suvvy gives up after 20 s. There is nothing to do for an event that you do not know: answer it at once',
  'no-event': 'answer 400 as soon as the body has ended: nothing else is coming',
};

/** Joins several pieces of advice; null if there are none. */
export function inSentences(parts: readonly (string | null | undefined)[]): string | null {
  const told = parts.filter((part) => part);
  if (told.length === 0) return null;
  return told.map((part, at) => (at < told.length - 1 && !/[.?!]$/.test(part!) ? `${part}.` : part)).join(' ');
}

/** If another request was delivered, then address, method and content type are right. */
function adviceBesideOthers({ delivery, probe }: Trial, cause: Cause | null, plain: string | null): string | null {
  if (cause === 'reset') return lookIntoLog.crashed;
  if (cause === 'tls') return 'an earlier handshake succeeded: does more than one server answer at this address?';
  if (cause === 'unreachable') return 'earlier requests got through: did the receiver crash, or was it restarted?';
  const status = delivery.outcome.response?.status;
  if (status === 404)
    return 'the path is right, since other requests get through: what did it look up and not find (the chat, the file)?';
  // Advice on an unusual type or method is in the remedy of the case.
  if ((status === 405 && probe.method !== undefined) || (status === 415 && probe.contentType !== undefined))
    return null;
  if (status === 405) return 'other requests are accepted here: why does it refuse this one?';
  if (status === 415)
    return kindOf(probe) === 'file'
      ? 'other application/json is accepted, so this is about the type of the file: if your messenger cannot show it, store it, and send it on as a link'
      : 'other application/json is accepted: why does it refuse this one?';
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
    : `chat_id ${JSON.stringify(id)} is not a number, and some receivers read it as a number: try a numeric --chat-id`;
}

export function isNumeric(chatId: string): boolean {
  return /^\d+$/.test(chatId);
}

/** If another request passed with the same secret, a 401 or 403 is not about the secret. */
function secretAdvice(trial: Trial, { secret, trials, followUp }: AdviceFacts): string | null {
  if (secret === null || trial.probe.authorization) return null;
  const status = trial.delivery.outcome.response?.status;
  if (followUp?.headerCase && isTaken(followUp.headerCase))
    return `the same request with the header's name in lower case ("authorization") gets ${followUp.headerCase.answerSummary.status}: the receiver compares the exact letters. Header names are case-insensitive: ignore the case`;
  const proof = trials.find((one) => one !== trial && isTaken(one) && !one.probe.authorization);
  if (!proof) return null;
  const got = `${nameOf(proof)} with the same secret got ${proof.answerSummary.status}`;
  const passedOn = `passes on the ${status} of a service behind it (a messenger, a CRM)`;
  if (kindOf(proof.probe) === 'test-request' && followUp?.wrongSecret && isTaken(followUp.wrongSecret))
    return `${got}, and so did a wrong one, which proves nothing. Either the receiver checks the secret only for new_messages, or it ${passedOn}: its own log says which`;
  return `${got}, so the secret is right. Probably the receiver ${passedOn}: check the token for that service, and answer 2xx once the message is stored`;
}

function nameOf({ probe, caseId }: Trial): string {
  return kindOf(probe) === 'test-request' ? 'test_request' : caseId;
}

/** A 2xx for a body that is not an event says little: the receiver may have answered before it looked at it. */
function isTaken({ delivery, probe }: Trial): boolean {
  return delivery.verdict.delivered && kindOf(probe) !== 'no-event';
}

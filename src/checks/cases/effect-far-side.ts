import { formatMs } from '../../text/units.ts';
import { clip } from '../../text/safe.ts';
import type { Caught } from '../../platform/collector.ts';
import { controlId, type CaseFacts, type CaseFinding, type CheckCase, type Trial } from '../case.ts';
import { caseIdIn } from '../effects/effects.ts';
import { answeredMs, isDelivered } from '../judging.ts';
import { chatIdOf } from '../verdict/kind.ts';

/** How long the slow far side takes for a call, in milliseconds: far more than a call on this machine. */
const slowMs = 300;

const slowTexts = 3;

/** What only the far side shows: Suvvy's API, and a messenger that fails or is slow. */
export const farSideCases: readonly CheckCase[] = [
  {
    id: 'effect/chat-id',
    title: 'a message goes to a chat that there is',
    level: 'SHOULD',
    rules: ['R12'],
    profile: 'default',
    needs: 'callback',
    sends: 'one text without a chat_id, as in the example of the page, and looks at where all messages of the run went',
    expected: 'nothing goes to a chat "None", "null" or "undefined"',
    why: 'The answer is 2xx, and the messenger refuses the call or sends the message to nobody.',
    remedies: {
      expectation: 'Look whether chat_id is there before you make an address of it: "None" is nobody.',
    },
    dependsOn: [controlId],
    late: true,
    build: (builder) => {
      const { event_type, new_messages } = builder.event([builder.text('Whom is this for?')]);
      return [{ label: 'a text without chat_id', event: { event_type, new_messages } }];
    },
    judge: judgeAddresses,
  },
  {
    id: 'effect/failure',
    title: 'a failure of the messenger is not swallowed',
    level: 'OBS',
    warns: true,
    rules: ['R1'],
    profile: 'default',
    needs: 'callback',
    sends: 'one text, and answers 500 to the first call that passes it on',
    expected: 'the receiver answers outside 2xx, or passes it on again',
    why: 'Suvvy marks a message as undelivered only where the answer says so. A 2xx for what was lost is seen by nobody.',
    remedies: {},
    dependsOn: [controlId],
    late: true,
    build: (builder) => [
      {
        label: 'a text whose passing on fails once',
        event: builder.event([builder.text(`This fails once: ${builder.word('failure')}`)]),
        traces: [{ word: builder.word('failure'), nth: 2 }],
        farSide: { word: builder.word('failure'), status: 500, times: 1 },
      },
    ],
    judge: judgeFailure,
  },
  {
    id: 'effect/slow',
    title: 'the answer does not wait for each message in turn',
    level: 'OBS',
    warns: true,
    rules: ['R2'],
    profile: 'default',
    needs: 'callback',
    sends: `one event with ${slowTexts} texts, and takes ${slowMs} ms for each call that passes one on`,
    expected: 'the calls are made at the same time, or after the answer',
    why: 'A messenger takes a second on a bad day. An event of many messages then takes longer than the 20 s.',
    remedies: {},
    dependsOn: [controlId],
    late: true,
    build: (builder) => [
      {
        label: `${slowTexts} texts to a slow messenger`,
        event: builder.event(
          Array.from({ length: slowTexts }, (_, n) => builder.text(`Slow ${n + 1}: ${builder.word('slow')}`)),
        ),
        farSide: { word: builder.word('slow'), delayMs: slowMs, times: slowTexts },
      },
    ],
    judge: judgeSlow,
  },
  {
    id: 'effect/self-talk',
    title: "what the bot says does not come back as a customer's",
    level: 'MUST',
    rules: ['R14'],
    profile: 'default',
    needs: 'callback',
    sends: 'nothing: it looks at what came to Suvvy’s API during the run',
    expected: 'none of it is a text, an event or a file of this run, as a customer',
    why: 'The bot answers itself, and each answer costs money, until somebody notices.',
    remedies: {
      expectation:
        'Post to Suvvy only what a customer wrote in the messenger: leave out what your own bot or app sent there, and never post in the handler of this webhook.',
    },
    dependsOn: [],
    late: true,
    build: () => [],
    judge: (_trials, facts) => judgeSelfTalk(facts),
  },
];

/** `None` of Python, `undefined` of JavaScript, in a path, a query, a form or JSON. */
const nobody =
  /[/=](None|null|undefined|NaN)(?=[/&?\s]|$)|"(chat|chat_id|chatId|conversation|conversation_id|peer_id|to|recipient)"\s*:\s*("(None|null|undefined|NaN)?"|null)/;

function judgeAddresses(trials: readonly Trial[], { effects, control }: CaseFacts): CaseFinding {
  const chatId = control && chatIdOf(control.probe);
  const lost = effects.all.find(({ text }) => nobody.test(text));
  if (!lost)
    return namesChat(effects.all, chatId) ?? { outcome: 'pass', reason: null, actual: 'every message went to a chat' };
  return {
    outcome: 'fail',
    reason: 'expectation',
    actual: `a message went to ${where(lost)}`,
    evidence: trials,
  };
}

/** Only recorded: a messenger may know the chat by an id of its own. */
function namesChat(all: readonly Caught[], chatId: string | null): CaseFinding | null {
  if (chatId === null || all.length === 0) return null;
  const forms = [...new Set([chatId, encodeURIComponent(chatId)])].map((form) => form.replaceAll(/[^\w]/g, '\\$&'));
  const named = new RegExp(`(?<![\\w.-])(${forms.join('|')})(?![\\w.-])`);
  if (all.some(({ text }) => named.test(text))) return null;
  const actual = `none of the ${all.length} requests that passed a message on has chat_id ${clip(JSON.stringify(chatId), 60)} in it`;
  return { outcome: 'info', reason: null, actual };
}

function where({ target, text }: Caught): string {
  if (nobody.test(target)) return clip(target, 80);
  return `${clip(target, 80)} with ${clip(nobody.exec(text)?.[0] ?? '', 60)}`;
}

function judgeFailure(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const [trial] = trials;
  const [trace] = trial?.probe.traces ?? [];
  if (!trial || !trace) return { outcome: 'info', reason: null, actual: 'it was not sent' };
  const calls = facts.effects.passedOn(trace.word).length;
  if (calls === 0)
    return { outcome: 'info', reason: null, actual: 'it was not passed on at all, so this shows nothing' };
  if (!isDelivered(trial, facts))
    return {
      outcome: 'pass',
      reason: null,
      actual: `answered ${trial.answerSummary.status}, so Suvvy marks it as undelivered`,
    };
  const againMs = facts.effects.arrivedMs(trace);
  if (againMs !== null) return { outcome: 'pass', reason: null, actual: `passed on again after ${formatMs(againMs)}` };
  return {
    outcome: 'warn',
    reason: 'expectation',
    cause: null,
    actual: 'the messenger answered 500, the receiver 2xx, and it was not passed on again: that message is lost',
    advice: 'Answer a 5xx where passing it on has failed, or store it first and pass it on again later.',
  };
}

function judgeSlow(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const [trial] = trials;
  const word = trial?.probe.farSide?.word;
  if (!trial || word === undefined) return { outcome: 'info', reason: null, actual: 'it was not sent' };
  const calls = facts.effects.passedOn(word).slice(0, slowTexts);
  const ms = answeredMs(trial);
  if (calls.length < slowTexts || ms === null)
    return {
      outcome: 'info',
      reason: null,
      actual: `passed on in ${calls.length === 1 ? 'one call' : `${calls.length} calls`}`,
    };
  if (!isInTurn(calls) || !waitedFor(calls.at(-1)!, trial, ms))
    return {
      outcome: 'pass',
      reason: null,
      actual: `answered after ${formatMs(ms)}, with ${calls.length} calls of ${slowMs} ms each`,
    };
  return {
    outcome: 'warn',
    reason: 'expectation',
    cause: null,
    actual: `the answer waited for ${calls.length} calls one after the other: ${formatMs(ms)}. At a second a call, 20 messages are more than the 20 s`,
    advice: 'Store the messages, answer, and pass them on afterwards, in their order.',
  };
}

/** Timers and clocks are not exact. */
const nearlyMs = slowMs * 0.9;

/** Each call began when the one before was over. The time of the answer alone may be the receiver's own work. */
function isInTurn(calls: readonly Caught[]): boolean {
  return calls.every(({ at }, n) => n === 0 || at - calls[n - 1]!.at >= nearlyMs);
}

/** The answer came when this call was over. */
function waitedFor({ at }: Caught, { delivery }: Trial, ms: number): boolean {
  return delivery.outcome.startedAt.getTime() + ms >= at + nearlyMs;
}

function judgeSelfTalk({ effects, trials }: CaseFacts): CaseFinding {
  const [first] = effects.selfTalk;
  if (!first) return { outcome: 'pass', reason: null, actual: 'nothing of this run came back' };
  const id = caseIdIn(first.text);
  const source = trials.find(({ caseId }) => caseId === id);
  const times = effects.selfTalk.length;
  return {
    outcome: 'fail',
    reason: 'expectation',
    actual: `what was sent to the webhook came to Suvvy’s API as a customer’s message, ${times === 1 ? 'once' : `${times} times`}${id === null ? '' : ` (first: ${id})`}`,
    evidence: source ? [source] : [],
    ...(id === null ? {} : { repeatWith: [id] }),
  };
}

import { advise } from '../delivery/advice.ts';
import type { Delivery } from '../delivery/attempt.ts';
import { deliver } from '../delivery/deliver.ts';
import { judge } from '../delivery/judge.ts';
import { createPayload } from '../delivery/payload.ts';
import { matchableOf } from '../platform/bot.ts';
import { compileMatcher } from '../platform/matcher.ts';
import { formatMs } from '../text/units.ts';
import type { Post } from './load.ts';
import { compileSentMatcher } from './messenger.ts';
import type { Room } from './room.ts';
import type { ExpectStep, NothingStep, SayStep } from './scenario.ts';
import { customerWords, listed, otherWords, sentWords } from './words.ts';

/** What came of a step. Its texts may quote the app: sanitise before showing. */
export interface StepOutcome {
  /** `error`: it could not be carried out, for nothing was reached. */
  outcome: 'pass' | 'fail' | 'error';
  /** What came, in one sentence. */
  actual: string;
  /** In the words of `send`; null where nothing went wrong. */
  reason: string | null;
  why: string | null;
  fix: string | null;
  /** The request that it sent; null where it sent none. */
  delivery: Delivery | null;
}

const passed = (actual: string, delivery: Delivery | null = null): StepOutcome => ({
  outcome: 'pass',
  actual,
  reason: null,
  why: null,
  fix: null,
  delivery,
});

const failed = (actual: string, more: Partial<StepOutcome> = {}): StepOutcome => ({
  ...passed(actual),
  outcome: 'fail',
  reason: 'expectation',
  ...more,
});

/** Posts to the app what its messenger would. */
export async function post({ url, body, contentType }: Post, signal: AbortSignal): Promise<StepOutcome> {
  const payload = createPayload({ name: 'post', body, contentType });
  const outcome = await deliver(payload, { url, signal });
  const verdict = judge(outcome);
  const delivery: Delivery = { payload, url, outcome, verdict, files: [] };
  const { response, failure, connected } = outcome;
  if (response && response.status >= 200 && response.status < 300)
    return passed(`answered ${response.status}`, delivery);
  if (response)
    return failed(`the app answered ${`${response.status} ${response.statusText}`.trim()}`, {
      reason: 'status',
      why: 'A messenger takes this for a failure: it sends the same again, or gives up.',
      fix: response.status === 404 ? 'is the path of post right?' : 'the answer, or the log of the app, may say why',
      delivery,
    });
  return {
    ...failed(`there was no answer: ${failure.message}`, { reason: failure.code, delivery }),
    outcome: connected ? 'fail' : 'error',
    fix: connected ? 'the log of the app may say why' : `is the app up at ${url.host}?`,
  };
}

/** Says something as the bot, or as an employee. */
export async function say(step: SayStep, chat: string | null, room: Room, secret: string | null): Promise<StepOutcome> {
  const chatId = step.chatId ?? chat;
  if (chatId === null)
    return failed('there is no chat yet: no customer has written', {
      fix: 'give the step a chat_id, or expect a customer before it',
    });
  const { sender, parts } = step;
  const { delivery } = await room.say(chatId, parts, { sender, expectFetchMs: step.fetchedMs ?? undefined });
  const { verdict, outcome } = delivery;
  const answer = outcome.response ? `the webhook answered ${outcome.response.status}` : 'the webhook gave no answer';
  if (!step.delivered)
    return verdict.delivered
      ? failed(`${answer}: it was delivered`, { delivery, fix: 'delivered: false waits for another answer than 2xx' })
      : passed(`undelivered, as expected: ${verdict.sentence}`, delivery);
  if (verdict.passed) return passed(`delivered to chat ${chatId}: ${answer}`, delivery);
  return {
    ...failed(verdict.delivered ? verdict.sentence : `undelivered: ${verdict.sentence}`, {
      reason: verdict.reason,
      why: verdict.delivered ? null : 'Suvvy marks the message as undelivered, and does not send it again.',
      fix: advise(delivery, { secret }),
      delivery,
    }),
    outcome: outcome.connected ? 'fail' : 'error',
  };
}

/** What an expectation was given: the chat of the customer, if it was one. */
export interface Expected {
  outcome: StepOutcome;
  chatId: string | null;
}

/** Waits for what has to arrive. */
export async function expectArrival(step: ExpectStep, room: Room, signal: AbortSignal): Promise<Expected> {
  const limits = { timeoutMs: step.withinMs, signal };
  if (step.kind === 'customer') {
    const fits = compileMatcher(step.matcher);
    const found = await room.customers.take((message) => fits(matchableOf(message)), limits);
    if (found) return { outcome: passed(customerWords(found)), chatId: found.chatId };
  } else {
    const found = await room.sent.take(compileSentMatcher(step.matcher), limits);
    if (found) return { outcome: passed(sentWords(found)), chatId: null };
  }
  return { outcome: missing(step, room), chatId: null };
}

function missing({ kind, withinMs }: ExpectStep, room: Room): StepOutcome {
  const isCustomer = kind === 'customer';
  const others = isCustomer
    ? [...room.customers.left().map(customerWords), ...room.others.map(otherWords)]
    : room.sent.left().map(sentWords);
  const instead = listed(others);
  const time = formatMs(withinMs);
  if (instead !== null)
    return failed(`nothing that fits came within ${time}; what came instead: ${instead}`, {
      fix: 'is it what was meant, or what the step waits for?',
    });
  const where = isCustomer ? "Suvvy's API" : 'the messenger';
  return failed(`nothing came to ${where} within ${time}`, {
    why: 'What the app took has got lost on its way, and no status tells.',
    fix: isCustomer
      ? 'does the app post to SUVVY_API_URL, and what does its log say?'
      : 'does the app send to the messenger of the scenario, and what does its log say?',
  });
}

/** Waits that nothing comes. What has come before, and no step was given, counts. */
export async function expectNothing(step: NothingStep, room: Room, signal: AbortSignal): Promise<StepOutcome> {
  const { from, matcher, forMs } = step;
  const fits = compileMatcher(matcher);
  // Who finds something first ends the wait of the other.
  const found = new AbortController();
  const limits = { timeoutMs: forMs, signal: AbortSignal.any([signal, found.signal]) };
  const end = <Item>(item: Item): Item => {
    if (item !== null) found.abort();
    return item;
  };
  const [customer, sent] = await Promise.all([
    from === 'messenger' ? null : room.customers.take((message) => fits(matchableOf(message)), limits).then(end),
    from === 'customer' || matcher.type !== undefined
      ? null
      : room.sent.take(compileSentMatcher(matcher), limits).then(end),
  ]);
  const words = [
    ...(customer ? [`Suvvy got ${customerWords(customer)}`] : []),
    ...(sent ? [`the messenger got ${sentWords(sent)}`] : []),
  ];
  if (words.length === 0) return passed(`nothing came for ${formatMs(forMs)}`);
  return failed(words.join('; '), { fix: 'find out what makes the app send it; if it is right, expect it before' });
}

import { formatMs } from '../../text/units.ts';
import { controlId, type CaseFinding, type CheckCase, type Trial } from '../case.ts';
import { answeredMs, describeAnswer, isTimeout } from '../judging.ts';
import type { CaseResult } from '../report.ts';
import { inSentences, isNumeric } from './advice.ts';
import { messageCount } from './kind.ts';

/** One cause of several failed cases. */
export interface RootCause {
  /** The case where it was found first. */
  source: string;
  /** Failures with the same key have the same cause. */
  key: string;
  /** In the words of `send`. */
  code: string;
  message: string;
  /** Cases that failed because of it. */
  failed: string[];
  /** The same cases, and those that were not sent because of it. */
  cases: string[];
}

/** Records why a case failed: as a new cause, or together with cases that failed in the same way. */
export function noteCause(causes: RootCause[], one: CheckCase, finding: CaseFinding, trial: Trial | undefined): void {
  const cause = rootCause(one, finding, trial);
  const same = causes.find(({ key, source }) => key === cause.key && (finding.shared || source === controlId));
  if (!same) return void causes.push(cause);
  same.failed.push(one.id);
  same.cases.push(one.id);
}

function rootCause(one: CheckCase, finding: CaseFinding, trial: Trial | undefined): RootCause {
  const { reason, shared, advice } = finding;
  const what = shared?.message ?? (trial ? `${one.title}: ${describeAnswer(trial)}` : `${one.id}: ${finding.actual}`);
  const status = trial?.delivery.outcome.response?.status ?? null;
  return {
    source: one.id,
    key: shared?.key ?? `${reason} ${status}`,
    code: reason ?? 'expectation',
    message: advice ? `${what}; ${advice}` : what,
    failed: [one.id],
    cases: [one.id],
  };
}

/** What is needed to describe the causes of a run. */
export interface CauseFacts {
  causes: readonly RootCause[];
  results: ReadonlyMap<string, CaseResult>;
  trials: readonly Trial[];
  chatId: string | null;
  timeoutMs: number;
  /** Why the run stopped sending to a receiver that hangs; null if it did not. */
  gaveUp: string | null;
}

/** The causes that deserve a line: those that affect more than their own case. */
export function rootCausesOf(facts: CauseFacts): RootCause[] {
  const { causes, results, gaveUp } = facts;
  const passesWithout = results.get('deliver/doc-example')?.outcome === 'pass';
  const told = causes
    .filter(({ source, cases }) => source === controlId || cases.length > 1)
    .map((cause) =>
      cause.source === controlId && passesWithout && cause.code === 'status'
        ? { ...cause, message: inSentences([cause.message, chatIdAdvice(facts.chatId)])! }
        : cause,
    );
  if (gaveUp === null || told.some(({ code }) => code === 'timeout')) return told;
  return [...told, hangingCause(facts, gaveUp)];
}

/** Advice on the `chat_id` itself is part of the advice on the control. */
function chatIdAdvice(chatId: string | null): string {
  const passes = "The page's own sample passes, and has no chat_id";
  if (chatId !== null && !isNumeric(chatId)) return passes;
  return `${passes}. Does the receiver look the chat up, or refuse the field itself? Real requests carry one; --no-chat-id checks everything else`;
}

/** What the requests without an answer have in common, compared with the others. */
function hangingCause({ trials, results, timeoutMs }: CauseFacts, gaveUp: string): RootCause {
  const hanging = trials.filter((trial) => trial.documented && isTimeout(trial));
  const slowestMs = Math.max(
    0,
    ...trials.filter((one) => messageCount(one.probe) === 1).map((one) => answeredMs(one) ?? 0),
  );
  const limit = formatMs(timeoutMs);
  const lists = slowestMs > 0 && hanging.every(({ probe }) => messageCount(probe) > 1);
  const ids = [...new Set(hanging.map(({ caseId }) => caseId))];
  const message = lists
    ? `requests with several messages get no answer within ${limit}, while one message alone takes up to ${formatMs(slowestMs)}: store the whole list, answer, and send its messages on afterwards`
    : `no answer within ${limit} to ${ids.join(', ')}: store the messages, answer, and do the slow work afterwards`;
  const all = [...results.values()];
  const failed = all.filter(({ outcome, reason }) => outcome === 'fail' && reason === 'timeout').map(({ id }) => id);
  const left = all.filter(({ outcome, actual }) => outcome === 'skip' && actual === gaveUp).map(({ id }) => id);
  return { source: ids[0] ?? controlId, key: 'hanging', code: 'timeout', message, failed, cases: [...failed, ...left] };
}

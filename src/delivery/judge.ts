import { deadlineMs, isAcknowledged, slowMs } from '../contract/limits.ts';
import type { RuleId } from '../contract/rules.ts';
import { formatMs } from '../text/units.ts';
import type { FailureCode, Outcome, Response } from './outcome.ts';

/** Why a delivery was not delivered, or did not pass. */
export type Reason = FailureCode | 'status' | 'redirect' | 'unauthorized' | 'expectation';

/** Does not decide the verdict, but the user should know it. */
export type Warning = 'body_timeout' | 'body_truncated' | 'slow' | 'file_unreachable';

/** The verdict on an outcome: by the contract, and by what the user expects beyond it. */
export type Verdict = CleanVerdict | FlawedVerdict;

interface VerdictBase {
  /** What Suvvy would conclude (R1, R2). */
  delivered: boolean;
  /** The same as `delivered`, unless the user expected something else. It decides the exit code. */
  passed: boolean;
  /** Null when delivered and passed. */
  reason: Reason | null;
  /** The reason in one sentence, with its rule; null when there is no reason. */
  sentence: string | null;
  /** The rule that was broken; null if none was. */
  rule: RuleId | null;
  warnings: Warning[];
}

/** Delivered, and as the user expected. */
interface CleanVerdict extends VerdictBase {
  delivered: true;
  passed: true;
  reason: null;
  sentence: null;
  rule: null;
}

/** Undelivered, or not as the user expected. An expected failure passes, and keeps its reason. */
interface FlawedVerdict extends VerdictBase {
  reason: Reason;
  sentence: string;
}

/** What the user expects beyond the contract. */
export interface Expectations {
  /** A status, or a class such as `2xx`. It replaces R1. */
  status?: string | undefined;
  /** The headers must come within this time in milliseconds, tighter than R2. */
  maxTimeMs?: number | undefined;
}

/** The part of an outcome that decides the verdict. */
export interface Judged extends Pick<Outcome, 'failure'> {
  response: Pick<Response, 'status' | 'headersMs' | 'bodyCut'> | null;
}

/**
 * All rules on status and time, in one place. Pure.
 *
 * @example const { delivered, sentence } = judge(await deliver(payload, { url }));
 */
export function judge(outcome: Judged, expectations: Expectations = {}): Verdict {
  const verdict = judgeContract(outcome);
  const unmet = unmetExpectation(outcome, expectations);
  if (unmet) return { ...verdict, passed: false, reason: verdict.reason ?? 'expectation', sentence: unmet };
  if (verdict.reason === null) return verdict;
  const asExpected = expectations.status !== undefined && outcome.response !== null && verdict.reason !== 'timeout';
  return asExpected ? { ...verdict, passed: true } : verdict;
}

function judgeContract({ response, failure }: Judged): Verdict {
  if (!response) {
    const { code, message } = failure ?? { code: 'protocol', message: 'there is no answer' };
    // Stopped by the user: the target broke no rule.
    if (code === 'interrupted') return undelivered(code, message, null, []);
    return undelivered(code, message, code === 'timeout' ? 'R2' : 'R1', []);
  }
  const { status, headersMs } = response;
  const warnings = warningsOf(response);
  if (headersMs > deadlineMs) {
    const late = `the answer came after ${formatMs(headersMs)}, later than the 20 s that Suvvy waits`;
    return undelivered('timeout', late, 'R2', warnings);
  }
  if (isAcknowledged(status))
    return { delivered: true, passed: true, reason: null, sentence: null, rule: null, warnings };
  return undelivered(reasonOfStatus(status), `status ${status} is outside 200-299`, 'R1', warnings);
}

function undelivered(reason: Reason, sentence: string, rule: RuleId | null, warnings: Warning[]): Verdict {
  const withRule = rule ? `${sentence} (${rule})` : sentence;
  return { delivered: false, passed: false, reason, sentence: withRule, rule, warnings };
}

function reasonOfStatus(status: number): Reason {
  if (status >= 300 && status <= 399) return 'redirect';
  return status === 401 || status === 403 ? 'unauthorized' : 'status';
}

function warningsOf({ headersMs, bodyCut }: NonNullable<Judged['response']>): Warning[] {
  const warnings: Warning[] = [];
  if (headersMs >= slowMs && headersMs <= deadlineMs) warnings.push('slow');
  if (bodyCut === 'timeout') warnings.push('body_timeout');
  else if (bodyCut) warnings.push('body_truncated');
  return warnings;
}

function unmetExpectation({ response }: Judged, { status, maxTimeMs }: Expectations): string | null {
  if (!response) return null;
  if (status !== undefined && !matchesStatus(status, response.status))
    return `status ${response.status} is not the expected ${status}`;
  if (maxTimeMs !== undefined && response.headersMs > maxTimeMs)
    return `the answer took ${formatMs(response.headersMs)}, more than the ${formatMs(maxTimeMs)} allowed by --max-time`;
  return null;
}

/** Whether a status fits a pattern: `204`, or a class such as `2xx`. */
export function matchesStatus(pattern: string, status: number): boolean {
  const text = String(status);
  return pattern.length === text.length && [...pattern].every((char, at) => char === 'x' || char === text[at]);
}

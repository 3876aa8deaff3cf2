import { advise } from '../delivery/advice.ts';
import type { CheckCase, Finding, Trial } from './case.ts';
import { came } from './judging.ts';

/** One cause behind many cases. */
export interface RootCause {
  /** The case that showed it. */
  source: string;
  /** In the words of `send`. */
  code: string;
  message: string;
  /** Cases that it failed, or kept from being sent. */
  cases: string[];
}

/** Why a case that others depend on failed. */
export function rootCause(
  one: CheckCase,
  finding: Finding,
  trial: Trial | undefined,
  secret: string | null,
): RootCause {
  const what = trial ? `${one.title}: ${came(trial)}` : `${one.id}: ${finding.actual}`;
  const advice =
    finding.outcome === 'fail' && trial ? (advise(trial.delivery, { secret }) ?? finding.advice) : finding.advice;
  return {
    source: one.id,
    code: finding.reason ?? 'expectation',
    message: advice ? `${what}; ${advice}` : what,
    cases: [one.id],
  };
}

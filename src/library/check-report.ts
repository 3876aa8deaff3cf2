import type { CaseOutcome, CaseResult as AnyCaseResult, CheckReport as AnyCheckReport } from '../checks/report.ts';
import type { RuleId } from '../contract/rules.ts';

/** What `checkWebhook` found; whether it is good is in `summary.exitCode` (0 is good). */
export interface CheckReport extends Omit<AnyCheckReport, 'cases'> {
  /** Each case that was chosen, in the order of the suite. */
  cases: CaseResult[];
}

/**
 * What became of a case. `outcome` narrows it: one that failed has a hint, one that passed has nothing of what went wrong.
 *
 * @example for (const one of report.cases) if (one.outcome === 'fail') console.log(one.id, one.hint.toUpperCase());
 */
export type CaseResult = PassedCase | FailedCase | OtherCase;

interface CaseFacts extends Omit<AnyCaseResult, 'rules'> {
  /** The rules of Suvvy's page that it holds the webhook to: keys of `rules`. */
  rules: RuleId[];
}

interface PassedCase extends CaseFacts {
  outcome: 'pass';
  gating: false;
  reason: null;
  hint: null;
  why: null;
  fix: null;
  errorLine: null;
}

/** It makes the run fail. */
interface FailedCase extends CaseFacts {
  outcome: 'fail';
  gating: true;
  /** Why it matters, and what to try. */
  hint: string;
}

/** A warning, a recorded fact, a failure that is waived; a case that was not sent (`skip`), or could not be (`error`). */
interface OtherCase extends CaseFacts {
  outcome: Exclude<CaseOutcome, 'pass' | 'fail'>;
}

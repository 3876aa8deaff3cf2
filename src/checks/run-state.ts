import { reachOf } from '../http/address.ts';
import { notRun } from './case-result.ts';
import {
  controlId,
  type CheckCase,
  type CaseFacts,
  type CaseBuilder,
  type Effects,
  type FollowUp,
  type Need,
  type Recovery,
  type Trial,
} from './case.ts';
import { noEffects } from './effects/effects.ts';
import type { CheckOptions, Policy } from './options.ts';
import type { CaseResult } from './report.ts';
import type { Sender } from './sender.ts';
import type { RootCause } from './verdict/root-causes.ts';

/** Everything that one run uses. */
export interface CheckRun {
  options: CheckOptions;
  startedAt: Date;
  chatId: string | null;
  cases: readonly CheckCase[];
  capabilities: Record<Need, boolean>;
  policy: Policy;
  builderFor(caseId: string): CaseBuilder;
  sender: Sender;
  state: RunState;
}

/** What the run has found so far. */
export interface RunState {
  trials: Map<string, readonly Trial[]>;
  results: Map<string, CaseResult>;
  recoveries: Recovery[];
  causes: RootCause[];
  /** Null unless the control failed. */
  followUp: FollowUp | null;
  /** What gets through: a text, or a test_request if no text does. */
  control: CaseBuilder['control'];
  /** Whether a test_request that is accepted without the right secret proves that the secret is not checked. */
  tellsOfSecret: boolean;
  effects: Effects;
  aborted: string | null;
}

export function createRunState(): RunState {
  return {
    trials: new Map(),
    results: new Map(),
    recoveries: [],
    causes: [],
    followUp: null,
    control: 'text',
    tellsOfSecret: true,
    effects: noEffects,
    aborted: null,
  };
}

/** What a case can look at besides its own trials. */
export function factsOf({ id }: CheckCase, { options, state, sender, policy }: CheckRun): CaseFacts {
  return {
    url: policy.url,
    reach: reachOf(policy.url),
    secret: policy.secret,
    accepted: options.accept?.[id] ?? [],
    control: controlTrial(state),
    followUp: state.followUp,
    trials: sender.trials,
    recoveries: state.recoveries,
    files: state.trials.get('files/fetched')?.[0]?.files?.report() ?? null,
    effects: state.effects,
    certificates: options.insecure ? 'unverified' : options.ca === undefined ? 'verified' : 'own',
    budget: { p95Ms: options.maxP95Ms ?? 5000, maxMs: options.maxLatencyMs ?? 10_000 },
  };
}

export function controlTrial({ trials }: RunState): Trial | null {
  return trials.get(controlId)?.[0] ?? null;
}

/** Nothing can be said about any case: there was no connection, or no run at all. */
export function abortRun(
  { cases, state, policy }: CheckRun,
  code: string,
  why: string,
  advice: string | null = null,
): void {
  state.aborted = why;
  const message = advice === null ? why : `${why}: ${advice}`;
  const ids = cases.map(({ id }) => id);
  state.causes = [{ source: controlId, key: code, code, message, failed: [], cases: ids }];
  for (const one of cases) state.results.set(one.id, notRun(one, 'skip', why, policy));
}

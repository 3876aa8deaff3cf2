import { defaultChatId } from '../contract/limits.ts';
import { reachOf } from '../http/address.ts';
import { createCaseBuilders } from './case-builder.ts';
import { notRun, type Policy, type RootCause } from './case-result.ts';
import {
  controlId,
  type CheckCase,
  type CaseFacts,
  type CaseBuilder,
  type Need,
  type Recovery,
  type Trial,
} from './case.ts';
import { policyOf, wantedCases, type CheckOptions } from './options.ts';
import type { CaseResult } from './report.ts';
import { selectCases } from './select.ts';
import { createSender, type Sender } from './sender.ts';

/** Everything that one run works with. */
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

/** What has come of it so far. */
export interface RunState {
  trials: Map<string, readonly Trial[]>;
  results: Map<string, CaseResult>;
  recoveries: Recovery[];
  causes: RootCause[];
  callbackMs: number | null;
  aborted: string | null;
}

/** @throws HookError (exit 2) for a selection that cannot be meant */
export async function createRun(options: CheckOptions): Promise<CheckRun> {
  const startedAt = new Date();
  const policy = policyOf(options, startedAt);
  const { url, secret } = policy;
  const chatId = options.chatId === undefined ? defaultChatId : options.chatId;
  const capabilities = {
    secret: secret !== null,
    'no-secret': secret === null,
    callback: options.collector !== undefined,
  };
  return {
    options,
    startedAt,
    chatId,
    capabilities,
    policy,
    cases: selectCases({ ...options, capabilities, wanted: wantedCases(options) }),
    builderFor: await createCaseBuilders({ secret, chatId, ownLinks: options.fileBaseUrl !== undefined }),
    sender: createSender({ ...options, url, secret }),
    state: { trials: new Map(), results: new Map(), recoveries: [], causes: [], callbackMs: null, aborted: null },
  };
}

/** What a case may look at beside its own trials. */
export function factsOf({ id }: CheckCase, { options, state, sender, policy }: CheckRun): CaseFacts {
  return {
    url: policy.url,
    reach: reachOf(policy.url),
    secret: policy.secret,
    accepted: options.accept?.[id] ?? [],
    control: controlTrial(state),
    trials: sender.trials,
    recoveries: state.recoveries,
    files: state.trials.get('files/fetched')?.[0]?.files?.report() ?? null,
    callbackMs: state.callbackMs,
    certificates: options.insecure ? 'unverified' : options.ca === undefined ? 'verified' : 'own',
    budget: { p95Ms: options.maxP95Ms ?? 5000, maxMs: options.maxLatencyMs ?? 10_000 },
  };
}

export function controlTrial({ trials }: RunState): Trial | null {
  return trials.get(controlId)?.[0] ?? null;
}

/** Nothing can be said about any case: no connection, or no run at all. */
export function abortRun(
  { cases, state, policy }: CheckRun,
  code: string,
  why: string,
  advice: string | null = null,
): void {
  state.aborted = why;
  const message = advice === null ? why : `${why}: ${advice}`;
  state.causes = [{ source: controlId, code, message, cases: cases.map(({ id }) => id) }];
  for (const one of cases) state.results.set(one.id, notRun(one, 'skip', why, policy));
}

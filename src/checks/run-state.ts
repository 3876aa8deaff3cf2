import { defaultChatId } from '../contract/limits.ts';
import { reachOf } from '../http/address.ts';
import { createKits } from './case-builder.ts';
import { untold, type Terms, type RootCause } from './case-result.ts';
import { controlId, type CheckCase, type Facts, type Kit, type Need, type Recovery, type Trial } from './case.ts';
import { termsOf, wantedCases, type CheckOptions } from './options.ts';
import type { CaseResult } from './report.ts';
import { selectCases } from './select.ts';
import { createSender, type Sender } from './sender.ts';

/** Everything that one run works with. */
export interface Run {
  options: CheckOptions;
  startedAt: Date;
  chatId: string | null;
  cases: readonly CheckCase[];
  has: Record<Need, boolean>;
  terms: Terms;
  kitOf(caseId: string): Kit;
  sender: Sender;
  progress: Progress;
}

/** What has come of it so far. */
export interface Progress {
  trials: Map<string, readonly Trial[]>;
  results: Map<string, CaseResult>;
  recoveries: Recovery[];
  causes: RootCause[];
  callbackMs: number | null;
  aborted: string | null;
}

/** @throws HookError (exit 2) for a selection that cannot be meant */
export async function createRun(options: CheckOptions): Promise<Run> {
  const startedAt = new Date();
  const terms = termsOf(options, startedAt);
  const { url, secret } = terms;
  const chatId = options.chatId === undefined ? defaultChatId : options.chatId;
  const has = { secret: secret !== null, 'no-secret': secret === null, callback: options.collector !== undefined };
  return {
    options,
    startedAt,
    chatId,
    has,
    terms,
    cases: selectCases({ ...options, has, wanted: wantedCases(options) }),
    kitOf: await createKits({ secret, chatId, ownLinks: options.fileBaseUrl !== undefined }),
    sender: createSender({ ...options, url, secret }),
    progress: { trials: new Map(), results: new Map(), recoveries: [], causes: [], callbackMs: null, aborted: null },
  };
}

/** What a case may look at beside its own trials. */
export function factsOf({ id }: CheckCase, { options, progress, sender, terms }: Run): Facts {
  return {
    url: terms.url,
    reach: reachOf(terms.url),
    secret: terms.secret,
    accepted: options.accept?.[id] ?? [],
    control: controlTrial(progress),
    trials: sender.trials,
    recoveries: progress.recoveries,
    files: progress.trials.get('files/fetched')?.[0]?.files?.report() ?? null,
    callbackMs: progress.callbackMs,
    certificates: options.insecure ? 'unverified' : options.ca === undefined ? 'verified' : 'own',
    budget: { p95Ms: options.maxP95Ms ?? 5000, maxMs: options.maxLatencyMs ?? 10_000 },
  };
}

export function controlTrial({ trials }: Progress): Trial | null {
  return trials.get(controlId)?.[0] ?? null;
}

/** Nothing can be said about any case: no connection, or no run at all. */
export function abandon(
  { cases, progress, terms }: Run,
  code: string,
  why: string,
  advice: string | null = null,
): void {
  progress.aborted = why;
  const message = advice === null ? why : `${why}: ${advice}`;
  progress.causes = [{ source: controlId, code, message, cases: cases.map(({ id }) => id) }];
  for (const one of cases) progress.results.set(one.id, untold(one, 'skip', why, terms));
}

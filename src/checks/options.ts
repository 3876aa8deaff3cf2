import { deadlineMs } from '../contract/limits.ts';
import type { Collector } from '../platform/collector.ts';
import type { Profile } from './case.ts';
import type { CaseResult, Level } from './report.ts';

/** Which levels make a run fail: MUST alone, SHOULD too, MAY too. */
export type Gate = 'lenient' | 'default' | 'strict';

/** A failure that is known, and accepted for a while. */
interface Waiver {
  case: string;
  reason: string;
  /** The last day that it holds, `2030-01-31`. */
  until?: string | undefined;
}

/** What `runChecks` is told. */
export interface CheckOptions {
  url: URL | string;
  /** Sent as the bearer (R7); null or empty sends none, and the cases that need one are left out. */
  secret?: string | null | undefined;
  /** `chat_id` of what is sent; null sends none. Default `"0"` (`chat-id`). */
  chatId?: string | null | undefined;

  /** Default `default`. */
  profile?: Profile | undefined;
  /** Ids and globs; takes the place of the profile. */
  only?: readonly string[] | undefined;
  skip?: readonly string[] | undefined;

  /** Which levels make the run fail; default MUST and SHOULD. */
  gate?: Gate | undefined;
  /** Another level for a case. */
  levels?: Readonly<Record<string, Level>> | undefined;
  /** Statuses that are right too in a case: `422`, `4xx`. */
  accept?: Readonly<Record<string, readonly string[]>> | undefined;
  waivers?: readonly Waiver[] | undefined;
  /** Send nothing more after the first failure. */
  bail?: boolean | undefined;

  /** Texts to send before anything is judged. */
  warmup?: number | undefined;
  /** How long to wait for an answer. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** Asks for `perf/budget`, and makes it count. */
  maxP95Ms?: number | undefined;
  maxLatencyMs?: number | undefined;

  insecure?: boolean | undefined;
  /** Certificates to trust: PEM. */
  ca?: string | undefined;
  /** Where they come from, for the curl line. */
  caFile?: string | undefined;

  /** Where files are served. Default 127.0.0.1. */
  assetHost?: string | undefined;
  /** Links to files there instead of ours. */
  fileBaseUrl?: string | undefined;
  /** Asks for `files/fetched`, makes it a MUST, and waits so long. */
  expectFetchMs?: number | undefined;
  /** Asks for `effect/callback`. The caller closes it. */
  collector?: Collector | undefined;
  /** How long to wait for what the receiver sends on. Default 5 s. */
  callbackTimeoutMs?: number | undefined;

  /** Ends the run early. An `Interrupt` as the reason decides the exit code. */
  signal?: AbortSignal | undefined;
  onStart?: ((caseId: string) => void) | undefined;
  onCase?: ((result: CaseResult) => void) | undefined;
  /** What repeats the run on a command line, beside URL, secret and cases: `--chat-id 42`. */
  repeatOptions?: string | undefined;
}

/** Cases that an option asks for by itself, whatever the profile. */
export function wantedCases(options: CheckOptions): string[] {
  const wanted: string[] = [];
  if (options.expectFetchMs !== undefined) wanted.push('files/fetched');
  if (options.collector) wanted.push('effect/callback');
  if (hasBudget(options)) wanted.push('perf/budget');
  return wanted;
}

/** What turns a finding into a result. */
export interface Policy {
  url: URL;
  secret: string | null;
  gate: Gate;
  levels: Readonly<Record<string, Level>>;
  waivers: readonly Waiver[];
  /** Today, `2030-01-31`, in UTC. */
  today: string;
  insecure: boolean;
  caFile: string | undefined;
  timeoutMs: number;
  /** What repeats the run beside URL and cases: `--chat-id 42`. */
  repeatOptions: string;
}

/** The policy that these options ask for. */
export function policyOf(options: CheckOptions, startedAt: Date): Policy {
  const raised: Record<string, Level> = {};
  if (options.expectFetchMs !== undefined) raised['files/fetched'] = 'MUST';
  // A budget of one's own is meant to be kept.
  if (hasBudget(options)) raised['perf/budget'] = 'SHOULD';
  return {
    url: new URL(options.url),
    secret: options.secret || null,
    gate: options.gate ?? 'default',
    levels: { ...raised, ...options.levels },
    waivers: options.waivers ?? [],
    today: startedAt.toISOString().slice(0, 10),
    insecure: options.insecure ?? false,
    caFile: options.caFile,
    timeoutMs: options.timeoutMs ?? deadlineMs,
    repeatOptions: options.repeatOptions ?? '',
  };
}

function hasBudget({ maxP95Ms, maxLatencyMs }: CheckOptions): boolean {
  return maxP95Ms !== undefined || maxLatencyMs !== undefined;
}

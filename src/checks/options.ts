import { URL } from 'node:url';
import { deadlineMs } from '../contract/limits.ts';
import type { Collector } from '../platform/collector.ts';
import type { Profile } from './case.ts';
import { effectCases } from './cases/effect.ts';
import type { CaseResult, Level } from './report.ts';
import { createReportRedact, type RedactFor } from './report-redact.ts';

/** Which levels make a run fail: only MUST; also SHOULD; also MAY. */
export type Gate = 'lenient' | 'default' | 'strict';

/** A known failure that is accepted for a while. */
interface Waiver {
  case: string;
  reason: string;
  /** The last day on which it is valid, `2030-01-31`. */
  until?: string | undefined;
}

/** The options of `runChecks`. */
export interface CheckOptions {
  url: URL | string;
  /** Sent as the bearer (R7). With null or an empty secret, none is sent, and the cases that need one are left out. */
  secret?: string | null | undefined;
  /** The `chat_id` of the events that are sent; null sends none. Default `"0"` (`chat-id`). */
  chatId?: string | null | undefined;

  /** Default `default`. */
  profile?: Profile | undefined;
  /** Ids and globs. They replace the profile. */
  only?: readonly string[] | undefined;
  skip?: readonly string[] | undefined;

  /** Which levels make the run fail. Default: MUST and SHOULD. */
  gate?: Gate | undefined;
  /** Other levels, by case. */
  levels?: Readonly<Record<string, Level>> | undefined;
  /** More statuses that are correct, by case: `422`, `4xx`. */
  accept?: Readonly<Record<string, readonly string[]>> | undefined;
  waivers?: readonly Waiver[] | undefined;
  /** Send nothing more after the first failure. */
  bail?: boolean | undefined;

  /** How many texts to send before anything is judged. */
  warmup?: number | undefined;
  /** How long to wait for an answer. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** Selects `perf/budget`, and makes it count. */
  maxP95Ms?: number | undefined;
  maxLatencyMs?: number | undefined;

  insecure?: boolean | undefined;
  /** Certificates to trust: PEM. */
  ca?: string | undefined;
  /** The file that they come from, for the curl line. */
  caFile?: string | undefined;

  /** The host in the links to files, where they are served. Default 127.0.0.1. */
  assetHost?: string | undefined;
  /** The base URL of the files, if we do not serve them. */
  fileBaseUrl?: string | undefined;
  /** Selects `files/fetched`, makes it a MUST, and waits this long. */
  expectFetchMs?: number | undefined;
  /** Selects the cases of what became of a message (`effect/*`). The caller closes the collector. */
  collector?: Collector | undefined;
  /** Where messages are kept to be polled, `{chat_id}` standing for the chat: selects `effect/*` as far as it shows. */
  expectRead?: string | undefined;
  /** How long to wait for what the receiver passes on. Default 5 s. */
  callbackTimeoutMs?: number | undefined;

  /** Ends the run early. If the reason is an `Interrupt`, it decides the exit code. */
  signal?: AbortSignal | undefined;
  onStart?: ((caseId: string) => void) | undefined;
  onCase?: ((result: CaseResult) => void) | undefined;
  /** The options that repeat the run on a command line, apart from URL, secret and cases: `--chat-id 42`. */
  repeatOptions?: string | undefined;
}

/** Cases that an option selects, whatever the profile. */
export function wantedCases(options: CheckOptions): string[] {
  const wanted: string[] = [];
  if (options.expectFetchMs !== undefined) wanted.push('files/fetched');
  if (options.collector || options.expectRead !== undefined) wanted.push(...effectIds(options));
  if (hasBudget(options)) wanted.push('perf/budget');
  return wanted;
}

/** The rules that turn a finding into a result. */
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
  /** The options that repeat the run, apart from URL and cases: `--chat-id 42`. */
  repeatOptions: string;
  redactFor: RedactFor;
}

/** The policy for these options. */
export function policyOf(options: CheckOptions, startedAt: Date): Policy {
  const raised: Record<string, Level> = {};
  if (options.expectFetchMs !== undefined) raised['files/fetched'] = 'MUST';
  // If the user sets a budget, it has to be met.
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
    redactFor: createReportRedact(options.secret || null),
  };
}

/** What the far side alone shows needs the collector. */
function effectIds({ collector }: CheckOptions): string[] {
  return effectCases.filter(({ needs }) => needs === 'effect' || collector).map(({ id }) => id);
}

function hasBudget({ maxP95Ms, maxLatencyMs }: CheckOptions): boolean {
  return maxP95Ms !== undefined || maxLatencyMs !== undefined;
}

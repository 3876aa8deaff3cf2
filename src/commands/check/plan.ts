import { createReportRedact } from '../../checks/report-redact.ts';
import type { CheckOptions } from '../../checks/options.ts';
import { caseOf, splitPatterns } from '../../checks/select.ts';
import { loadConfig, type Config, type LoadedConfig } from '../../config/load.ts';
import { resolveInside } from '../../config/inside.ts';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { shellWord } from '../../text/shell-quote.ts';
import { readCacert } from '../flags/cacert.ts';
import { parseDuration } from '../flags/option-parsers.ts';
import { resolveSecret } from '../flags/secret.ts';
import { resolveTarget } from '../flags/target.ts';
import { pathFrom, planReports, type ReportPlan } from '../reporting/plan-reports.ts';
import type { CheckFlags } from './flags.ts';
import { repeatOptions } from './repeat-options.ts';

/** Flags, environment and config, put together. */
export interface CheckPlan {
  options: CheckOptions & { url: URL };
  waitMs: number | null;
  reports: ReportPlan[];
  /** Where the config was found. */
  configPath: string | null;
}

const defaultFetchMs = 5000;

/**
 * Flags over environment over config.
 *
 * @throws HookError: exit 2 for what cannot be meant, exit 3 for a file that cannot be read
 */
export async function planCheck(flags: CheckFlags, host: Host): Promise<CheckPlan> {
  const loaded = await loadConfig(host.cwd, flags.config, host);
  const config = loaded?.config ?? {};
  verifyCaseIds(config, loaded?.path ?? '');
  const namedUrl = flags.url ?? host.env['SUVVY_WEBHOOK_URL'];
  const url = resolveTarget(namedUrl ?? config.url, host);
  const secret = await resolveSecret(flags, host);
  if (secret && namedUrl === undefined && loaded?.above) throw secretFromAbove(url, loaded);
  const chatId = flags.chatId ?? config.chatId;
  const fileBaseUrl = flags.fileBaseUrl ?? config.fileBaseUrl;
  const expectFetchMs =
    flags.expectFetch === true ? defaultFetchMs : (flags.expectFetch ?? duration(config.expectFetch));
  verifyLinks(fileBaseUrl, expectFetchMs);
  return {
    options: {
      url,
      secret,
      chatId: chatId === false ? null : chatId,
      ...selectionOf(flags, config),
      gate: flags.strict ? 'strict' : flags.lenient ? 'lenient' : config.gate,
      levels: config.levels,
      accept: config.accept,
      waivers: config.waivers,
      bail: flags.bail,
      warmup: flags.warmup === true ? 1 : flags.warmup,
      timeoutMs: flags.timeout ?? duration(config.timeout),
      maxP95Ms: flags.maxP95 ?? duration(config.maxP95),
      maxLatencyMs: flags.maxLatency ?? duration(config.maxLatency),
      insecure: flags.insecure,
      ca: flags.cacert === undefined ? undefined : await readCacert(flags.cacert, host),
      caFile: flags.cacert,
      assetHost: flags.assetHost ?? config.assetHost,
      fileBaseUrl,
      expectFetchMs,
      expectRead: flags.expectRead,
      repeatOptions: repeatOptions(flags.given ?? [], createReportRedact(secret)([])),
    },
    waitMs: flags.wait ?? duration(config.wait) ?? null,
    reports: await reportsOf(flags, loaded, host),
    configPath: loaded?.path ?? null,
  };
}

/** Who stands above chose the URL, and not who has the secret: a send without it would judge something else. */
function secretFromAbove(url: URL, { path }: LoadedConfig): HookError {
  return new HookError(`the secret is not sent to ${url.href}, which only ${path} names, above the current folder`, {
    hint: `if it is meant: --url ${shellWord(url.href)}, or --config ${shellWord(path)}`,
  });
}

/** Which cases: a choice on the command line takes the place of the config's. */
export function selectionOf(flags: CheckFlags, config: Config): Pick<CheckOptions, 'profile' | 'only' | 'skip'> {
  const only = flags.only ?? (flags.profile === undefined ? config.only : undefined);
  return {
    profile: flags.profile ?? config.profile,
    only: only && splitPatterns(only),
    skip: splitPatterns(flags.skip ?? config.skip ?? []),
  };
}

function verifyCaseIds({ levels = {}, accept = {}, waivers = [] }: Config, path: string): void {
  for (const id of [...Object.keys(levels), ...Object.keys(accept), ...waivers.map((waiver) => waiver.case)]) {
    try {
      caseOf(id);
    } catch (error) {
      if (error instanceof HookError) throw new HookError(`${path}: ${error.message}`, { hint: error.hint });
      throw error;
    }
  }
}

function verifyLinks(fileBaseUrl: string | undefined, expectFetchMs: number | undefined): void {
  if (fileBaseUrl === undefined) return;
  if (!URL.canParse(fileBaseUrl)) throw new HookError(`--file-base-url ${fileBaseUrl} is not a URL`);
  if (expectFetchMs !== undefined)
    throw new HookError('--expect-fetch cannot see who downloads from a --file-base-url', {
      hint: 'leave one of them out',
    });
}

/** Durations of the config have been held against its schema, so only an endless one is left to go wrong. */
function duration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseDuration(text);
  } catch (error) {
    throw new HookError(`${text} in the config: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function reportsOf(flags: CheckFlags, loaded: LoadedConfig | null, host: Host): Promise<ReportPlan[]> {
  if (flags.report) return planReports(flags.report, flags.json, pathFrom(host.cwd));
  const inside = (path: string): Promise<string> => resolveInside(path, loaded!, 'the report', belowHint);
  return planReports(loaded?.config.report ?? [], flags.json, inside);
}

const belowHint = 'name a path below that folder, or give it on the command line: --report FORMAT=PATH';

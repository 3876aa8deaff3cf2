import type { CheckCase } from '../../checks/case.ts';
import { problemsOf } from '../../checks/diagnosis/troubles.ts';
import { wantedCases } from '../../checks/options.ts';
import type { CheckReport } from '../../checks/report.ts';
import { runChecks, unrunReport } from '../../checks/run.ts';
import { selectCases } from '../../checks/select.ts';
import { fingerprint } from '../../contract/bearer.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { bareHost, hostInUrl, reachOf } from '../../http/address.ts';
import type { Collector } from '../../platform/collector.ts';
import { block } from '../../text/layout.ts';
import { clip, safeLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
import { talker } from '../context.ts';
import { redactorOf } from '../guard.ts';
import { startSpinner } from '../spinner.ts';
import type { StartedServer } from '../start/start-server.ts';
import { isUp, waitUntilUp } from '../start/wait-until-up.ts';
import type { CheckFlags } from './flags.ts';
import { planCheck, type CheckPlan } from './plan.ts';
import { addServerLines, createServerLog, type ServerLog } from './server-lines.ts';
import { neverRan, writeReports } from '../reporting/write-reports.ts';

const defaultWaitMs = 30_000;
/** Without `--verbose`, and with it. */
const maxServerLines = { brief: 20, verbose: 200 };

/** Checks a receiver, writes the reports, and tells how it ended. */
export async function runCheck(flags: CheckFlags, host: Host): Promise<ExitCode> {
  const plan = await planCheck(flags, host);
  refuseRemote(flags, plan);
  const { signal } = host;
  const collector =
    flags.expectCallback === undefined ? undefined : await openCollector(flags.expectCallback, flags, host);
  let server: StartedServer | null = null;
  try {
    const options = { ...plan.options, collector, signal };
    // What cannot be chosen is said before anything is started.
    const cases = selectCases({
      ...options,
      wanted: wantedCases(options),
      capabilities: {
        secret: Boolean(options.secret),
        'no-secret': !options.secret,
        callback: Boolean(collector),
        effect: Boolean(collector) || options.expectRead !== undefined,
      },
    });
    introduce(flags, plan, host);
    if (!collector) warnOfReaders(flags, plan, cases, host);
    if (flags.start !== undefined) server = await start(flags.start, plan, collector, host);
    const log = server && createServerLog(server);
    const plain =
      (await waitForTarget(server, { ...plan, options })) ??
      (await run(flags, { ...plan, options }, { cases, log }, host));
    await server?.stop();
    log?.end();
    const report = log ? addServerLines(plain, log.excerpts(), redactorOf(host)) : plain;
    if (server) await warnOfSurvivor(plan, flags, host);
    if (server && report.summary.exitCode !== ExitCode.ok) await showServerOutput(server, report, flags, host);
    return await finish(report, flags, plan, host);
  } finally {
    await Promise.all([server?.stop(), collector?.close()]);
  }
}

/** A run writes messages that somebody may read: a public address has to be meant. */
function refuseRemote({ allowRemote }: CheckFlags, { options: { url: webhook, expectRead } }: CheckPlan): void {
  const url = [webhook, ...(expectRead === undefined ? [] : [new URL(expectRead)])].find(
    (one) => reachOf(one) === 'public',
  );
  if (allowRemote || !url) return;
  throw new HookError(`${url.host} is a public address, and a run sends some 80 requests to it`, {
    hint: 'if nobody is on the other end of it who should not read them: --allow-remote',
  });
}

/** A receiver passes on what a run sends: where nobody catches it, that may be to somebody real. */
function warnOfReaders(
  flags: CheckFlags,
  { options: { chatId, expectRead } }: CheckPlan,
  cases: readonly CheckCase[],
  host: Host,
): void {
  if (flags.json) return;
  const talk = talker(host, flags);
  const { SUVVY_API_TOKEN: token, SUVVY_API_URL: api } = host.env;
  if (flags.start !== undefined && (token || (api && URL.canParse(api) && reachOf(new URL(api)) === 'public')))
    talk(
      `! ${token ? 'SUVVY_API_TOKEN' : 'SUVVY_API_URL'} is in the environment of the app: what it posts may reach Suvvy itself (--expect-callback catches it)`,
    );
  if (chatId && expectRead === undefined)
    talk(
      `! what ${count(cases.length, 'case')} ${cases.length === 1 ? 'sends' : 'send'} goes to the chat ${safeLine(clip(chatId, 60))}: whoever the receiver passes them on to reads them (--expect-callback catches them)`,
    );
}

function introduce(flags: CheckFlags, { options, configPath }: CheckPlan, host: Host): void {
  if (flags.json) return;
  const talk = talker(host, flags);
  const { url, secret, fileBaseUrl, assetHost } = options;
  if (configPath !== null) talk(`with ${safeLine(configPath)}`);
  if (secret) talk(`with the secret sha256:${fingerprint(secret)}`);
  if (
    assetHost !== undefined &&
    fileBaseUrl === undefined &&
    reachOf(new URL(`http://${hostInUrl(assetHost)}`)) !== 'loopback'
  )
    talk(`! files are served on ${safeLine(assetHost)}, to whoever can reach it, while this runs`);
  else if (reachOf(url) !== 'loopback' && fileBaseUrl === undefined && assetHost === undefined)
    talk(
      '! the links to files lead to this machine, which the receiver may not reach: see --asset-host and --file-base-url',
    );
}

async function openCollector(address: string | true, flags: CheckFlags, host: Host): Promise<Collector> {
  const [, name = '127.0.0.1', port = '0'] =
    address === true ? [] : (/^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [null, null]);
  if (name === null || Number(port) > 65_535 || /[/@]/.test(name))
    throw new HookError(`--expect-callback ${String(address)} is not an address to listen on`, {
      hint: 'it is a PORT, or HOST:PORT; the URL of the receiver stands before it',
    });
  try {
    const token = host.env['SUVVY_API_TOKEN'] || null;
    const { createCollector } = await import('../../platform/collector.ts');
    const collector = await createCollector({ host: bareHost(name), port: Number(port), token });
    if (!flags.json) talker(host, flags)(`what the receiver sends on is awaited at ${collector.url}`);
    return collector;
  } catch (error) {
    throw new HookError(`cannot listen on ${String(address)}: ${systemReason(error)}`, {
      hint: '--expect-callback without an address takes any free port',
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

async function start(
  command: string,
  { options }: CheckPlan,
  collector: Collector | undefined,
  host: Host,
): Promise<StartedServer> {
  if (await isUp({ ...options, insecure: options.insecure ?? false }))
    throw new HookError(`something answers at ${options.url.host} already, and --start would check that`, {
      hint: 'stop it, or leave --start out',
      exitCode: ExitCode.unable,
    });
  const env = collector
    ? {
        SUVVY_API_TOKEN: 'check-token',
        ...host.env,
        SUVVY_CALLBACK_URL: collector.url,
        SUVVY_API_URL: collector.url,
      }
    : host.env;
  const { startServer } = await import('../start/start-server.ts');
  return startServer(command, { cwd: host.cwd, env, signal: host.signal, onExit: host.onExit });
}

/** The report of a run that cannot be, because the target is not up; null if it is, or if nobody wanted to wait. */
async function waitForTarget(
  server: StartedServer | null,
  { options, waitMs }: CheckPlan,
): Promise<CheckReport | null> {
  const limitMs = waitMs ?? (server ? defaultWaitMs : null);
  if (limitMs === null) return null;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])]);
  const why = await Promise.race([
    waitUntilUp({ ...options, insecure: options.insecure ?? false, signal }, limitMs).then((up) =>
      up ? null : `nothing answered at ${options.url.host} within ${limitMs / 1000} s`,
    ),
    ...(server ? [server.failed] : []),
  ]);
  over.abort();
  if (why === null) return null;
  return options.signal?.aborted
    ? unrunReport(options, 'interrupted', 'interrupted')
    : unrunReport(options, 'connection_refused', why);
}

async function run(
  flags: CheckFlags,
  { options }: CheckPlan,
  { cases, log }: { cases: readonly CheckCase[]; log: ServerLog | null },
  host: Host,
): Promise<CheckReport> {
  const progress = await startSpinner(host, flags, 'checking');
  try {
    return await runChecks({
      ...options,
      onStart: (id) => {
        log?.begin(id);
        progress?.say(`${id}  (${cases.findIndex((one) => one.id === id) + 1} of ${cases.length})`);
      },
    });
  } finally {
    progress?.stop();
  }
}

async function warnOfSurvivor({ options: { url, insecure, ca } }: CheckPlan, flags: CheckFlags, host: Host) {
  const { describeSurvivor } = await import('../start/survivor.ts');
  const survivor = await describeSurvivor({ url, ca, insecure: insecure ?? false });
  if (survivor) talker(host, flags)(`! ${survivor}`);
}

/** What the server said last. Where the cases name its own lines, those say it. */
async function showServerOutput(
  server: StartedServer,
  report: CheckReport,
  flags: CheckFlags,
  host: Host,
): Promise<void> {
  if (!flags.verbose && problemsOf(report).some(({ errorLine }) => errorLine !== null)) return;
  const style = await host.style(host.stderr, flags);
  const text = server.output().trim();
  const all = text
    ? block(text, { indent: '  │ ', columns: style.columns, maxLines: Infinity })
    : ['  it said nothing'];
  // What went wrong stands at the end.
  const lines = all.slice(-maxServerLines[flags.verbose ? 'verbose' : 'brief']);
  const what = `what "${safeLine(flags.start ?? '')}" said${lines.length < all.length ? ' last' : ''}:`;
  host.stderr.write(`${what}\n${lines.map(style.dim).join('\n')}\n`);
}

async function finish(report: CheckReport, flags: CheckFlags, plan: CheckPlan, host: Host): Promise<ExitCode> {
  await writeReports(report, plan.reports, flags, host);
  const exitCode = report.summary.exitCode as ExitCode;
  if (!neverRan(report)) return exitCode;
  // Nothing was ever sent: a line says it all.
  throw new HookError(report.rootCauses[0]?.message ?? 'nothing could be sent', { exitCode });
}

import { apiPath } from '../../contract/api/fields.ts';
import { fingerprint } from '../../contract/bearer.ts';
import { parseTarget } from '../../delivery/target.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { Host, Interrupt } from '../../host.ts';
import type { ReadyScenario } from '../../scenario/load.ts';
import { scenarioReport } from '../../scenario/report.ts';
import { createRoom, type Room } from '../../scenario/room.ts';
import { runScenario, type ScenarioResult } from '../../scenario/run.ts';
import { safeLine } from '../../text/safe.ts';
import { shellWord } from '../../text/shell-quote.ts';
import { talker } from '../context.ts';
import { listenOrFallback } from '../flags/listen-or-fallback.ts';
import { resolveSecret, resolveToken } from '../flags/secret.ts';
import { pathFrom, planReports } from '../reporting/plan-reports.ts';
import { writeReports } from '../reporting/write-reports.ts';
import { startSpinner, type Spinner } from '../spinner.ts';
import { createApp, startMs, usualPort, type App } from '../start/app.ts';
import { waitUntilUp } from '../start/wait-until-up.ts';
import { chooseScenarios, loadScenarios } from './choose.ts';
import type { RunFlags } from './flags.ts';

/** All that a run goes by. */
interface Plan {
  flags: RunFlags;
  host: Host;
  scenarios: readonly ReadyScenario[];
  secret: string | null;
  token: string | null;
}

/** What a run came to. */
interface Ran {
  results: ScenarioResult[];
  app: App | null;
  /** Why the app was never up; null if it was. */
  unable: string | null;
  /** Why the run ended before its end. */
  aborted: string | null;
}

/** So long a request that is under way may take when its scenario is over, in milliseconds. */
const graceMs = 500;

/** Runs scenarios, writes the reports, and tells how it ended. */
export async function runFiles(paths: readonly string[], flags: RunFlags, host: Host): Promise<ExitCode> {
  const reports = await planReports(flags.report ?? [], flags.json, pathFrom(host.cwd));
  const url = flags.url ?? host.env['SUVVY_WEBHOOK_URL'];
  const webhook = url ? parseTarget(url, flags.url === undefined ? ' (from SUVVY_WEBHOOK_URL)' : '') : null;
  const all = await loadScenarios(paths, webhook, host);
  const secret = await resolveSecret(flags, host);
  const token = await resolveToken(flags, host);
  const plan: Plan = { flags, host, scenarios: chooseScenarios(all, flags.only), secret, token };
  // Asking for it is what catches signals.
  const { signal } = host;
  const startedAt = host.clock.date();
  const start = host.clock.now();
  const ran = await play(plan);
  const report = scenarioReport({
    startedAt,
    durationMs: host.clock.now() - start,
    scenarios: plan.scenarios,
    results: ran.results,
    secrets: [secret, token],
    aborted: ran.aborted,
    unable: ran.unable !== null,
    interrupted: signal.aborted ? ((signal.reason as Interrupt | undefined)?.exitCode ?? ExitCode.interrupted) : null,
    repeat: (scenario) => repeatCommand(scenario, plan),
  });
  const { exitCode } = report.summary;
  await ran.app?.report(exitCode === ExitCode.ok || signal.aborted ? null : 'failed');
  await writeReports(report, reports, flags, host);
  if (ran.unable !== null) throw new HookError(ran.unable, { exitCode: ExitCode.unable });
  return exitCode as ExitCode;
}

async function play(plan: Plan): Promise<Ran> {
  const { flags, host, scenarios } = plan;
  const ran: Ran = { results: [], app: null, unable: null, aborted: null };
  const over = new AbortController();
  const signal = AbortSignal.any([host.signal, over.signal]);
  const spinner = await startSpinner(host, flags, 'running');
  let port = flags.port;
  try {
    for (const scenario of scenarios) {
      const room = createRoom({ ...plan, webhook: scenario.webhook, cwd: scenario.folder, clock: host.clock });
      try {
        // What an app has been told of stays where it is.
        port = await open(room, scenario, port, plan);
        if (scenario === scenarios[0]) await bringUp(ran, plan, `http://127.0.0.1:${port}`);
        void ran.app?.failed.then((reason) => over.abort(reason));
        if (ran.unable === null) ran.results.push(await runOne(scenario, { room, signal, spinner, plan }));
      } finally {
        await room.close(signal.aborted ? 0 : graceMs);
      }
      if (ran.unable !== null || signal.aborted || (flags.bail && !isSound(ran.results.at(-1)!))) break;
    }
  } finally {
    spinner?.stop();
    await ran.app?.stop();
  }
  if (host.signal.aborted) ran.aborted = 'interrupted';
  else if (over.signal.aborted) ran.aborted = String(over.signal.reason);
  else ran.aborted = ran.unable ?? (ran.results.length < scenarios.length ? 'a scenario failed (--bail)' : null);
  return ran;
}

function runOne(
  scenario: ReadyScenario,
  { room, signal, spinner, plan }: { room: Room; signal: AbortSignal; spinner: Spinner | null; plan: Plan },
): Promise<ScenarioResult> {
  spinner?.say(safeLine(scenario.name));
  return runScenario(scenario, { room, secret: plan.secret, signal });
}

/** Opens both sides. Gives the port of the API. */
async function open(room: Room, scenario: ReadyScenario, port: number | undefined, plan: Plan): Promise<number> {
  const { flags, host } = plan;
  const address = { ...flags, ...(port === undefined ? {} : { port }), host: '127.0.0.1' };
  const listening = await listenOrFallback(room, address, host, usualPort);
  const { messengerPort } = scenario;
  if (messengerPort === null) return listening.port;
  try {
    await room.openMessenger(messengerPort);
    return listening.port;
  } catch (error) {
    throw new HookError(
      `${scenario.path}: the messenger cannot listen on 127.0.0.1:${messengerPort}: ${systemReason(error)}`,
      { hint: 'choose another port, and tell the app of it', exitCode: ExitCode.unable, cause: error },
    );
  }
}

/** Starts the app, if that is asked for, and waits until it is up. */
async function bringUp(ran: Ran, plan: Plan, apiUrl: string): Promise<void> {
  const { flags, host, scenarios, secret, token } = plan;
  const { webhook } = scenarios[0]!;
  introduce(plan, apiUrl);
  const limitMs = flags.wait ?? startMs;
  if (flags.start !== undefined) {
    ran.app = await createApp(flags.start, { flags, host, webhook, secret, token, apiUrl, startMs: limitMs });
    ran.unable = await ran.app.untilUp();
  } else if (flags.wait !== undefined) {
    const isUp = await waitUntilUp({ url: webhook, signal: host.signal }, limitMs);
    if (!isUp && !host.signal.aborted) ran.unable = `nothing answered at ${webhook.host} within ${limitMs / 1000} s`;
  }
}

function introduce({ flags, host, secret, token }: Plan, apiUrl: string): void {
  if (flags.json) return;
  const checked = token ? `, and checks the token sha256:${fingerprint(token)}` : '';
  talker(host, flags)(`Suvvy's API is on ${apiUrl}${apiPath}${checked}`);
  if (secret) talker(host, flags)(`with the secret sha256:${fingerprint(secret)}`);
}

function isSound({ steps, findings }: ScenarioResult): boolean {
  return (
    steps.every(({ outcome }) => outcome?.outcome === 'pass') &&
    !findings.some(({ id, level }) => level === 'error' && id !== 'reply/undelivered')
  );
}

function repeatCommand({ path }: ReadyScenario, { flags, secret }: Plan): string {
  const parts = ['npx suvvy-hook run', shellWord(path)];
  if (flags.url !== undefined) parts.push(`--url ${shellWord(flags.url)}`);
  if (flags.port !== undefined) parts.push(`--port ${flags.port}`);
  if (flags.start !== undefined) parts.push(`--start ${shellWord(flags.start)}`);
  if (secret) parts.push('--secret "$SUVVY_WEBHOOK_SECRET"');
  return parts.join(' ');
}

import { resolve } from 'node:path';
import { apiPath } from '../../contract/api/fields.ts';
import { fingerprint } from '../../contract/bearer.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { PlatformNotice } from '../../platform/events.ts';
import { createPlatform, type Platform } from '../../platform/start-platform.ts';
import { formatStep } from '../../receiver/parse-script.ts';
import type { Listening } from '../../receiver/server.ts';
import { receiverNoticeText } from '../../sinks/receiver-notice.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { count, grouped } from '../../text/units.ts';
import { talker } from '../context.ts';
import { listenOrFallback } from '../flags/listen-or-fallback.ts';
import { resolveSecret, resolveToken } from '../flags/secret.ts';
import { resolveTarget } from '../flags/target.ts';
import { createReadyFile } from '../ready-file.ts';
import { createApp, startMs, usualPort, type App } from '../start/app.ts';
import type { RunningInspector } from '../ui/start-inspector.ts';
import { requireUi } from '../ui/ui-flags.ts';
import { createFlaggedBot } from './bot-of.ts';
import { openChat } from './chat.ts';
import type { MockFlags } from './flags.ts';
import { createMockWatch, type MockWatch } from './watch.ts';

/** Everything that a run needs, with the flags already understood. */
interface MockRun {
  flags: MockFlags;
  host: Host;
  webhook: URL;
  secret: string | null;
  token: string | null;
  platform: Platform;
  watch: MockWatch;
}

/** Is Suvvy until it is told to end, and tells how that went. */
export async function runMock(flags: MockFlags, host: Host): Promise<ExitCode> {
  requireUi(flags);
  const { readyFile } = flags;
  const file = await createReadyFile(readyFile === undefined ? undefined : resolve(host.cwd, readyFile));
  const webhook = resolveTarget(flags.url, host);
  const secret = await resolveSecret(flags, host);
  const token = await resolveToken(flags, host);
  refuseFiles(flags);
  const bot = await createFlaggedBot(flags, host);
  // Asking for it is what catches signals.
  const { signal } = host;
  const watch = await createMockWatch(flags, secret, host);
  // Nothing of it is loaded without --ui.
  const ui = flags.ui === undefined ? null : (await import('./ui.ts')).prepareMockUi(flags, host);
  const platform = createPlatform({
    webhook,
    secret,
    token,
    bot,
    cwd: host.cwd,
    respond: flags.respond ?? [],
    clock: host.clock,
    keep: watch.keep,
    keepBodies: ui !== null,
    onEvent: (event) => {
      watch.see(event);
      ui?.see(event);
    },
    onNotice: createNoticeWriter(flags, host),
  });
  const run: MockRun = { flags, host, webhook, secret, token, platform, watch };
  let app: App | null = null;
  let inspector: RunningInspector | undefined;
  let failure: string | null = null;
  try {
    const listening = await listenOrFallback(platform, { ...flags, host: '127.0.0.1' }, host, usualPort);
    const endpoint = listening.url + apiPath;
    inspector = await ui?.start({ platform, webhook, secret, endpoint });
    const { url, port } = listening;
    const ready = jsonLine({ type: 'ready', url, port, endpoint, ui: inspector?.url });
    if (flags.json) watch.write([ready]);
    if (flags.start !== undefined) app = await createApp(flags.start, { ...run, apiUrl: listening.url, startMs });
    failure = (await app?.untilUp()) ?? null;
    if (failure === null) {
      await introduce(run, listening, inspector);
      await file.write(`${ready}\n`);
      failure = await untilEnd(run, app, signal);
    }
  } finally {
    await file.remove();
    await Promise.all([platform.close(), inspector?.close()]);
    await app?.stop();
  }
  return finish(run, app, failure);
}

/** Runs until there was enough, the time is up, the user ends it, or the app has failed: then with the reason. */
async function untilEnd(
  { flags, host, platform, watch }: MockRun,
  app: App | null,
  signal: AbortSignal,
): Promise<string | null> {
  const over = new AbortController();
  const stopped = AbortSignal.any([signal, host.unread]);
  const chat = flags.chat ? openChat({ platform, watch, host, flags }) : null;
  const endsWithChat = chat !== null && flags.exitAfter === undefined && flags.timeout === undefined;
  const isEnough = (): boolean => flags.exitAfter !== undefined && watch.tally().accepted >= flags.exitAfter;
  const limits = { timeoutMs: flags.timeout ?? 2 ** 31 - 1, signal: AbortSignal.any([stopped, over.signal]) };
  const failure = await Promise.race([
    watch.news.until(isEnough, limits).then(() => null),
    ...(endsWithChat ? [chat.ended.then(() => null)] : []),
    ...(app ? [app.failed] : []),
  ]);
  over.abort();
  // What was asked for is whole only with its replies.
  if (!signal.aborted && !host.unread.aborted && failure === null)
    await platform.idle(AbortSignal.any([signal, host.unread]));
  chat?.close();
  return failure;
}

async function finish({ flags, host, watch }: MockRun, app: App | null, failure: string | null): Promise<ExitCode> {
  const { accepted, findings } = watch.tally();
  const missing = Math.max(0, (flags.exitAfter ?? 0) - accepted);
  await watch.finish(missing);
  const talk = talker(host, flags);
  await app?.report(failure);
  if (missing > 0) talk(`${count(missing, 'message')} did not come (--exit-after ${flags.exitAfter})`);
  if (watch.bugTold()) return ExitCode.bug;
  if (failure !== null) throw new HookError(failure, { exitCode: ExitCode.unable });
  if (flags.failOnFindings && findings.error > 0) talk(`${count(findings.error, 'error')} found (--fail-on-findings)`);
  return missing > 0 || (flags.failOnFindings && findings.error > 0) ? ExitCode.failed : ExitCode.ok;
}

async function introduce(
  { flags, host, webhook, secret, token }: MockRun,
  { url }: Listening,
  inspector: RunningInspector | undefined,
): Promise<void> {
  if (flags.json) return;
  const talk = talker(host, flags);
  const style = await host.style(host.stderr, flags);
  const checked = token ? `checks the token sha256:${fingerprint(token)}` : 'takes any token (--token)';
  const sent = secret ? `with the secret sha256:${fingerprint(secret)}` : 'without a secret (--secret)';
  talk(`${style.bold(`Suvvy's API is on ${safeLine(url)}`)}  ${checked}`);
  talk(`messages are posted to ${safeLine(url + apiPath)}`);
  talk(`the bot replies to ${safeLine(webhook.href)} ${sent}`);
  if (flags.respond) talk(`answers by the script ${flags.respond.map(formatStep).join(',')}`);
  if (inspector) talk(style.bold(`inspector: ${inspector.url}`));
  if (flags.chat) talk('type as the bot; /help lists what else can be typed');
  talk(style.dim('Ctrl-C ends it\n'));
}

function refuseFiles({ respond = [] }: MockFlags): void {
  const step = respond.find(({ file }) => file !== null);
  if (step)
    throw new HookError(`--respond ${formatStep(step)} has a body of its own`, {
      hint: 'mock answers with the bodies of the API: leave the file out',
    });
}

/** Tells of trouble of ours, each kind once and then at the powers of ten: where there is one, there are thousands. */
function createNoticeWriter(flags: MockFlags, host: Host): (notice: PlatformNotice) => void {
  const times = new Map<string, number>();
  return (notice) => {
    const text = noticeText(notice);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    const isTold = Number.isInteger(Math.log10(before + 1));
    if (isTold) talker(host, flags)(`! ${text}${before > 0 ? ` (${grouped(before + 1)} times)` : ''}`);
  };
}

function noticeText(notice: PlatformNotice): string {
  if (notice.kind === 'unsent') return `a reply was not sent: ${safeLine(systemReason(notice.error))}`;
  return receiverNoticeText(notice);
}

import { resolve } from 'node:path';
import { Option } from 'commander';
import { ExitCode, HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { createEntryLines, type EntryLines } from '../../journal/entry-line.ts';
import type { Received } from '../../receiver/inspect.ts';
import type { Answered } from '../../receiver/request-lifecycle.ts';
import { createReceiver } from '../../receiver/server.ts';
import { createLineWriter } from '../../sinks/line-writer.ts';
import { createNdjsonSink } from '../../sinks/ndjson.ts';
import { receiverNoticeText } from '../../sinks/receiver-notice.ts';
import { joinSinks, type Sink } from '../../sinks/sink.ts';
import { createTerminalSink } from '../../sinks/terminal.ts';
import { missingLine, tallyLines, type FinalCounts, createArrivalTally } from '../../sinks/tally.ts';
import { jsonLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
import { createBugReport } from '../bug-report.ts';
import { talker, type Context, type GlobalOptions, type Register } from '../context.ts';
import { createReadyFile } from '../ready-file.ts';
import { addAnswerFlags, type AnswerFlags } from '../flags/answer-flags.ts';
import { refuseLoop, resolveAnswer } from './answer.ts';
import { createEnd } from './end.ts';
import { listenOrFallback, defaultPort, type AddressOptions } from '../flags/listen-or-fallback.ts';
import { parseBodyLimit, parseCount, parseHost, parsePort, parsePositiveDuration } from '../flags/option-parsers.ts';
import { addSecretOptions, resolveSecret, type SecretOptions } from '../flags/secret.ts';
import { parseUrlPath } from '../flags/url-path.ts';
import { addUiOptions, requireUi, type UiFlags } from '../ui/ui-flags.ts';
import { printReady } from './print-ready.ts';
import type { RunningInspector } from '../ui/start-inspector.ts';
import { addRecordingOptions, startRecording, type RecordingOptions } from './recording.ts';

export interface ListenOptions
  extends GlobalOptions, SecretOptions, AddressOptions, AnswerFlags, RecordingOptions, UiFlags {
  path?: string;
  strict?: boolean;
  maxBody?: number;
  events?: string[];
  exitAfter?: number;
  timeout?: number;
  readyFile?: string;
}

export const registerListen: Register = (command, context) => {
  command
    .description('Receive what Suvvy sends, show it, and answer as a correct webhook does.')
    .argument('[port]', 'short for --port', parsePort)
    .addOption(
      new Option('-p, --port <port>', `default: ${defaultPort}, or a free one if that is taken`).argParser(parsePort),
    )
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1').argParser(parseHost))
    .addOption(new Option('--path <path>', 'the only path that is answered (default: any)').argParser(parseUrlPath));
  addUiOptions(addRecordingOptions(addAnswerFlags(addSecretOptions(command))))
    .addOption(new Option('--strict', 'answer 422 if a body breaks the contract'))
    .addOption(new Option('--max-body <size>', 'largest body (default: 5mb)').argParser(parseBodyLimit))
    .addOption(new Option('--events <type...>', 'show and count only these event types'))
    .addOption(new Option('--exit-after <n>', 'end after this many acknowledged events').argParser(parseCount))
    .addOption(new Option('--timeout <duration>', 'end after this time').argParser(parsePositiveDuration))
    .addOption(
      new Option('--ready-file <file>', 'write the ready line there once the port is bound; removed at the end'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook listen
  $ suvvy-hook listen 3000 --secret "$SECRET" --strict
  $ suvvy-hook listen --respond '503x3,200@1.5s'
  $ suvvy-hook listen --forward http://localhost:3000/webhook
  $ suvvy-hook listen --json | jq .body
  $ suvvy-hook listen --record events.ndjson
  $ suvvy-hook listen --ui --open
  $ suvvy-hook listen --exit-after 1 --timeout 30s --ready-file ready.json`,
    );
  command.action(async (port: number | undefined) => {
    const options = command.optsWithGlobals<ListenOptions>();
    if (port !== undefined && options.port !== undefined)
      throw new HookError(`there are two ports: ${port} and ${options.port}`, { hint: 'remove one of them' });
    context.finish(await listen({ ...options, ...(port === undefined ? {} : { port }) }, context));
  });
};

async function listen(options: ListenOptions, { host }: Context): Promise<ExitCode> {
  requireUi(options);
  const { readyFile } = options;
  const file = await createReadyFile(readyFile === undefined ? undefined : resolve(host.cwd, readyFile));
  const secret = await resolveSecret(options, host);
  const answer = await resolveAnswer(options, host);
  // Nothing of it is loaded without --ui.
  const ui = options.ui === undefined ? null : (await import('./ui.ts')).prepareUi(options, { answer, secret, host });
  // Reading it installs the signal handlers.
  const { signal } = host;
  const lines = createEntryLines(secret);
  const end = createEnd(options);
  const bugs = createBugReport(host);
  const watch = await createWatch(options, secret, host, {
    lines,
    sinks: [end, ...(ui ? [ui] : [])],
    onBug: bugs.tell,
  });
  const recording = startRecording(options, lines, host);
  const receiver = createReceiver({
    secret,
    strict: options.strict ?? false,
    path: options.path,
    maxBodyBytes: options.maxBody,
    clock: host.clock,
    answer,
    currentAnswer: ui?.answer,
    keep: recording.keep,
    onReceived: watch.see,
    onNotice: (notice) => talker(host, options)(`! ${receiverNoticeText(notice)}`),
  });
  let inspector: RunningInspector | undefined;
  try {
    const listening = await listenOrFallback(receiver, options, host);
    refuseLoop(options, listening);
    inspector = await ui?.start(listening);
    await printReady({ ...listening, ui: inspector?.url }, options, secret, host, { write: watch.write, file });
    await end.reached(AbortSignal.any([signal, host.unread]));
  } finally {
    await file.remove();
    await Promise.all([receiver.close(), inspector?.close()]);
    recording.close();
  }
  const missing = end.missing();
  const counts = await watch.finish(missing);
  if (missing > 0) talker(host, options)(missingLine(missing, options.exitAfter, counts));
  if (bugs.told()) return ExitCode.bug;
  return missing > 0 ? ExitCode.failed : ExitCode.ok;
}

/** Everything that observes a run. */
async function createWatch(
  options: ListenOptions,
  secret: string | null,
  host: Host,
  { lines, sinks: more, onBug }: { lines: EntryLines; sinks: readonly Sink[]; onBug: (error: unknown) => void },
) {
  const style = await host.style(host.stdout, options);
  const tally = createArrivalTally();
  const others = createArrivalTally();
  const writer = createLineWriter(host.stdout, (skipped) =>
    options.json
      ? jsonLine({ type: 'skipped', lines: skipped })
      : `… ${count(skipped, 'line')} skipped: the terminal was too slow`,
  );
  const shown = options.json
    ? createNdjsonSink(writer, lines)
    : createTerminalSink(writer, {
        style,
        secret,
        verbose: options.verbose ?? false,
        ids: options.record !== undefined,
      });
  // Count first: an event that cannot be shown has still arrived.
  const sinks = joinSinks([tally, ...more, shown], onBug);
  const wanted = options.events && new Set(options.events);
  return {
    write: writer.write,
    see: (received: Received, answered: Answered): void =>
      !wanted || wanted.has(received.eventType ?? '') ? sinks.see(received, answered) : others.see(received, answered),
    async finish(missing: number): Promise<FinalCounts> {
      const counts = tally.read();
      const missingTypes = [...(wanted ?? [])].filter((type) => !Object.hasOwn(counts.events, type));
      const summary = { type: 'summary', ...counts, missing, missingTypes };
      await writer.end(options.json ? [jsonLine(summary)] : tallyLines(counts, style));
      return { ...counts, missingTypes, others: others.read() };
    },
  };
}

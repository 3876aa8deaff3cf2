import { Option } from 'commander';
import { isAcknowledged } from '../../contract/limits.ts';
import { createRedactor } from '../../contract/redact.ts';
import { ExitCode } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { createEntryLines, type EntryLines } from '../../journal/entry-line.ts';
import { withoutSecret, type Received } from '../../receiver/inspect.ts';
import type { Answered } from '../../receiver/request-lifecycle.ts';
import { createReceiver } from '../../receiver/server.ts';
import { cardLines } from '../../sinks/card.ts';
import { createLineWriter } from '../../sinks/line-writer.ts';
import { eventLine } from '../../sinks/ndjson.ts';
import { missingLine, tallyLines, type FinalCounts, createArrivalTally } from '../../sinks/tally.ts';
import { jsonLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
import { talker, type Context, type GlobalOptions, type Register } from '../context.ts';
import { addAnswerFlags, refuseLoop, resolveAnswer, type AnswerFlags } from './answer-flags.ts';
import { listenOrFallback, defaultPort, type AddressOptions } from '../flags/listen-or-fallback.ts';
import { parseBytes, parseCount, parseHost, parsePort, parsePositiveDuration } from '../flags/option-parsers.ts';
import { addSecretOptions, resolveSecret, type SecretOptions } from '../flags/secret.ts';
import { printReady } from './print-ready.ts';
import { addRecordingOptions, startRecording, type Recorded, type RecordingOptions } from './recording.ts';

export interface ListenOptions extends GlobalOptions, SecretOptions, AddressOptions, AnswerFlags, RecordingOptions {
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
    .addOption(
      new Option('--port <port>', `default: ${defaultPort}, or a free one if that is taken`).argParser(parsePort),
    )
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1').argParser(parseHost))
    .addOption(new Option('--path <path>', 'the one path that is answered (default: any)'));
  addRecordingOptions(addAnswerFlags(addSecretOptions(command)))
    .addOption(new Option('--strict', 'answer 422 to what breaks the contract'))
    .addOption(new Option('--max-body <size>', 'largest body (default: 5mb)').argParser(parseBytes))
    .addOption(new Option('--events <type...>', 'show and count only these event types'))
    .addOption(new Option('--exit-after <n>', 'end after so many acknowledged events').argParser(parseCount))
    .addOption(new Option('--timeout <duration>', 'end after this time').argParser(parsePositiveDuration))
    .addOption(new Option('--ready-file <file>', 'write the ready line there once the port is bound'))
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook listen
  $ suvvy-hook listen --port 3000 --secret "$SECRET" --strict
  $ suvvy-hook listen --respond '503x3,200@1.5s'
  $ suvvy-hook listen --forward http://localhost:3000/webhook
  $ suvvy-hook listen --json | jq .body
  $ suvvy-hook listen --record events.ndjson
  $ suvvy-hook listen --exit-after 1 --timeout 30s --ready-file ready.json`,
    );
  command.action(async () => context.finish(await listen(command.optsWithGlobals(), context)));
};

async function listen(options: ListenOptions, { host }: Context): Promise<ExitCode> {
  const secret = await resolveSecret(options, host);
  const answer = await resolveAnswer(options, host);
  const { signal } = host;
  const end = createEnd(options);
  const lines = createEntryLines(secret);
  const watch = await createWatch(options, secret, host, { lines, onEvent: end.count });
  const recording = startRecording(options, lines, host);
  const receiver = createReceiver({
    secret,
    strict: options.strict ?? false,
    path: options.path === undefined ? undefined : `/${options.path.replace(/^\//, '')}`,
    maxBodyBytes: options.maxBody,
    clock: host.clock,
    answer,
    keep: recording.keep,
    onReceived: watch.see,
  });
  try {
    const listening = await listenOrFallback(receiver, options, host);
    refuseLoop(options, listening);
    await printReady(listening, options, secret, host, watch.write);
    await end.reached(AbortSignal.any([signal, host.unread]));
  } finally {
    await receiver.close();
    recording.close();
  }
  const missing = end.missing();
  const counts = await watch.finish(missing);
  if (missing === 0) return ExitCode.ok;
  talker(host, options)(missingLine(missing, options.exitAfter, counts));
  return ExitCode.failed;
}

/** What ends a run: enough events, the time, or the user. */
function createEnd({ exitAfter, timeout }: ListenOptions) {
  let acknowledged = 0;
  let enough: () => void = () => {};
  return {
    count(): void {
      acknowledged += 1;
      if (acknowledged === exitAfter) enough();
    },
    missing: (): number => Math.max(0, (exitAfter ?? 0) - acknowledged),
    reached: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const timer = timeout === undefined ? undefined : setTimeout(() => enough(), timeout);
        enough = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', enough);
          resolve();
        };
        signal.addEventListener('abort', enough);
        // Events may have come while the start was still being announced.
        if (signal.aborted || (exitAfter !== undefined && acknowledged >= exitAfter)) enough();
      }),
  };
}

/** Shows and counts what arrives: cards, or NDJSON. */
async function createWatch(
  options: ListenOptions,
  secret: string | null,
  host: Host,
  { lines, onEvent }: { lines: EntryLines; onEvent: () => void },
) {
  const style = await host.style(host.stdout, options);
  const tally = createArrivalTally(secret);
  const others = createArrivalTally(secret);
  const writer = createLineWriter(host.stdout, (skipped) =>
    options.json
      ? jsonLine({ type: 'skipped', lines: skipped })
      : `… ${count(skipped, 'line')} skipped: the terminal was too slow`,
  );
  const redact = createRedactor(secret);
  const wanted = options.events && new Set(options.events);
  const view = { style, secret, verbose: options.verbose ?? false };
  return {
    write: writer.write,
    see(raw: Received, answer: Answered, { kept }: { kept?: Recorded | undefined }): void {
      const received = withoutSecret(raw, redact);
      if (wanted && !wanted.has(received.eventType ?? '')) return others.see(received, answer);
      tally.see(received, answer);
      if (options.json)
        writer.write([eventLine(kept && isSame(kept.answered, answer) ? kept.line : lines(raw, answer))]);
      else writer.write([...cardLines(received, answer, view), '']);
      if (answer.status !== null && isAcknowledged(answer.status)) onEvent();
    },
    async finish(missing: number): Promise<FinalCounts> {
      const counts = tally.read();
      const missingTypes = [...(wanted ?? [])].filter((type) => !Object.hasOwn(counts.events, type));
      const summary = { type: 'summary', ...counts, missing, missingTypes };
      await writer.end(options.json ? [jsonLine(summary)] : tallyLines(counts, style));
      return { ...counts, missingTypes, others: others.read() };
    },
  };
}

/** Whether a journal says of an answer what became of it. */
function isSame(one: Answered, other: Answered): boolean {
  return one.status === other.status && one.scripted === other.scripted && one.forwarded === other.forwarded;
}

import { rename, writeFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { Option } from 'commander';
import { fingerprint } from '../contract/bearer.ts';
import { isAcknowledged } from '../contract/limits.ts';
import { errorCode, ExitCode, HookError, systemReason } from '../errors.ts';
import type { Host } from '../host.ts';
import { journalEntry } from '../journal/entry.ts';
import { createReceiver, type Listening, type Receiver } from '../receiver/create-receiver.ts';
import { withoutSecret, type Received } from '../receiver/inspect.ts';
import { cardLines } from '../render/card.ts';
import { tallyLines } from '../render/tally.ts';
import { jsonLine, safeLine } from '../render/text.ts';
import { count } from '../render/units.ts';
import { createLineWriter } from '../sinks/line-writer.ts';
import { createTally } from '../sinks/tally.ts';
import { talker, type Context, type GlobalOptions, type Register } from './context.ts';
import { parseBytes, parseCount, parseHost, parsePort, parsePositiveDuration } from './option-parsers.ts';
import { addSecretOptions, resolveSecret, type SecretOptions } from './secret.ts';
import { isLoopback } from '../delivery/reach.ts';

interface ListenOptions extends GlobalOptions, SecretOptions {
  port?: number;
  host: string;
  path?: string;
  strict?: boolean;
  maxBody?: number;
  events?: string[];
  exitAfter?: number;
  timeout?: number;
  readyFile?: string;
}

const defaultPort = 8080;

export const registerListen: Register = (program, context) => {
  const command = program
    .command('listen')
    .summary('a temporary receiver that pretty-prints what arrives')
    .description('Receive what Suvvy sends, show it, and answer as a correct webhook does.')
    .addOption(
      new Option('--port <port>', `default: ${defaultPort}, or a free one if that is taken`).argParser(parsePort),
    )
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1').argParser(parseHost))
    .addOption(new Option('--path <path>', 'the one path that is answered (default: any)'));
  addSecretOptions(command)
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
  $ suvvy-hook listen --json | jq .body
  $ suvvy-hook listen --exit-after 1 --timeout 30s --ready-file ready.json`,
    );
  command.action(async () => context.finish(await listen(command.optsWithGlobals(), context)));
};

async function listen(options: ListenOptions, { host }: Context): Promise<ExitCode> {
  const secret = await resolveSecret(options, host);
  const { signal } = host;
  const end = createEnd(options);
  const watch = await createWatch(options, secret, host, end.count);
  const receiver = createReceiver({
    secret,
    strict: options.strict ?? false,
    path: options.path === undefined ? undefined : `/${options.path.replace(/^\//, '')}`,
    maxBodyBytes: options.maxBody,
    clock: host.clock,
    onReceived: watch.see,
  });
  const listening = await bind(receiver, options, host);
  try {
    await announce(listening, options, secret, host, watch.write);
    await end.reached(signal);
  } finally {
    await receiver.close();
  }
  await watch.finish();
  const missing = end.missing();
  if (missing === 0) return ExitCode.ok;
  talker(host, options)(`${count(missing, 'event')} did not come (--exit-after ${options.exitAfter})`);
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
        if (signal.aborted || acknowledged === exitAfter) enough();
      }),
  };
}

/** Shows and counts what arrives: cards, or NDJSON. */
async function createWatch(options: ListenOptions, secret: string | null, host: Host, onEvent: () => void) {
  const style = await host.style(host.stdout, options);
  const tally = createTally();
  const writer = createLineWriter(host.stdout, (lines) =>
    options.json
      ? jsonLine({ type: 'skipped', lines })
      : `… ${count(lines, 'line')} skipped: the terminal was too slow`,
  );
  const wanted = options.events && new Set(options.events);
  const view = { style, secret, verbose: options.verbose ?? false };
  return {
    write: writer.write,
    see(raw: Received, answer: { status: number | null }): void {
      const received = withoutSecret(raw, secret);
      if (wanted && !wanted.has(received.eventType ?? '')) return;
      tally.see(received, answer);
      if (options.json) writer.write([jsonLine({ type: 'event', ...journalEntry(raw, answer, secret) })]);
      else writer.write([...cardLines(received, answer, view), '']);
      if (answer.status !== null && isAcknowledged(answer.status)) onEvent();
    },
    async finish(): Promise<void> {
      const counts = tally.read();
      writer.write(options.json ? [jsonLine({ type: 'summary', ...counts })] : tallyLines(counts, style));
      await writer.flush();
    },
  };
}

async function bind(receiver: Receiver, options: ListenOptions, host: Host): Promise<Listening> {
  const port = options.port ?? defaultPort;
  try {
    return await receiver.listen({ port, host: options.host });
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE' && options.port === undefined) {
      talker(host, options)(`port ${defaultPort} is taken: listening on a free one instead`);
      return receiver.listen({ port: 0, host: options.host });
    }
    throw new HookError(`cannot listen on ${options.host}:${port}: ${systemReason(error)}`, {
      hint: bindHint(errorCode(error)),
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

function bindHint(code: string | null): string {
  if (code === 'EADDRINUSE') return '--port 0 takes any free one';
  if (code === 'EACCES') return 'ports under 1024 are for root: take a higher one';
  return '--host takes an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0';
}

async function announce(
  { url, port, address }: Listening,
  options: ListenOptions,
  secret: string | null,
  host: Host,
  write: (lines: string[]) => void,
): Promise<void> {
  const ready = jsonLine({ type: 'ready', url, port });
  if (options.json) write([ready]);
  const talk = talker(host, options);
  if (!isLoopback(address))
    talk(`! ${safeLine(url)} can be reached from other machines${secret ? '' : ', and no secret is checked'}`);
  if (!options.json) await introduce(url, options, secret, host);
  // Last, so that whoever waits for it finds everything else said.
  if (options.readyFile !== undefined) await writeAtomically(resolvePath(host.cwd, options.readyFile), `${ready}\n`);
}

async function introduce(link: string, options: ListenOptions, secret: string | null, host: Host): Promise<void> {
  const talk = talker(host, options);
  const style = await host.style(host.stderr, options);
  const url = safeLine(link);
  const checked = secret ? `checks the secret sha256:${fingerprint(secret)}` : 'checks no secret (--secret)';
  talk(`${style.bold(`listening on ${url}`)}  ${options.path === undefined ? 'any path · ' : ''}${checked}`);
  // With npx, because that finds it in a clone, in a project and where it is installed for all.
  const trial = `npx suvvy-hook send fixture --url ${url}${options.path === undefined ? '/' : ''}`;
  talk(style.dim(`try it: ${trial}${secret ? ' --secret "$SUVVY_WEBHOOK_SECRET"' : ''}`));
  talk(style.dim('Ctrl-C ends it\n'));
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    throw new HookError(`cannot write ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

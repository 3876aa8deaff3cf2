import type { ChalkInstance } from 'chalk';
import { ExitCode, HookError, systemReason } from './errors.ts';
import { currentDate, monotonicMs, setTimeout } from './http/clock.ts';
import { link, showsLinks } from './text/terminal-link.ts';

/** Where a process writes. `process.stdout` and `process.stderr` fit, and so does a small fake. */
export interface SystemOutput {
  write(text: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where a command writes. The secrets of the run are taken out of what it writes. */
export interface Output extends SystemOutput {
  /** For a text whose strings had the secrets taken out before it was built: a second search could break its format. */
  writeCleared(text: string): boolean;
}

/** Monotonic milliseconds for durations, the calendar for time stamps. */
export interface Clock {
  now(): number;
  date(): Date;
}

/** Colours and width of one output. Without colour, every function returns its text unchanged. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  /** The text as a clickable link if the terminal can show one and the URL is http(s); else the text. */
  link(text: string, url: string): string;
  /** The width to lay out for: the terminal's, else `COLUMNS`, else Infinity: a pipe breaks no line. */
  columns: number;
}

/** The outside world, given to every command as an argument. */
export interface Host extends SystemHost {
  stdout: Output;
  stderr: Output;
  /** Texts that no output may show. Code that reads a secret adds it here. */
  secrets: Set<string>;
}

/** The outside world as the process sees it. */
export interface SystemHost {
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean; destroy?(): unknown };
  stdout: SystemOutput;
  stderr: SystemOutput;
  env: Record<string, string | undefined>;
  cwd: string;
  /** The path that started this program. If npm made a link to it, this is the link. */
  readonly scriptPath: string;
  /** The user id of this process; null on systems without user ids. */
  readonly uid: number | null;
  /** `20.18.1` */
  nodeVersion: string;
  /** The runtime if it is not Node, with its version: `Bun 1.3.0`; null for Node. */
  readonly otherRuntime: string | null;
  clock: Clock;
  /** Aborts with an `Interrupt` on SIGINT, SIGTERM, or a closed terminal. The first read installs the handlers. */
  readonly signal: AbortSignal;
  /** Aborts when the reader of stdout has gone (`| head`). Work that only produces output stops; other work goes on. */
  readonly unread: AbortSignal;
  /** Calls `end` when the process exits, whatever the reason, synchronously. The returned function cancels it. */
  onExit(end: () => void): () => void;
  /** Calls `tell` with the first error that nobody caught, and then ends the process with the code that it gives. */
  onUncaught(tell: (error: unknown) => Promise<ExitCode>): void;
  /** Colours for one output; `color: false` turns them off, whatever the environment says. */
  style(output: SystemOutput, options?: { color?: boolean | undefined }): Promise<Style>;
}

/** Why `Host.signal` aborted. */
export interface Interrupt {
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  exitCode: ExitCode;
}

const interrupts: Record<Interrupt['signal'], Interrupt> = {
  SIGINT: { signal: 'SIGINT', exitCode: ExitCode.interrupted },
  SIGTERM: { signal: 'SIGTERM', exitCode: ExitCode.terminated },
  // The terminal was closed. Without a handler, Node would end and leave a server of `check --start` running.
  SIGHUP: { signal: 'SIGHUP', exitCode: ExitCode.terminated },
};

/** The host of a real process. Only this file reads `process`. */
export function systemHost(proc: NodeJS.Process): SystemHost {
  let signal: AbortSignal | undefined;
  const unread = new AbortController();
  for (const output of [proc.stdout, proc.stderr]) {
    quietOnClosedPipe(proc, output, () => output === proc.stdout && unread.abort());
    neverBlock(output);
  }
  return {
    // Opening stdin takes as long as some whole commands, and few commands read it.
    get stdin() {
      return proc.stdin;
    },
    stdout: proc.stdout,
    stderr: proc.stderr,
    env: proc.env,
    get cwd() {
      return currentFolder(proc);
    },
    get scriptPath() {
      return proc.argv[1] ?? '';
    },
    get uid() {
      return proc.geteuid?.() ?? null;
    },
    get nodeVersion() {
      return proc.versions.node;
    },
    get otherRuntime() {
      return otherRuntime(proc.versions);
    },
    clock: { now: monotonicMs, date: currentDate },
    get signal() {
      signal ??= catchSignals(proc);
      return signal;
    },
    unread: unread.signal,
    onExit(end) {
      proc.once('exit', end);
      return () => void proc.off('exit', end);
    },
    onUncaught(tell) {
      let isTold = false;
      const end = async (bug: unknown): Promise<void> => {
        if (isTold) return;
        isTold = true;
        proc.exit(await tell(bug).catch(() => ExitCode.bug));
      };
      // Node's own words for it would end in exit 1, which is a verdict, and nothing would take the secret out.
      proc.on('uncaughtException', (error) => void end(error));
    },
    style: (output, { color } = {}) => createStyle(output, proc.env, color),
  };
}

function otherRuntime({ bun, deno }: NodeJS.ProcessVersions): string | null {
  return bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : null;
}

function currentFolder(proc: NodeJS.Process): string {
  try {
    return proc.cwd();
  } catch (error) {
    throw new HookError(`the current folder does not exist any more: ${systemReason(error)}`, {
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

/**
 * The reader of a pipe (`| head`) or the terminal has gone: this is not an error. If a pipe has gone, the run still has
 * a verdict, and somebody may use its exit code. If the terminal has gone, nobody is left to tell.
 */
function quietOnClosedPipe(proc: NodeJS.Process, output: NodeJS.WriteStream, onClosed: () => void): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    const hungUp = error.code === 'EIO' && output.isTTY;
    if (error.code === 'EPIPE') return onClosed();
    if (hungUp) {
      endByHangup(proc);
      proc.exit(proc.exitCode ?? ExitCode.ok);
    }
    if (output !== proc.stderr) proc.stderr.write(`error: cannot write the output: ${systemReason(error)}\n`);
    proc.exit(ExitCode.unable);
  });
}

/** Node writes to a terminal synchronously, so a stopped terminal (Ctrl-S) would also stop the receiver. */
function neverBlock(output: NodeJS.WriteStream): void {
  // Undocumented. Node itself calls it with `true`.
  const { _handle: handle } = output as { _handle?: { setBlocking?(on: boolean): void } };
  if (output.isTTY) handle?.setBlocking?.(false);
}

/** How long an interrupted run may take to end. Requests in flight get 2 s, and the last output gets 1 s. */
const patienceMs = 4000;

function catchSignals(proc: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  for (const interrupt of Object.values(interrupts)) {
    proc.on(interrupt.signal, () => {
      // The second signal means "now": drop what is still in flight.
      if (controller.signal.aborted) proc.exit(interrupt.exitCode);
      // The terminal has just written `^C`: start a new line.
      if (interrupt.signal === 'SIGINT' && proc.stderr.isTTY) proc.stderr.write('\n');
      if (interrupt.signal === 'SIGHUP') endByHangup(proc);
      controller.abort(interrupt);
      // If nobody reads the output, it would keep the process alive forever.
      setTimeout(() => proc.exit(proc.exitCode ?? interrupt.exitCode), patienceMs).unref();
    });
  }
  return controller.signal;
}

/**
 * Node aborts if it cannot reset the terminal at exit because the terminal has gone. So we end by the signal itself.
 */
function endByHangup(proc: NodeJS.Process): void {
  if (![proc.stdin, proc.stdout, proc.stderr].some((stream) => stream.isTTY)) return;
  proc.once('exit', () => {
    proc.removeAllListeners('SIGHUP');
    proc.kill(proc.pid, 'SIGHUP');
  });
}

async function createStyle(output: SystemOutput, env: Host['env'], color: boolean | undefined): Promise<Style> {
  const columns = (output.isTTY && output.columns) || Number(env['COLUMNS']) || (output.isTTY ? 80 : Infinity);
  const level = color === false ? 0 : colorLevel(output, env);
  // Most runs in pipes and in CI never need chalk, and loading it would be most of their start-up time.
  const chalk = level > 0 ? new (await import('chalk')).Chalk({ level: 1 }) : null;
  return { ...palette(chalk), link: showsLinks(output, env) ? link : (text) => text, columns };
}

/** NO_COLOR, then FORCE_COLOR, then the terminal. We do it ourselves because chalk does not know NO_COLOR. */
function colorLevel(output: SystemOutput, env: Host['env']): 0 | 1 {
  if (env['NO_COLOR']) return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : 1;
  return output.isTTY && env['TERM'] !== 'dumb' ? 1 : 0;
}

function palette(chalk: ChalkInstance | null): Omit<Style, 'columns' | 'link'> {
  // Pass on only one argument: chalk joins all its arguments, and `lines.map(style.dim)` passes three.
  const paint =
    (name: keyof Omit<Style, 'columns' | 'link'>) =>
    (text: string): string =>
      chalk ? chalk[name](text) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}

import type { ChalkInstance } from 'chalk';
import { ExitCode, HookError, systemReason } from './errors.ts';

/** Where a process writes: `process.stdout` and `process.stderr` fit, and so does a fake of a few lines. */
export interface SystemOutput {
  write(text: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where a command writes. What it writes has the secrets of the run taken out. */
export interface Output extends SystemOutput {
  /** For a text whose strings had the secrets taken out before it was put together: to look for them again could break its form. */
  writeCleared(text: string): boolean;
}

/** Monotonic milliseconds for spans, the calendar for time stamps. */
export interface Clock {
  now(): number;
  date(): Date;
}

/** Colours and width of one output. Without colour every function gives its text back as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  /** The text as a link that can be clicked, where the terminal can and the URL is http(s); else the text. */
  link(text: string, url: string): string;
  /** Width to lay out for: the terminal's own, else `COLUMNS`; in a pipe without that no line is broken (Infinity). */
  columns: number;
}

/** The world, handed to every command as an argument. */
export interface Host extends SystemHost {
  stdout: Output;
  stderr: Output;
  /** What no way out may show: whoever reads a secret adds it. */
  secrets: Set<string>;
}

/** The world as the process has it. */
export interface SystemHost {
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean; destroy?(): unknown };
  stdout: SystemOutput;
  stderr: SystemOutput;
  env: Record<string, string | undefined>;
  cwd: string;
  /** The path that this program was started by: of a link that npm made, the link. */
  readonly scriptPath: string;
  /** The user that this runs as; null where the system has no numbers for users. */
  readonly uid: number | null;
  /** `20.18.1` */
  nodeVersion: string;
  /** What runs this in the place of Node, with its version: `Bun 1.3.0`; null for Node. */
  readonly otherRuntime: string | null;
  clock: Clock;
  /**
   * Aborts on the first SIGINT or SIGTERM, and when its terminal is closed, with an `Interrupt` as its reason. Asking
   * for it is what catches them.
   */
  readonly signal: AbortSignal;
  /** Aborts when whoever read stdout has left (`| head`): what runs only to be read ends then, all else goes on. */
  readonly unread: AbortSignal;
  /** Has `end` called however the process ends, at once and unawaited, until the function that comes back is called. */
  onExit(end: () => void): () => void;
  /** Colours for one output; `color: false` turns them off whatever the environment says. */
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
  // The terminal was closed. Node's own end would leave a server of `check --start` behind.
  SIGHUP: { signal: 'SIGHUP', exitCode: ExitCode.terminated },
};

/** The host of a real process: the only reader of `process`. */
export function systemHost(proc: NodeJS.Process): SystemHost {
  let signal: AbortSignal | undefined;
  const unread = new AbortController();
  for (const output of [proc.stdout, proc.stderr]) {
    quietOnClosedPipe(proc, output, () => output === proc.stdout && unread.abort());
    neverBlock(output);
  }
  return {
    // Opening it costs as much as some commands take as a whole, and few of them read it.
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
      const { bun, deno } = proc.versions;
      return bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : null;
    },
    clock: { now: () => performance.now(), date: () => new Date() },
    get signal() {
      signal ??= catchSignals(proc);
      return signal;
    },
    unread: unread.signal,
    onExit(end) {
      proc.once('exit', end);
      return () => void proc.off('exit', end);
    },
    style: (output, { color } = {}) => createStyle(output, proc.env, color),
  };
}

function currentFolder(proc: NodeJS.Process): string {
  try {
    return proc.cwd();
  } catch (error) {
    throw new HookError(`the current folder is gone: ${systemReason(error)}`, {
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

/**
 * The reader of a pipe went away (`| head`), or the terminal: that is no error. Without a pipe a run still has its
 * verdict, and its exit code is for somebody else; without a terminal nobody is left.
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

/** Node writes to a terminal synchronously: one that is stopped (Ctrl-S) would stop the receiver with it. */
function neverBlock(output: NodeJS.WriteStream): void {
  // Undocumented, and what Node itself calls with `true`.
  const { _handle: handle } = output as { _handle?: { setBlocking?(on: boolean): void } };
  if (output.isTTY) handle?.setBlocking?.(false);
}

/** How long an interrupted run may take to end: what is in flight has 2 s, what is to be shown 1 s. */
const patienceMs = 4000;

function catchSignals(proc: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  for (const interrupt of Object.values(interrupts)) {
    proc.on(interrupt.signal, () => {
      // The second one means "now": what is still in flight is given up.
      if (controller.signal.aborted) proc.exit(interrupt.exitCode);
      // The terminal has just written `^C` there: what comes next begins a line of its own.
      if (interrupt.signal === 'SIGINT' && proc.stderr.isTTY) proc.stderr.write('\n');
      if (interrupt.signal === 'SIGHUP') endByHangup(proc);
      controller.abort(interrupt);
      // Output that nobody takes would keep the process for ever.
      setTimeout(() => proc.exit(proc.exitCode ?? interrupt.exitCode), patienceMs).unref();
    });
  }
  return controller.signal;
}

/** Node ends with an abort if the terminal that it puts back in order is gone: so the signal has the last word. */
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
  // Most runs in pipes and in CI never need chalk: not loading it is most of what they would wait for.
  const chalk = level > 0 ? new (await import('chalk')).Chalk({ level: 1 }) : null;
  return { ...palette(chalk), link: showsLinks(output, env) ? link : (text) => text, columns };
}

/** NO_COLOR, then FORCE_COLOR, then the terminal. Ours, because chalk does not know NO_COLOR. */
function colorLevel(output: SystemOutput, env: Host['env']): 0 | 1 {
  if (env['NO_COLOR']) return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : 1;
  return output.isTTY && env['TERM'] !== 'dumb' ? 1 : 0;
}

function palette(chalk: ChalkInstance | null): Omit<Style, 'columns' | 'link'> {
  // One argument, whoever calls: chalk joins all that it is given, and `lines.map(style.dim)` gives it three.
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

/** OSC 8. Parsing is what keeps the URL from ending the sequence early: it percent-encodes control characters. */
function link(text: string, url: string): string {
  const href = URL.canParse(url) ? new URL(url).href : '';
  return /^https?:[\x21-\x7e]{1,2000}$/.test(href) ? `\x1b]8;;${href}\x1b\\${text}\x1b]8;;\x1b\\` : text;
}

/** Only where it is known to work: some other terminals print the URL as rubbish. */
function showsLinks(output: SystemOutput, env: Host['env']): boolean {
  // GNU screen and tmux pass on the variables of the terminal around them, but not always the links.
  if (!output.isTTY || env['TERM'] === 'dumb' || env['STY']) return false;
  if (env['TMUX']) return env['TERM_PROGRAM'] === 'tmux' && Number.parseFloat(env['TERM_PROGRAM_VERSION'] ?? '') >= 3.4;
  return (
    linkPrograms.has(env['TERM_PROGRAM'] ?? '') ||
    linkTerminals.has(env['TERM'] ?? '') ||
    Number(env['VTE_VERSION']) >= 5000 ||
    ['KITTY_WINDOW_ID', 'WT_SESSION', 'KONSOLE_VERSION'].some((name) => env[name])
  );
}

const linkPrograms = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'rio', 'WarpTerminal']);
const linkTerminals = new Set(['xterm-kitty', 'xterm-ghostty', 'alacritty', 'foot', 'foot-extra']);

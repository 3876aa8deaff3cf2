import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import { kill } from 'node:process';
import type { Host } from '../../host.ts';
import { waitAtMost } from '../../http/until.ts';

/** A running server that the user's command started. */
export interface StartedServer {
  /**
   * Resolves with the reason if the command fails. It does not resolve if the command ends well, because it may have
   * left a server running.
   */
  failed: Promise<string>;
  /** The last part of its output, stdout and stderr together. */
  output(): string;
  /** How many characters it has written so far. */
  heard(): number;
  /** Its output after this many characters, as far as it is still kept. */
  outputSince(heard: number): string;
  /** Stops it and its child processes. */
  stop(): Promise<void>;
}

export interface StartOptions {
  cwd: string;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  onExit: Host['onExit'];
}

const maxOutput = 64 * 1024;
const graceMs = 2000;
const windows = platform() === 'win32';

/**
 * Runs a shell command in its own process group, so that all of it can be stopped: `npm start` has three levels of
 * processes.
 */
export function startServer(command: string, { cwd, env, signal, onExit }: StartOptions): StartedServer {
  const child = spawn(command, { cwd, env, shell: true, detached: !windows, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let heard = 0;
  const hear = (text: string): void => {
    said = (said + text).slice(-maxOutput);
    heard += text.length;
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const exited = new Promise<{ code: number | null; reason: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: 1, reason: error.message }));
    child.once('exit', (code, sign) => resolve({ code, reason: `it ended with ${sign ?? `code ${code}`}` }));
  });
  // The pipes close when the last child process has ended.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= end());
  // At once, and not at the end of the run: a user who interrupts does not want to wait.
  signal.addEventListener('abort', stop, { once: true });
  // A second Ctrl-C, or a pipe that nobody reads, ends us before the server has ended.
  const settled = onExit(() => signalGroup(child.pid, 'SIGKILL'));

  async function end(): Promise<void> {
    signal.removeEventListener('abort', stop);
    if (child.pid !== undefined) await endGroup(child.pid, closed);
    settled();
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
  }

  return {
    failed: exited.then(({ code, reason }) =>
      code === 0 || stopping ? new Promise<never>(() => {}) : `"${command}" did not start: ${reason}`,
    ),
    output: () => said,
    heard: () => heard,
    outputSince: (from) => said.slice(Math.max(0, said.length - (heard - from))),
    stop,
  };
}

async function endGroup(pid: number, closed: Promise<void>): Promise<void> {
  if (windows) {
    await new Promise((resolve) =>
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'])
        .once('close', resolve)
        .once('error', resolve),
    );
    return;
  }
  signalGroup(pid, 'SIGTERM');
  await waitAtMost(graceMs, closed);
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number | undefined, sign: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    kill(-pid, sign);
  } catch {
    // No process of the group is left.
  }
}

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const bin = join(import.meta.dirname, '../../bin/suvvy-hook.js');

export interface Running {
  child: ChildProcessWithoutNullStreams;
  out(): string;
  err(): string;
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** Resolves once stdout or stderr fits. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/**
 * A real process of the built command, or of another program; killed when the test ends. `descriptors` is how many files
 * it may have open.
 */
export function start(
  args: string[],
  options: {
    env?: Record<string, string>;
    cwd?: string;
    node?: string[];
    program?: string[];
    descriptors?: number;
  } = {},
): Running {
  const env = { PATH: process.env['PATH']!, ...options.env };
  const program = options.program ?? [process.execPath, ...(options.node ?? []), bin];
  const limit = options.descriptors ? ['sh', '-c', `ulimit -n ${options.descriptors}; exec "$0" "$@"`] : [];
  const [file = '', ...words] = [...limit, ...program];
  const child = spawn(file, [...words, ...args], { env, cwd: options.cwd });
  const text = { out: '', err: '' };
  const watchers = new Set<() => void>();
  for (const [stream, side] of [
    [child.stdout, 'out'],
    [child.stderr, 'err'],
  ] as const)
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text[side] += chunk;
      for (const watch of watchers) watch();
    });
  child.stdin.on('error', () => {});
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    exited,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const found = pattern.exec(text.out) ?? pattern.exec(text.err);
          if (!found) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        void exited.then(() => reject(new Error(`it ended before ${pattern}: ${text.out}${text.err}`)));
        watch();
      }),
  };
}

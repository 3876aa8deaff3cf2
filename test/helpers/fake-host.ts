import { Readable } from 'node:stream';
import { main } from '../../src/cli.ts';
import type { Host, Interrupt, Style } from '../../src/host.ts';

export interface FakeHostOptions {
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string | Uint8Array;
  columns?: number;
  tty?: boolean;
  uid?: number | null;
  scriptPath?: string;
}

export interface FakeHost extends Host {
  out(): string;
  err(): string;
  /** As the user would with Ctrl-C. */
  interrupt(): void;
  /** Resolves with the whole of stdout as soon as it fits. */
  untilOut(pattern: RegExp): Promise<string>;
}

const plain = (text: string): string => text;

/** No colours. */
export const plainStyle: Omit<Style, 'columns'> = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
  link: plain,
};

/** A host in memory: what a command reads and writes, without a process. */
export function fakeHost({
  env = {},
  cwd = process.cwd(),
  stdin = '',
  columns = 100,
  tty = false,
  uid = process.geteuid?.() ?? null,
  scriptPath = '/work/node_modules/.bin/suvvy-hook',
}: FakeHostOptions = {}): FakeHost {
  const written = { out: '', err: '' };
  const watchers = new Set<() => void>();
  const controller = new AbortController();
  const output = (side: 'out' | 'err') => ({
    write(chunk: string | Uint8Array) {
      written[side] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      for (const watch of watchers) watch();
      return true;
    },
    writeCleared(text: string) {
      return this.write(text);
    },
    once: () => undefined,
    isTTY: tty,
    columns,
  });
  const style: Style = { ...plainStyle, columns };
  return {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: output('out'),
    stderr: output('err'),
    env,
    secrets: new Set<string>(),
    cwd,
    scriptPath,
    uid,
    nodeVersion: process.versions.node,
    otherRuntime: null,
    clock: { now: () => performance.now(), date: () => new Date() },
    signal: controller.signal,
    unread: new AbortController().signal,
    onExit: () => () => {},
    onUncaught: () => {},
    style: async () => style,
    out: () => written.out,
    err: () => written.err,
    interrupt: () => controller.abort({ signal: 'SIGINT', exitCode: 130 } satisfies Interrupt),
    untilOut: (pattern) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!pattern.test(written.out)) return;
          watchers.delete(watch);
          resolve(written.out);
        };
        watchers.add(watch);
        watch();
      }),
  };
}

/** Runs one command to its end. */
export async function run(
  argv: string[],
  options?: FakeHostOptions,
): Promise<{ code: number; out: string; err: string }> {
  const host = fakeHost(options);
  const code = await main(argv, host);
  return { code, out: host.out(), err: host.err() };
}

/** The NDJSON lines of an output, parsed. */
export function ndjson(text: string): Record<string, any>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

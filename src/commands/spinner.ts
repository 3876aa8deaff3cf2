import type { Host } from '../host.ts';
import type { GlobalOptions } from './context.ts';

export interface Spinner {
  say(text: string): void;
  stop(): void;
}

export interface Waiting {
  /** Resolves when the line is free again. */
  stop(): Promise<void>;
}

/** A spinner on stderr if somebody is looking: null in a pipe, in CI, and if messages are turned off. */
export async function startSpinner(host: Host, options: GlobalOptions, text: string): Promise<Spinner | null> {
  if (!isWatched(host, options)) return null;
  const { default: ora } = await import('ora');
  const spinner = ora({
    text,
    stream: host.stderr as unknown as NodeJS.WriteStream,
    // Ctrl-C has to stay a signal. The cursor was never hidden, so it needs no restoring.
    discardStdin: false,
    hideCursor: false,
  }).start();
  return {
    say: (words) => {
      spinner.text = words;
    },
    stop: () => void spinner.stop(),
  };
}

/** Shows that we still wait, after one second: most answers come sooner. */
export function showWaiting(host: Host, options: GlobalOptions, name: string, limitMs: number): Waiting {
  if (!isWatched(host, options)) return { stop: async () => {} };
  const startedAt = host.clock.now();
  const words = (): string =>
    `${name}: waiting for the answer, ${Math.round((host.clock.now() - startedAt) / 1000)} s of ${limitMs / 1000} s`;
  let spinner: Promise<Spinner | null> | null = null;
  const timer = setInterval(() => {
    if (spinner) void spinner.then((one) => one?.say(words()));
    else spinner = startSpinner(host, options, words());
  }, 1000);
  return {
    async stop() {
      clearInterval(timer);
      (await spinner)?.stop();
    },
  };
}

function isWatched({ stderr, env }: Host, { quiet, json }: GlobalOptions): boolean {
  // On a terminal with 0 columns ora would never return.
  return Boolean(stderr.isTTY && (stderr.columns ?? 0) > 0 && !env['CI'] && !quiet && !json);
}

import { setTimeout as sleep } from 'node:timers/promises';

/** A Node timer with a longer wait than this, in milliseconds, fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Waits `ms`, or less if the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const endAt = performance.now() + ms;
  const given = (): boolean => signal?.aborted === true;
  for (let left = ms; left > 0 && !given(); left = endAt - performance.now())
    await sleep(Math.min(left, longestTimerMs), undefined, signal ? { signal } : {}).catch(() => {});
}

/** Waits for a promise, but no longer than `ms`. */
export async function waitAtMost(ms: number, promise: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([promise, pause(ms, over.signal)]).finally(() => over.abort());
}

/** Something that happens again and again, and callers that wait until it has happened often enough. */
export interface Happenings {
  /** It has happened once more. */
  happened(): void;
  /** True as soon as `isEnough` says so, now or later; false when the time is up or the signal aborts. */
  until(isEnough: () => boolean, limits: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<boolean>;
}

export function createHappenings(): Happenings {
  const waiting = new Set<() => void>();
  return {
    happened() {
      for (const look of waiting) look();
    },
    until: (isEnough, { timeoutMs, signal }) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
          signal?.removeEventListener('abort', end);
          resolve(isEnough());
        };
        const look = (): void => {
          if (isEnough()) end();
        };
        const timer = setTimeout(end, timeoutMs);
        waiting.add(look);
        signal?.addEventListener('abort', end);
        if (signal?.aborted) end();
        else look();
      }),
  };
}

import { clearTimeout, longestTimerMs, monotonicMs, setTimeout, timeoutPassed } from './clock.ts';

/** Waits `ms`, or less if the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const endAt = monotonicMs() + ms;
  const given = (): boolean => signal?.aborted === true;
  for (let left = ms; left > 0 && !given(); left = endAt - monotonicMs())
    await timeoutPassed(Math.min(left, longestTimerMs), undefined, signal ? { signal } : {}).catch(() => {});
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
        const endAt = monotonicMs() + timeoutMs;
        const tick = (): void => {
          const leftMs = endAt - monotonicMs();
          if (leftMs > 0) timer = setTimeout(tick, Math.min(Math.ceil(leftMs), longestTimerMs));
          else end();
        };
        let timer: NodeJS.Timeout | undefined;
        // Who waits for ever holds no process.
        if (timeoutMs !== Infinity) tick();
        waiting.add(look);
        signal?.addEventListener('abort', end);
        if (signal?.aborted) end();
        else look();
      }),
  };
}

/** A counter, and a promise for the moment when it is zero. */
export function createCount() {
  let count = 0;
  let onZero = (): void => {};
  return {
    add(more: number): void {
      count += more;
      if (count === 0) onZero();
    },
    isZero: (): Promise<void> =>
      new Promise((resolve) => {
        onZero = resolve;
        if (count === 0) resolve();
      }),
  };
}

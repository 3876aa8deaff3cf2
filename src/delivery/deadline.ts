import { clearTimeout, longestTimerMs, monotonicMs, setTimeout } from '../http/clock.ts';

/** A limit in time that can be started again and again. */
export interface Deadline {
  /** Expires `timeoutMs` after this moment of `performance.now()`, unless it is stopped first. */
  start(from: number): void;
  stop(): void;
  /** Stops it, and releases its timer. */
  close(): void;
}

/** Calls `expire` once the time is up on the clock that is used for all measurements, and never earlier. */
export function createDeadline(timeoutMs: number, expire: () => void): Deadline {
  let dueAt = Infinity;
  let timer: NodeJS.Timeout | undefined;
  const check = (): void => {
    timer = undefined;
    const leftMs = dueAt - monotonicMs();
    // Timers count from the last turn of the loop, in whole milliseconds: they may come too early.
    if (leftMs <= 0) {
      dueAt = Infinity;
      expire();
    } else if (leftMs < Infinity) timer = setTimeout(check, timerMs(leftMs));
  };
  return {
    start: (from) => {
      dueAt = from + timeoutMs;
      // One that still runs from before comes first, finds that time is left, and goes on: no timer a request.
      timer ??= setTimeout(check, timerMs(timeoutMs));
    },
    stop: () => {
      dueAt = Infinity;
    },
    close: () => {
      dueAt = Infinity;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Whole milliseconds, and no more than a timer can take: it looks again when it comes too early. */
function timerMs(ms: number): number {
  return Math.min(Math.ceil(ms), longestTimerMs);
}

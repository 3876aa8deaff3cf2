/** A time limit that can be started again and again. */
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
    const leftMs = dueAt - performance.now();
    // Node's timers count from the last turn of the event loop, in whole milliseconds: they may fire too early.
    if (leftMs <= 0) {
      dueAt = Infinity;
      expire();
    } else if (leftMs < Infinity) timer = setTimeout(check, Math.ceil(leftMs));
  };
  return {
    start: (from) => {
      dueAt = from + timeoutMs;
      // A timer that still runs from an earlier start fires first, sees that time is left, and waits again. So we need
      // no timer per request.
      timer ??= setTimeout(check, Math.ceil(timeoutMs));
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

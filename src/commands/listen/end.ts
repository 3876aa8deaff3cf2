import { isAcknowledged } from '../../contract/limits.ts';
import type { Sink } from '../../sinks/sink.ts';

export interface EndOptions {
  exitAfter?: number;
  timeout?: number;
}

/** Ends a run: after enough events, after the time limit, or when the user stops it. */
export interface End extends Sink {
  /** How many events of `--exit-after` have not come yet. */
  missing(): number;
  reached(signal: AbortSignal): Promise<void>;
}

export function createEnd({ exitAfter, timeout }: EndOptions): End {
  let acknowledged = 0;
  let enough: () => void = () => {};
  return {
    see(_received, { status }) {
      if (status === null || !isAcknowledged(status)) return;
      acknowledged += 1;
      if (acknowledged === exitAfter) enough();
    },
    missing: () => Math.max(0, (exitAfter ?? 0) - acknowledged),
    reached: (signal) =>
      new Promise((resolve) => {
        const timer = timeout === undefined ? undefined : setTimeout(() => enough(), timeout);
        enough = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', enough);
          resolve();
        };
        signal.addEventListener('abort', enough);
        // Events may have come while the ready line was being written.
        if (signal.aborted || (exitAfter !== undefined && acknowledged >= exitAfter)) enough();
      }),
  };
}

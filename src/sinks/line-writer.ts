import type { SystemOutput } from '../host.ts';
import { clearTimeout, monotonicMs, setImmediate, setTimeout } from '../http/clock.ts';
import { joinLines, type Line } from '../text/line.ts';

export interface LineWriter {
  /** Takes lines, or drops them if the reader is too far behind. Never waits. */
  write(lines: readonly Line[]): void;
  /** Takes the last lines, however much is waiting. Resolves when all is out, or when `patienceMs` have passed. */
  end(lines: readonly Line[], patienceMs?: number): Promise<void>;
}

/** How much waits for a slow reader before more is dropped, in characters or bytes. */
const maxWaiting = 1024 * 1024;

/** A write costs as much as an event: there are no more than a hundred a second. In milliseconds. */
const writeEveryMs = 10;

/**
 * Writes for a reader that may be slow, or have stopped (Ctrl-S): what does not fit is dropped, and said. What comes
 * after a pause is shown at once, what comes thick and fast in one write with its neighbours.
 */
export function createLineWriter(output: SystemOutput, skippedLine: (lines: number) => string): LineWriter {
  let waiting: Line[] = [];
  let size = 0;
  let skipped = 0;
  let blocked = false;
  let writtenAt = -Infinity;
  let onEmpty: (() => void) | null = null;

  const saySkipped = (): void => {
    if (skipped > 0) waiting.push(skippedLine(skipped));
    skipped = 0;
  };
  const put = (): void => {
    if (blocked) return;
    saySkipped();
    const lines = waiting;
    waiting = [];
    size = 0;
    if (lines.length === 0) return onEmpty?.();
    writtenAt = monotonicMs();
    if (output.write(joinLines(lines))) return onEmpty?.();
    blocked = true;
    output.once('drain', drain);
  };
  const schedule = (): void => {
    const waitMs = writtenAt + writeEveryMs - monotonicMs();
    if (waitMs <= 0) setImmediate(put);
    else setTimeout(put, waitMs);
  };
  const drain = (): void => {
    blocked = false;
    put();
  };
  return {
    write(lines) {
      const length = lines.reduce((sum, line) => sum + line.length, 0);
      // Once one is dropped, so are all until the next write: what is left keeps its order.
      if (blocked && (skipped > 0 || size + length > maxWaiting)) {
        skipped += lines.length;
        return;
      }
      size += length;
      if (waiting.length === 0 && !blocked) schedule();
      waiting.push(...lines);
      if (size > maxWaiting) put();
    },
    end: (lines, patienceMs = 1000) =>
      new Promise((resolve) => {
        saySkipped();
        waiting.push(...lines);
        const timer = setTimeout(resolve, patienceMs);
        onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
        put();
      }),
  };
}

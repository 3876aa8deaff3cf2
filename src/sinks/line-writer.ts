import type { Output } from '../host.ts';

export interface LineWriter {
  /** Takes lines, or drops them if the reader is too far behind. Never waits. */
  write(lines: readonly string[]): void;
  /** Resolves when all that was taken is out, or when `patienceMs` have passed. */
  flush(patienceMs?: number): Promise<void>;
}

/** How much text waits for a slow reader before more is dropped, in characters. */
const maxWaiting = 1024 * 1024;

/** Writes for a reader that may be slow, or have stopped (Ctrl-S): what does not fit is dropped, and said. */
export function createLineWriter(output: Output, skippedLine: (lines: number) => string): LineWriter {
  let waiting: string[] = [];
  let size = 0;
  let skipped = 0;
  let blocked = false;
  let onEmpty: (() => void) | null = null;

  const put = (text: string): void => {
    if (output.write(text)) return;
    blocked = true;
    output.once('drain', drain);
  };
  const drain = (): void => {
    blocked = false;
    const text = waiting.join('') + (skipped > 0 ? `${skippedLine(skipped)}\n` : '');
    waiting = [];
    size = 0;
    skipped = 0;
    if (text) put(text);
    if (!blocked) onEmpty?.();
  };
  return {
    write(lines) {
      const text = lines.map((line) => `${line}\n`).join('');
      if (!blocked) return put(text);
      if (size + text.length > maxWaiting) skipped += lines.length;
      else {
        waiting.push(text);
        size += text.length;
      }
    },
    flush: (patienceMs = 1000) =>
      new Promise((resolve) => {
        if (!blocked) return resolve();
        const timer = setTimeout(resolve, patienceMs);
        onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}

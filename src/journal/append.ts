import { setImmediate } from '../http/clock.ts';
import { joinLines, type Line } from '../text/line.ts';
import { openJournalFile, type Disturbance } from './file.ts';
import { systemFs, type JournalFs } from './fs.ts';

/** An open journal. What it has acknowledged is in the file, and stays there when the process is killed (P1). */
export interface Journal {
  /** Takes a line without its newline. Resolves once all of it is in the file (with `fsync`: on the disk), else rejects. */
  append(line: Line): Promise<void>;
  /** Writes what is waiting, and closes the file. */
  close(): void;
}

/** What the user should know of. */
export type JournalNotice =
  | { kind: Disturbance }
  /** The first of a row of writes that failed. */
  | { kind: 'failing'; error: unknown }
  /** A write went well again; `lost` lines before it did not. */
  | { kind: 'recovered'; lost: number };

export interface JournalOptions {
  /** Wait for the disk: what was acknowledged survives a power cut as well. */
  fsync?: boolean | undefined;
  fs?: JournalFs;
  onNotice?: (notice: JournalNotice) => void;
}

interface Waiting {
  line: Line;
  resolve(): void;
  reject(error: unknown): void;
}

/** So much is written at once: with that, a write of its own costs next to nothing, and the next line need not wait. */
const enoughBytes = 64 * 1024;

/**
 * Opens a journal to append to, making the file if there is none. What is in it already is never changed.
 *
 * All lines of one turn of the event loop go out in one write, and wait for it together. The write is synchronous: into
 * the page cache it takes less than handing it to another thread would.
 *
 * @throws HookError (exit 3) if the path cannot be appended to
 */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  const { fsync = false, fs = systemFs, onNotice = () => {} } = options;
  const file = openJournalFile(path, { fs, fsync, onDisturbance: (kind) => onNotice({ kind }) });
  let waiting: Waiting[] = [];
  let bytes = 0;
  let lost = 0;

  const flush = (): void => {
    const group = waiting;
    waiting = [];
    bytes = 0;
    if (group.length === 0) return;
    try {
      file.append(joinLines(group.map(({ line }) => line)));
    } catch (error) {
      for (const { reject } of group) reject(error);
      if (lost === 0) onNotice({ kind: 'failing', error });
      lost += group.length;
      return;
    }
    for (const { resolve } of group) resolve();
    if (lost > 0) onNotice({ kind: 'recovered', lost });
    lost = 0;
  };
  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ line, resolve, reject }) === 1) setImmediate(flush);
        bytes += line.length;
        if (bytes >= enoughBytes) flush();
      }),
    close() {
      flush();
      file.close();
    },
  };
}

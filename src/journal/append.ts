import { setImmediate } from '../http/clock.ts';
import { joinLines, type Line } from '../text/line.ts';
import { openJournalFile, type Disturbance } from './file.ts';
import { systemFs, type JournalFs } from './fs.ts';

/** An open journal. Lines that it has acknowledged are in the file, and stay there if the process is killed (P1). */
export interface Journal {
  /**
   * Takes a line without its newline. Resolves once the whole line is in the file (with `fsync`: on the disk),
   * otherwise rejects.
   */
  append(line: Line): Promise<void>;
  /** Writes the waiting lines, and closes the file. */
  close(): void;
}

/** Events that the user should know about. */
export type JournalNotice =
  | { kind: Disturbance }
  /** The first of several writes in a row that failed. */
  | { kind: 'failing'; error: unknown }
  /** A write succeeded again; the `lost` lines before it were not written. */
  | { kind: 'recovered'; lost: number };

export interface JournalOptions {
  /** Wait for the disk, so that acknowledged lines also survive a power cut. */
  fsync?: boolean | undefined;
  fs?: JournalFs;
  onNotice?: (notice: JournalNotice) => void;
}

interface Waiting {
  line: Line;
  resolve(): void;
  reject(error: unknown): void;
}

/** At this size, in bytes, a separate write costs almost nothing, so the next line does not have to wait. */
const enoughBytes = 64 * 1024;

/**
 * Opens a journal to append to, and creates the file if there is none. Existing content is never changed.
 *
 * All lines of one turn of the event loop go out in one write, and wait for it together. The write is synchronous:
 * writing to the page cache takes less time than handing it to another thread.
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

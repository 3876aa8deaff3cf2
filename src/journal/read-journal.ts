import { stat } from 'node:fs/promises';
import type { JournalEntry } from './entry.ts';
import { lines } from './lines.ts';
import { parseEntry } from './parse-entry.ts';

/** How many lines of each kind a reading came across so far. Blank ones do not count. */
export interface JournalCounts {
  read: number;
  /** Torn, damaged, or never an entry. */
  bad: number;
  /** Of a version that this program does not know. */
  later: number;
}

/** One reading of a journal, entry after entry, as a stream. */
export interface JournalReading extends AsyncIterable<JournalEntry> {
  counts: JournalCounts;
}

/**
 * Reads a journal as far as anything in it can be read: lines that are no entries are counted and skipped.
 *
 * @param bytes how much of the file; without it, as much as it has now: it may grow while it is read
 * @throws the system's error, while it is gone through, for a file that cannot be read
 */
export function readJournal(path: string, { bytes }: { bytes?: number } = {}): JournalReading {
  const counts: JournalCounts = { read: 0, bad: 0, later: 0 };
  return {
    counts,
    async *[Symbol.asyncIterator]() {
      for await (const line of lines(path, bytes ?? (await stat(path)).size)) {
        const entry = line ? parseEntry(line) : 'bad';
        if (entry === 'blank') continue;
        counts[entry === 'bad' || entry === 'later' ? entry : 'read'] += 1;
        if (typeof entry === 'object') yield entry;
      }
    },
  };
}

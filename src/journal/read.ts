import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type JournalEntry, parseEntry } from './entry.ts';

/** No entry of ours is as long: what is longer is no journal, and must not fill the memory. */
const maxLineBytes = 256 * 1024 * 1024;

/** A line of a file, without its newline. */
export interface FileLine {
  /** Null for one that is too long to be read. */
  bytes: Buffer | null;
  /** Where it begins in the file, and how long it is. */
  from: number;
  length: number;
}

/** The lines of a file between two places, the last one also where it has no end yet. */
export async function* lines(path: string, end: number, start = 0): AsyncGenerator<FileLine> {
  if (end <= start) return;
  let parts: Buffer[] = [];
  let size = 0;
  let from = start;
  const take = (rest: Buffer): FileLine => {
    const length = size + rest.length;
    const line = { bytes: length > maxLineBytes ? null : Buffer.concat([...parts, rest]), from, length };
    parts = [];
    size = 0;
    from += length + 1;
    return line;
  };
  for await (const chunk of createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 })) {
    const block = chunk as Buffer;
    let at = 0;
    for (let newline = block.indexOf(0x0a); newline !== -1; newline = block.indexOf(0x0a, at)) {
      yield take(block.subarray(at, newline));
      at = newline + 1;
    }
    const rest = block.subarray(at);
    size += rest.length;
    if (size > maxLineBytes) parts = [];
    else parts.push(rest);
  }
  yield take(Buffer.alloc(0));
}

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
        const entry = line.bytes ? parseEntry(line.bytes) : 'bad';
        if (entry === 'blank') continue;
        counts[entry === 'bad' || entry === 'later' ? entry : 'read'] += 1;
        if (typeof entry === 'object') yield entry;
      }
    },
  };
}

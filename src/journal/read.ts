import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { type JournalEntry, parseEntry } from './entry.ts';

/**
 * No entry of ours is this long. A longer line means that the file is not a journal, and it must not fill the memory.
 */
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

/** How many lines of each kind were read so far. Blank lines do not count. */
export interface JournalCounts {
  read: number;
  /** Torn, damaged, or not an entry. */
  bad: number;
  /** Entries of a version that this program does not know. */
  later: number;
}

/** One pass through a journal, as a stream of entries. */
export interface JournalReading extends AsyncIterable<JournalEntry> {
  counts: JournalCounts;
}

/**
 * Reads everything in a journal that can be read. Lines that are not entries are counted and skipped.
 *
 * @param bytes how much of the file to read; default: its size now, because it may grow meanwhile
 * @throws the system's error, during the iteration, for a file that cannot be read
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

/** How much of the end of a journal is read, in bytes: completion by TAB must be quick. */
const tailBytes = 1024 * 1024;

/**
 * The last entries of a journal, the latest first, from its last megabyte.
 *
 * @throws the system's error for a file that cannot be read
 */
export async function readLatest(path: string): Promise<JournalEntry[]> {
  const { size } = await stat(path);
  const start = Math.max(0, size - tailBytes);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.toString('latin1', 0, bytesRead);
    // If the file is longer, the first line here is only a part of a line.
    const whole = start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    const entries = whole.split('\n').map((line) => parseEntry(Buffer.from(line, 'latin1')));
    return entries.filter((entry) => typeof entry === 'object').toReversed();
  } finally {
    await file.close();
  }
}

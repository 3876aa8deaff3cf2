import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { type JournalEntry, parseEntry } from './entry.ts';

/** No entry of ours is as long: what is longer is no journal, and must not fill the memory. */
const maxLineBytes = 256 * 1024 * 1024;

/** The lines of the first `bytes` bytes of a file, without their newlines; null for one that is too long to be read. */
async function* lines(path: string, bytes: number): AsyncGenerator<Buffer | null> {
  if (bytes === 0) return;
  let parts: Buffer[] = [];
  let size = 0;
  const take = (end: Buffer): Buffer | null => {
    const line = size + end.length > maxLineBytes ? null : Buffer.concat([...parts, end]);
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 256 * 1024 })) {
    const block = chunk as Buffer;
    let start = 0;
    for (let end = block.indexOf(0x0a); end !== -1; end = block.indexOf(0x0a, start)) {
      yield take(block.subarray(start, end));
      start = end + 1;
    }
    const rest = block.subarray(start);
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
        const entry = line ? parseEntry(line) : 'bad';
        if (entry === 'blank') continue;
        counts[entry === 'bad' || entry === 'later' ? entry : 'read'] += 1;
        if (typeof entry === 'object') yield entry;
      }
    },
  };
}

/** How much of the end of a journal is looked through, in bytes: a TAB may not take long. */
const tailBytes = 1024 * 1024;

/**
 * The last entries of a journal, the latest first, as far as they stand in its last megabyte.
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
    // The first line is a part of one where the file is longer.
    const whole = start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    const entries = whole.split('\n').map((line) => parseEntry(Buffer.from(line, 'latin1')));
    return entries.filter((entry) => typeof entry === 'object').toReversed();
  } finally {
    await file.close();
  }
}

import { open } from 'node:fs/promises';
import { parseEntry } from '../journal/entry.ts';
import { lines, type JournalCounts } from '../journal/read.ts';
import type { Feed, Placed } from './feed.ts';
import { entryItem, type FeedItem } from './item.ts';

/** A journal behind a feed: what the ring has let go is read from the file when somebody asks. */
export interface Archive {
  firstSeq(): number;
  at(seq: number): Promise<Placed | null>;
  find(id: string): Promise<Placed | null>;
  /** All of it, oldest first. */
  all(): AsyncIterable<Placed>;
  /**
   * Reads on from where the last reading ended, into the feed, as far as the file has `bytes`. A last line without its
   * end is left for the next time, unless `isOver`.
   */
  readOn(bytes: number, options?: { isOver?: boolean }): Promise<JournalCounts>;
}

export function createArchive(path: string, feed: Feed): Archive {
  const places = createPlaces();
  let end = 0;

  /** The entries whose lines may be meant. */
  const scan = async function* (isMeant: (line: Buffer) => boolean): AsyncIterable<Placed> {
    let seq = 1;
    for await (const { bytes, from } of lines(path, end)) {
      if (places.from(seq) !== from) continue;
      const item = bytes && isMeant(bytes) ? itemOf(bytes) : null;
      if (item) yield { seq, item };
      seq += 1;
    }
  };
  return {
    firstSeq: () => 1,
    all: () => scan(() => true),
    async at(seq) {
      if (seq < 1 || seq > places.count()) return null;
      const item = itemOf(await readAt(path, places.from(seq), places.length(seq)));
      return item && { seq, item };
    },
    async find(id) {
      for await (const placed of scan((line) => line.includes(`"${id}"`))) if (placed.item.id === id) return placed;
      return null;
    },
    async readOn(bytes, { isOver = false } = {}) {
      const counts: JournalCounts = { read: 0, bad: 0, later: 0 };
      for await (const line of lines(path, bytes, end)) {
        const entry = line.bytes ? parseEntry(line.bytes) : 'bad';
        const isLast = line.from + line.length >= bytes;
        if (isLast && entry === 'bad' && !isOver) break;
        if (typeof entry === 'object') {
          places.add(line.from, line.length);
          feed.add(entryItem(entry));
          counts.read += 1;
        } else if (entry !== 'blank') counts[entry] += 1;
        end = Math.min(line.from + line.length + 1, bytes);
      }
      return counts;
    },
  };
}

/** Where each entry stands in the file: sixteen bytes for each, however many there are. */
function createPlaces() {
  let places = new Float64Array(2048);
  let count = 0;
  return {
    add(from: number, length: number): void {
      if (count * 2 === places.length) {
        const longer = new Float64Array(places.length * 2);
        longer.set(places);
        places = longer;
      }
      places.set([from, length], count * 2);
      count += 1;
    },
    count: () => count,
    from: (seq: number): number => (seq <= count ? places[(seq - 1) * 2]! : -1),
    length: (seq: number): number => places[(seq - 1) * 2 + 1]!,
  };
}

function itemOf(line: Buffer): FeedItem | null {
  const entry = parseEntry(line);
  return typeof entry === 'object' ? entryItem(entry) : null;
}

async function readAt(path: string, from: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const line = Buffer.alloc(length);
    const { bytesRead } = await file.read(line, 0, length, from);
    return line.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

import type { FeedItem } from './item.ts';

/** An item with its place: the first of a run is 1. */
export interface Placed {
  seq: number;
  item: FeedItem;
}

/** What came since the start, whether it is still kept or not. */
interface FeedCounts {
  events: number;
  acknowledged: number;
  /** Events that break the contract, and findings that are errors. */
  broken: number;
}

/** The last things that happened, for whoever looks. What is older than the ring holds is gone. */
export interface Feed {
  add(item: FeedItem): void;
  clear(): void;
  counts(): FeedCounts;
  /** The place of the newest; 0 before the first. */
  lastSeq(): number;
  /** The place of the oldest that is still here; one more than `lastSeq` where nothing is. */
  firstSeq(): number;
  at(seq: number): Placed | null;
  find(id: string): Placed | null;
  /** Is told when something was added, or all was cleared. Gives back what ends that. */
  watch(onChange: () => void): () => void;
}

const ringLimits = { items: 1000, bytes: 32 * 1024 * 1024 };

/**
 * Keeps the last items, up to a number and a size: to add one costs the same whatever is in it, and nothing is made of
 * an item until somebody asks.
 */
export function createFeed({ items: maxItems, bytes: maxBytes } = ringLimits): Feed {
  const ring: (FeedItem | undefined)[] = [];
  const watchers = new Set<() => void>();
  const counts: FeedCounts = { events: 0, acknowledged: 0, broken: 0 };
  let last = 0;
  let first = 1;
  let bytes = 0;

  const isEmpty = (): boolean => first > last;
  const isTooMuch = (): boolean => bytes > maxBytes && first < last;
  const dropOldest = (): void => {
    bytes -= ring[first % maxItems]!.bytes;
    ring[first % maxItems] = undefined;
    first += 1;
  };
  const tell = (): void => {
    for (const watcher of watchers) watcher();
  };
  const at = (seq: number): Placed | null => {
    const item = seq >= first && seq <= last ? ring[seq % maxItems] : undefined;
    return item ? { seq, item } : null;
  };
  return {
    add(item) {
      if (last - first + 1 === maxItems) dropOldest();
      last += 1;
      ring[last % maxItems] = item;
      bytes += item.bytes;
      // The newest stays, however large.
      while (isTooMuch()) dropOldest();
      // A finding is about an event, and none itself.
      if (item.type !== 'finding') counts.events += 1;
      if (item.counts.acknowledged) counts.acknowledged += 1;
      if (item.counts.broken) counts.broken += 1;
      if (watchers.size > 0) tell();
    },
    clear() {
      while (!isEmpty()) dropOldest();
      counts.events = counts.acknowledged = counts.broken = 0;
      tell();
    },
    counts: () => ({ ...counts }),
    lastSeq: () => last,
    firstSeq: () => first,
    at,
    find(id) {
      for (let seq = last; seq >= first; seq -= 1) if (ring[seq % maxItems]?.id === id) return at(seq);
      return null;
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => void watchers.delete(onChange);
    },
  };
}

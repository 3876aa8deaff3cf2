import { createHappenings } from '../http/until.ts';

/** What arrives, for those who wait for it: each thing is given out once. */
export interface Inbox<Item> {
  add(item: Item): void;
  /** The first that fits and that nobody was given, here already or still to come; null when the time is up. */
  take(fits: (item: Item) => boolean, limits: { timeoutMs: number; signal?: AbortSignal }): Promise<Item | null>;
  /** What is here and was not given out, the oldest first. */
  left(): readonly Item[];
}

/** @param max so many are kept; the oldest goes first */
export function createInbox<Item>(max = 10_000): Inbox<Item> {
  const items: Item[] = [];
  const arrivals = createHappenings();
  return {
    add(item) {
      items.push(item);
      if (items.length > max) items.shift();
      arrivals.happened();
    },
    async take(fits, limits) {
      const found: Item[] = [];
      // Given out in the very look that finds it: who waits longer is asked first.
      const look = (): boolean => {
        const index = found.length > 0 ? -1 : items.findIndex(fits);
        if (index !== -1) found.push(items.splice(index, 1)[0]!);
        return found.length > 0;
      };
      await arrivals.until(look, limits);
      return found[0] ?? null;
    },
    left: () => items,
  };
}

import { setImmediate } from 'node:timers/promises';
import type { Archive } from './archive.ts';
import type { Feed, Placed } from './feed.ts';
import type { Wire } from './wire.ts';

export interface Match {
  seq: number;
  id: string;
}

export interface SearchOptions {
  feed: Feed;
  archive: Archive | null;
  wire: Wire;
  query: string;
  signal: AbortSignal;
}

/** How long a search holds the loop before events have their turn, in milliseconds. */
const turnMs = 5;

/** The newest so many. */
const maxMatches = 1000;

/**
 * Finds a text in the bodies, as a person reads them: without regard to case, and with `\u0430` for what it means.
 *
 * @returns the newest first
 */
export async function searchBodies({ feed, archive, wire, query, signal }: SearchOptions): Promise<Match[]> {
  const wanted = query.toLowerCase();
  let found: Match[] = [];
  let turnEnd = performance.now() + turnMs;
  for await (const { seq, item } of archive?.all() ?? itemsOf(feed)) {
    if (signal.aborted) break;
    if (item.id === query || hasText(item.body(), wanted, wire)) found.push({ seq, id: item.id });
    if (found.length >= 2 * maxMatches) found = found.slice(-maxMatches);
    if (performance.now() < turnEnd) continue;
    await setImmediate();
    turnEnd = performance.now() + turnMs;
  }
  return found.slice(-maxMatches).toReversed();
}

function* itemsOf(feed: Feed): Iterable<Placed> {
  for (let seq = feed.firstSeq(); seq <= feed.lastSeq(); seq += 1) {
    const placed = feed.at(seq);
    if (placed) yield placed;
  }
}

/** What the page does not show is not found either, or a search could spell the secret out. */
function hasText(body: Buffer | null, wanted: string, wire: Wire): boolean {
  if (!body) return false;
  const text = wire.text(body.toString('utf8'));
  if (text.toLowerCase().includes(wanted)) return true;
  return text.includes('\\') && wire.text(unescaped(text)).toLowerCase().includes(wanted);
}

function unescaped(text: string): string {
  try {
    const texts: string[] = [];
    JSON.parse(text, (key, value: unknown) => {
      texts.push(key, typeof value === 'string' ? value : '');
    });
    return texts.join('\n');
  } catch {
    return '';
  }
}

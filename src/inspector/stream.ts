import type { ServerResponse } from 'node:http';
import type { Feed, Placed } from './feed.ts';
import type { Wire } from './wire.ts';

/** A browser has six connections for an origin: more streams than these, and nothing else of a page would get through. */
const maxStreams = 4;

/** Under load there are no more than ten writes a second, with so many events in each. */
const streamLimits = { everyMs: 100, events: 50 };

export interface StreamsOptions {
  feed: Feed;
  wire: Wire;
  /** What a page has to know beside the events: sent at first, and when it has changed. */
  state(): object;
}

/** The pages that look on. */
export interface Streams {
  /** Sends what came after `afterSeq`, and then what comes. The oldest of too many ends, and is told why. */
  open(res: ServerResponse, afterSeq: number): void;
  /** The state has changed. */
  stateChanged(): void;
  close(): void;
}

interface Stream {
  poke(withState?: boolean): void;
  end(reason: 'elsewhere' | 'ended'): void;
}

export function createStreams(options: StreamsOptions): Streams {
  const open = new Set<Stream>();
  let unwatch: (() => void) | null = null;
  const pokeAll = (withState: boolean): void => open.forEach((stream) => stream.poke(withState));
  return {
    open(res, afterSeq) {
      const [oldest] = open;
      if (open.size === maxStreams) oldest!.end('elsewhere');
      const stream = createStream(res, afterSeq, options);
      open.add(stream);
      // Nobody is told of an event while nobody looks.
      unwatch ??= options.feed.watch(() => pokeAll(false));
      res.on('close', () => {
        open.delete(stream);
        if (open.size > 0) return;
        unwatch?.();
        unwatch = null;
      });
    },
    stateChanged: () => pokeAll(true),
    close: () => open.forEach((stream) => stream.end('ended')),
  };
}

/** What is still to be sent is known from the feed alone: a page that is slow holds nothing back here. */
function createStream(res: ServerResponse, afterSeq: number, { feed, wire, state }: StreamsOptions): Stream {
  let sentSeq = afterSeq;
  let stateIsNew = true;
  let timer: NodeJS.Timeout | null = null;
  let writtenAt = -Infinity;
  let blocked = false;

  const message = (value: object, seq?: number): string =>
    `${seq === undefined ? '' : `id: ${seq}\n`}data: ${wire.json(value)}\n\n`;
  const flush = (): void => {
    timer = null;
    if (res.writableEnded || res.destroyed || blocked) return;
    const { placed, skipped } = newsOf(feed, sentSeq);
    sentSeq = feed.lastSeq();
    const lines = placed.map(({ seq, item }) => message({ ...item.frame(), seq }, seq));
    if (skipped > 0) lines.unshift(message({ type: 'skipped', events: skipped }));
    lines.unshift(message(stateIsNew ? state() : { type: 'counts', ...feed.counts(), firstSeq: feed.firstSeq() }));
    stateIsNew = false;
    writtenAt = performance.now();
    blocked = !res.write(lines.join(''));
  };
  /** A bug of ours costs this stream, not the events of everybody. */
  const flushSafely = (): void => {
    try {
      flush();
    } catch {
      res.destroy();
    }
  };
  const poke: Stream['poke'] = (withState = false) => {
    stateIsNew ||= withState;
    timer ??= setTimeout(flushSafely, Math.max(0, writtenAt + streamLimits.everyMs - performance.now()));
  };
  res.on('drain', () => {
    blocked = false;
    poke();
  });
  res.on('close', () => clearTimeout(timer ?? undefined));
  res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  flush();
  return {
    poke,
    end(reason) {
      clearTimeout(timer ?? undefined);
      res.end(message({ type: 'closed', reason }));
    },
  };
}

/** What came after a place: the last of it, and how many before them are left out. */
function newsOf(feed: Feed, afterSeq: number): { placed: Placed[]; skipped: number } {
  const last = feed.lastSeq();
  const from = Math.max(afterSeq + 1, feed.firstSeq(), last - streamLimits.events + 1);
  const placed: Placed[] = [];
  for (let seq = from; seq <= last; seq += 1) placed.push(feed.at(seq)!);
  return { placed, skipped: Math.max(0, from - afterSeq - 1) };
}

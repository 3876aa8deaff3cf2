import { randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headerPairs, type RawHeaders } from '../http/headers.ts';

/** A raw request that arrived, nothing of it judged yet. */
export interface Capture {
  /** Unique in a run, and sorts by arrival: see `createIds`. */
  id: string;
  receivedAt: Date;
  /** As sent: upper case, one of those that Node's parser knows. */
  method: string;
  /** The request target as on the wire: `/hook?a=1`, or the absolute form. */
  target: string;
  /** The target without its query, and without scheme and authority; never decoded. */
  path: string;
  /** `1.1` or `1.0`. */
  httpVersion: string;
  rawHeaders: RawHeaders;
  /** Null where the socket was gone before anybody asked. */
  remoteAddress: string | null;
  /** The bytes that came; null where the request was refused unread. */
  body: Buffer | null;
}

/** What stands at the front of a request; its body is still unread. */
export function captureHead(req: IncomingMessage, id: string, receivedAt: Date): Capture {
  const target = req.url ?? '';
  return {
    id,
    receivedAt,
    method: req.method ?? '',
    target,
    path: pathOf(target),
    httpVersion: req.httpVersion,
    rawHeaders: headerPairs(req.rawHeaders),
    remoteAddress: req.socket.remoteAddress ?? null,
    body: null,
  };
}

/** The path of a request target: by hand, because `new URL` throws on what a client may send. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  const whole = query === -1 ? target : target.slice(0, query);
  if (whole.startsWith('/')) return whole;
  const scheme = whole.indexOf('://');
  if (scheme === -1) return whole;
  const slash = whole.indexOf('/', scheme + 3);
  return slash === -1 ? '/' : whole.slice(slash);
}

/**
 * Hands out ids of 16 characters, `[0-9a-z]`: 8 of the time in milliseconds, 4 of a counter, 4 at random, all base 36.
 * Sorted as text they are in the order of their making, also if the calendar is set back meanwhile. Two runs clash
 * only if time, counter and one of 1.7 million agree.
 */
export function createIds(): (at: Date) => string {
  let lastMs = 0;
  let count = 0;
  return (at) => {
    const ms = Math.max(lastMs, at.getTime());
    count = ms === lastMs ? count + 1 : 0;
    lastMs = ms;
    return base36(ms, 8) + base36(count, 4) + base36(randomInt(36 ** 4), 4);
  };
}

function base36(value: number, length: number): string {
  return value.toString(36).padStart(length, '0');
}

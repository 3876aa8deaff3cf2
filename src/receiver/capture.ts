import { randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headerPairs, type RawHeaders } from '../http/headers.ts';

/** A raw request as it arrived, not judged yet. */
export interface Capture {
  /** Unique in a run, and sorted by arrival: see `createIds`. */
  id: string;
  receivedAt: Date;
  /** As sent: in upper case, one of the methods that Node's parser knows. */
  method: string;
  /** The request target as on the wire: `/hook?a=1`, or the absolute form. */
  target: string;
  /** The target without query, scheme and authority; never decoded. */
  path: string;
  /** `1.1` or `1.0`. */
  httpVersion: string;
  rawHeaders: RawHeaders;
  /** Null if the socket had already gone when we asked. */
  remoteAddress: string | null;
  /** The bytes that came; null if the request was refused before the body was read. */
  body: Buffer | null;
}

/** The head of a request. Its body is not read yet. */
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

/** The path of a request target. Our own code, because `new URL` throws on targets that a client may send. */
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
 * Makes ids of 16 characters, `[0-9a-z]`: 8 for the time in milliseconds, 4 for a counter, 4 at random, all base 36.
 * Sorted as text, they are in the order in which they were made, even if the clock is set back meanwhile. Ids of two
 * runs are only equal if time, counter and one of 1.7 million random values agree.
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

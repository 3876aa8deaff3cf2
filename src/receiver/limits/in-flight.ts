import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clearTimeout, setTimeout } from '../../http/clock.ts';

/** The most bytes of bodies that are held at once, over all connections: 128 MiB. */
export const maxBytesInFlight = 128 * 1024 * 1024;
/** A body up to this size is always accepted: an ordinary event is far smaller. */
const alwaysTakenBytes = 64 * 1024;
/** The most requests of one connection that may wait for their answers. */
const maxWaiting = 100;

/** Counts the bytes of one body. */
interface BodyAccount {
  /** More bytes have come. This may cost this body, or a larger one, its place. */
  add(bytes: number): void;
  /** The body is complete: from now on it keeps its place, and counts with the memory that its parsed JSON takes. */
  complete(body: Buffer): void;
}

export interface InFlight {
  /** Opens the account of a body; `onCrowdedOut` is called at once when the body loses its place. */
  open(req: IncomingMessage, onCrowdedOut: () => void): BodyAccount;
  /** The request was answered, or has gone: its bytes are free again. Idempotent. */
  close(req: IncomingMessage): void;
}

interface Held {
  bytes: number;
  isComplete: boolean;
  onCrowdedOut: () => void;
}

/**
 * Counts the bytes of all bodies that are being read, or that wait for their answers. If there are too many, the
 * largest incomplete bodies are dropped first.
 *
 * @param onCrowded called for each body that is dropped
 */
export function createInFlight(onCrowded: () => void, maxBytes = maxBytesInFlight): InFlight {
  const held = new Map<IncomingMessage, Held>();
  let total = 0;

  const close = (req: IncomingMessage): void => {
    total -= held.get(req)?.bytes ?? 0;
    held.delete(req);
  };
  const makeRoom = (): void => {
    const largest = total > maxBytes ? largestUnfinished(held) : undefined;
    if (!largest) return;
    const [req, { onCrowdedOut }] = largest;
    close(req);
    onCrowded();
    onCrowdedOut();
    makeRoom();
  };
  return {
    open(req, onCrowdedOut) {
      const account: Held = { bytes: 0, isComplete: false, onCrowdedOut };
      held.set(req, account);
      return {
        add(bytes) {
          if (!held.has(req)) return;
          account.bytes += bytes;
          total += bytes;
          makeRoom();
        },
        complete(body) {
          account.isComplete = true;
          this.add(parsedBytes(body));
        },
      };
    },
    close,
  };
}

/** The approximate memory for each comma and opening bracket in JSON: 5 MB of `{},` become 100 MB of objects. */
const bytesPerPart = 32;

function parsedBytes(body: Buffer): number {
  return body.length <= alwaysTakenBytes ? 0 : countParts(body) * bytesPerPart;
}

/** If there is more than one part in so many bytes, to look at each byte is quicker. */
const bytesPerFind = 128;

function countParts(body: Buffer): number {
  let parts = 0;
  for (const byte of [0x2c, 0x7b, 0x5b])
    for (let at = body.indexOf(byte); at !== -1; at = body.indexOf(byte, at + 1)) {
      parts += 1;
      if (parts > body.length / bytesPerFind) return countEach(body);
    }
  return parts;
}

function countEach(body: Buffer): number {
  let parts = 0;
  // By index, because an iterator takes ten times as long.
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x2c || byte === 0x7b || byte === 0x5b) parts += 1;
  }
  return parts;
}

function largestUnfinished(held: ReadonlyMap<IncomingMessage, Held>): [IncomingMessage, Held] | undefined {
  let largest: [IncomingMessage, Held] | undefined;
  for (const entry of held) {
    const [, { isComplete, bytes }] = entry;
    if (!isComplete && bytes > (largest?.[1].bytes ?? alwaysTakenBytes)) largest = entry;
  }
  return largest;
}

/**
 * Stops reading from a connection while too many of its requests wait for their answers. A paused socket does not
 * notice the end of the connection, so no pause may last longer than `patienceMs`.
 *
 * @param waiting how many requests wait now
 * @returns a function to call when that number has changed
 */
export function limitWaiting(socket: Socket, patienceMs: number, waiting: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const pauseIfFull = (): void => {
    if (timer) socket.pause();
  };
  // Node resumes by itself, for the body of a request that it has begun to read.
  socket.on('resume', pauseIfFull);
  socket.once('close', () => clearTimeout(timer));
  return () => {
    if (socket.destroyed) return;
    if (waiting() >= maxWaiting) {
      timer ??= setTimeout(() => socket.destroy(), patienceMs);
      socket.pause();
    } else if (timer) {
      clearTimeout(timer);
      timer = undefined;
      socket.resume();
    }
  };
}

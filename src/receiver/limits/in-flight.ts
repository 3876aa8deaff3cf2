import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** So many bytes of bodies are held at once, over all connections: 128 MiB. */
export const maxBytesInFlight = 128 * 1024 * 1024;
/** A body up to this size is taken however much is held: an ordinary event is far smaller. */
const alwaysTakenBytes = 64 * 1024;
/** So many requests of one connection may wait for their answers. */
const maxWaiting = 100;

/** The account of one body. */
interface BodyAccount {
  /** More of it has come. It may cost this body, or a larger one, its place. */
  add(bytes: number): void;
  /** All of it is there: from now on it keeps its place, and counts as what its JSON takes once it is read. */
  complete(body: Buffer): void;
}

export interface InFlight {
  /** Opens the account of a request's body; `onCrowdedOut` is called at once when its place is taken. */
  open(req: IncomingMessage, onCrowdedOut: () => void): BodyAccount;
  /** The request was answered, or is gone: what it holds is free again. Idempotent. */
  close(req: IncomingMessage): void;
}

interface Held {
  bytes: number;
  isComplete: boolean;
  onCrowdedOut: () => void;
}

/**
 * Counts the bytes of all bodies that are being read, or that wait for their answers. When it is too much, the largest
 * unfinished ones go first.
 *
 * @param onCrowded told of each body that has to go
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

/** About what a value of JSON takes for each comma and each bracket that opens: 5 MB of `{},` are 100 MB of objects. */
const bytesPerPart = 32;

function parsedBytes(body: Buffer): number {
  if (body.length <= alwaysTakenBytes) return 0;
  let parts = 0;
  // By index, since an iterator takes ten times as long.
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x2c || byte === 0x7b || byte === 0x5b) parts += 1;
  }
  return parts * bytesPerPart;
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
 * Reads no more from a connection while too many of its requests wait for their answers. A pause hides the end of the
 * connection, so nobody may hold one for longer than `patienceMs`.
 *
 * @param waiting how many wait now
 * @returns to be called when that number has changed
 */
export function limitWaiting(socket: Socket, patienceMs: number, waiting: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const pauseIfFull = (): void => {
    if (timer) socket.pause();
  };
  // Node goes on reading on its own account, for the body of a request that it has begun.
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

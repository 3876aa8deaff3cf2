import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { devNull } from 'node:os';

/** With fewer connections than this nobody looks: it is not they who use up the file descriptors. */
const manyConnections = 24;
/** So many descriptors are kept free: for the next connection, the way to an app, a file. */
const spare = 8;
/** How often is looked while there are many connections, in milliseconds. */
const lookAgainMs = 250;

interface DescriptorWatch {
  /** There is a new connection. */
  opened(): void;
  /** A request on this connection has ended. */
  used(socket: Socket): void;
  /** Looks now, whatever is known. */
  look(): void;
}

/**
 * Keeps some file descriptors free, by closing the connections that have been without a request the longest. Without a
 * free one, a new connection is reset by libuv, and Node says nothing of it: so this looks before that.
 *
 * @param connections those that are open, with their requests under way. The one that was used last comes last
 * @param onScarce told with the number of open connections, each time that there are too few
 * @param countFree how many descriptors are free, counted up to a number
 */
export function watchDescriptors<Requests extends { readonly size: number }>(
  connections: Map<Socket, Requests>,
  onScarce: (connections: number) => void,
  countFree: (atMost: number) => number = countFreeDescriptors,
): DescriptorWatch {
  /** Up to so many connections there is room, as far as the last look can tell. */
  let roomUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const missing = spare - countFree(spare);
    if (missing > 0) onScarce(connections.size);
    const closed = missing > 0 ? closeIdle(connections, missing) : 0;
    // Half of what is free is left for others.
    roomUntil = connections.size + (closed === missing ? spare / 2 : 0);
  };
  const lookAgain = (): void => {
    if (connections.size >= manyConnections) return look();
    clearInterval(timer);
    timer = undefined;
  };
  return {
    opened() {
      if (connections.size < manyConnections) return;
      // Nobody else tells when descriptors go elsewhere, or when connections are reset already.
      timer ??= setInterval(lookAgain, lookAgainMs).unref();
      if (connections.size > roomUntil) look();
    },
    used(socket) {
      const requests = connections.size < manyConnections ? undefined : connections.get(socket);
      if (!requests) return;
      connections.delete(socket);
      connections.set(socket, requests);
    },
    look,
  };
}

/** Closes so many connections without a request, if there are as many; never the newest, whose request may be on its way. */
function closeIdle(connections: Map<Socket, { readonly size: number }>, wanted: number): number {
  let closed = 0;
  let left = connections.size;
  for (const [socket, requests] of connections) {
    left -= 1;
    if (closed === wanted || left === 0) break;
    if (requests.size > 0) continue;
    // Its descriptor is free at once; that it is closed, Node tells later.
    connections.delete(socket);
    socket.destroy();
    closed += 1;
  }
  return closed;
}

function countFreeDescriptors(atMost: number): number {
  const opened: number[] = [];
  try {
    while (opened.length < atMost) opened.push(openSync(devNull, 'r'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whatever else is wrong with it, it is not a matter of how many.
    if (code !== 'EMFILE' && code !== 'ENFILE') return atMost;
  } finally {
    opened.forEach((descriptor) => closeSync(descriptor));
  }
  return opened.length;
}

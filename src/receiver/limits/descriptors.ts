import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { devNull } from 'node:os';
import { clearInterval, setInterval } from '../../http/clock.ts';

/** With fewer connections than this we do not check: they are not what uses up the file descriptors. */
const manyConnections = 24;
/** How many descriptors we keep free: for the next connection, a connection to an app, a file. */
const spare = 8;
/** How often we check while there are many connections, in milliseconds. */
const lookAgainMs = 250;

interface DescriptorWatch {
  /** There is a new connection. */
  opened(): void;
  /** A request on this connection has ended. */
  used(socket: Socket): void;
  /** Checks now, whatever is known. */
  look(): void;
}

/**
 * Keeps some file descriptors free, by closing the connections that have had no request for the longest time. Without a
 * free descriptor, libuv resets a new connection and Node does not report it. So we check before that happens.
 *
 * @param connections the open connections, with their requests in flight; the last used one comes last
 * @param onScarce called with the number of open connections, each time that too few descriptors are free
 * @param countFree counts the free descriptors, up to a limit
 */
export function watchDescriptors<Requests extends { readonly size: number }>(
  connections: Map<Socket, Requests>,
  onScarce: (connections: number) => void,
  countFree: (atMost: number) => number = countFreeDescriptors,
): DescriptorWatch {
  /** Up to this number of connections there is room, according to the last check. */
  let roomUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const missing = spare - countFree(spare);
    if (missing > 0) onScarce(connections.size);
    const closed = missing > 0 ? closeIdle(connections, missing) : 0;
    // Leave half of the free descriptors to other code.
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
      // Nothing tells us when other code uses descriptors, or when connections are already being reset.
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

/** Closes up to `wanted` connections without a request. Never the newest one, because its request may be on its way. */
function closeIdle(connections: Map<Socket, { readonly size: number }>, wanted: number): number {
  let closed = 0;
  let left = connections.size;
  for (const [socket, requests] of connections) {
    left -= 1;
    if (closed === wanted || left === 0) break;
    if (requests.size > 0) continue;
    // Its descriptor is free at once. Node reports the close later.
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
    // Any other error is not about the number of descriptors.
    if (code !== 'EMFILE' && code !== 'ENFILE') return atMost;
  } finally {
    opened.forEach((descriptor) => closeSync(descriptor));
  }
  return opened.length;
}

import { clearInterval, setInterval } from './clock.ts';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often each connection is checked before its time is up. */
const looks = 4;

interface Progress {
  taken: number;
  /** How many checks in a row found that the reader took nothing more. */
  unmoved: number;
}

/**
 * Closes connections whose reader takes nothing of the waiting data: after `patienceMs`, or up to a quarter later.
 * Progress is seen per write, so a large answer has to go out in pieces. No timer runs while no connection is open.
 */
export function dropStalledReaders(server: Server, patienceMs: number): void {
  const readers = new Map<Socket, Progress>();
  let timer: NodeJS.Timeout | undefined;
  // Checks are counted, not milliseconds: while a process was stopped or busy, it gave its readers no time.
  const look = (): void => {
    for (const [socket, progress] of readers) {
      const taken = socket.bytesWritten - socket.writableLength;
      const stalls = socket.writableLength > 0 && taken === progress.taken;
      progress.taken = taken;
      progress.unmoved = stalls ? progress.unmoved + 1 : 0;
      if (progress.unmoved >= looks) socket.destroy();
    }
  };
  server.on('connection', (socket) => {
    // A connection that was restarted after `Upgrade` is already known.
    if (readers.has(socket)) return;
    readers.set(socket, { taken: 0, unmoved: 0 });
    timer ??= setInterval(look, patienceMs / looks).unref();
    socket.once('close', () => {
      readers.delete(socket);
      if (readers.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  });
}

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often a reader is looked at before its time is up. */
const looks = 4;

interface Progress {
  taken: number;
  /** How many looks in a row found nothing more taken. */
  unmoved: number;
}

/**
 * Closes connections whose reader takes nothing of what waits for it: after `patienceMs`, and a quarter of that later at
 * the most. Progress is seen a write at a time, so a large answer has to go out in pieces. There is no timer while no
 * connection is open.
 */
export function dropStalledReaders(server: Server, patienceMs: number): void {
  const readers = new Map<Socket, Progress>();
  let timer: NodeJS.Timeout | undefined;
  // Looks are counted, not milliseconds: a process that was stopped, or busy, has not given anybody their time.
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
    // One that begins anew after `Upgrade` is known.
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

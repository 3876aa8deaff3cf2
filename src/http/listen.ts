import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostInUrl } from './address.ts';
import { clearTimeout, setTimeout } from './clock.ts';
import { dropStalledReaders } from './stalled-readers.ts';

export interface Address {
  /** 0 means any free port. */
  port: number;
  /** A name or an address of this machine. */
  host: string;
}

export interface Bound {
  port: number;
  /** The address that was bound, whatever name led to it (`0` is 0.0.0.0). */
  address: string;
  /** `http://127.0.0.1:49152`, with the given host. */
  origin: string;
}

export interface ListenOptions {
  /** How long a client may read nothing of an answer; default 20 s, as for a request. Infinity is for ever. */
  readerPatienceMs?: number | undefined;
  /** Let the process end although the server listens. */
  unref?: boolean | undefined;
}

/**
 * Binds a server, and closes connections whose client stops reading the answer.
 *
 * @throws Node's own error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, ...)
 */
export async function listen(
  server: Server,
  { port, host }: Address,
  { readerPatienceMs = 20_000, unref = false }: ListenOptions = {},
): Promise<Bound> {
  if (unref) server.on('connection', (socket) => void socket.unref());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (unref) server.unref();
  if (readerPatienceMs !== Infinity) dropStalledReaders(server, readerPatienceMs);
  const { port: bound, address } = server.address() as AddressInfo;
  return { port: bound, address, origin: `http://${hostInUrl(host)}:${bound}` };
}

/** Stops a server. Requests in flight get `graceMs` (default 0) to end. */
export function closeServer(server: Server, { graceMs = 0 } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    // An error only means that it was not listening.
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    if (graceMs === 0) server.closeAllConnections();
    else server.closeIdleConnections();
  });
}

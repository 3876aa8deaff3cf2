import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers a request that asks for another protocol (`Upgrade: h2c`) as the HTTP/1.1 that it is. Node's parser stops
 * behind such a request, and would drop what comes after it: so the connection begins anew with the same request, which
 * asks for nothing any more, and with what came behind.
 *
 * @param isIdle settles once all earlier requests of a connection have their answers: the new ones come after
 */
export function declineUpgrades(server: Server, isIdle: (socket: Socket) => Promise<void>): void {
  const asked = new WeakMap<Socket, IncomingMessage>();
  server.on('upgrade', (req: IncomingMessage, socket: Socket, behind: Buffer) => {
    // Meanwhile nobody else listens for one.
    socket.on('error', ignore);
    // At once: a connection with nothing left to read would be at its end.
    socket.unshift(Buffer.concat([headOf(req), behind]));
    void beginAnew(socket, req);
  });
  const beginAnew = async (socket: Socket, req: IncomingMessage): Promise<void> => {
    await isIdle(socket);
    if (socket.destroyed) return;
    asked.set(socket, req);
    server.emit('connection', socket);
    socket.off('error', ignore);
  };
  // Whoever looks at the headers sees them as they came.
  const restore = (req: IncomingMessage): void => {
    const { rawHeaders } = asked.get(req.socket) ?? {};
    if (rawHeaders) req.rawHeaders = rawHeaders;
    asked.delete(req.socket);
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.prependListener(event, restore);
}

/** The request line and the headers, with nothing in `Connection` that asks for another protocol. */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    const value = rawHeaders[at + 1]!;
    head += `${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, 'latin1');
}

function withoutUpgrade(connection: string): string {
  return connection
    .split(',')
    .filter((option) => option.trim().toLowerCase() !== 'upgrade')
    .join(',');
}

function ignore(): void {}

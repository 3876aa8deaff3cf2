import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers a request for another protocol (`Upgrade: h2c`) as an ordinary HTTP/1.1 request. Node's parser stops after
 * such a request, and would drop what follows. So we restart the connection with the same request, without its wish to
 * upgrade, and with the bytes that followed.
 *
 * @param isIdle settles once all earlier requests of a connection have their answers; the restarted one comes after
 *   them
 */
export function declineUpgrades(server: Server, isIdle: (socket: Socket) => Promise<void>): void {
  const asked = new WeakMap<Socket, IncomingMessage>();
  server.on('upgrade', (req: IncomingMessage, socket: Socket, behind: Buffer) => {
    // In this time nobody else listens for an error.
    socket.on('error', ignore);
    // Do it at once: a connection with nothing left to read would end.
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
  // The headers are shown as they came.
  const restore = (req: IncomingMessage): void => {
    const { rawHeaders } = asked.get(req.socket) ?? {};
    if (rawHeaders) req.rawHeaders = rawHeaders;
    asked.delete(req.socket);
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.prependListener(event, restore);
}

/** The request line and the headers, without the part of `Connection` that asks for another protocol. */
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

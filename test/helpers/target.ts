import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

interface Seen {
  method: string;
  url: string;
  rawHeaders: string[];
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Target {
  url: string;
  port: number;
  /** Every request, in order, once its body was read. */
  seen: Seen[];
}

type Answer = (req: IncomingMessage, res: ServerResponse, body: string) => void;

/** A receiver on a free port of loopback, closed when the test ends. */
export async function target(answer: Answer | number = 200): Promise<Target> {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('error', () => {});
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      seen.push({ method: req.method!, url: req.url!, rawHeaders: req.rawHeaders, headers: req.headers, body });
      if (typeof answer === 'number') res.writeHead(answer).end();
      else answer(req, res, body);
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}/`, port, seen };
}

/** A receiver that speaks raw bytes: it is given the socket once the first bytes came, and them. */
export async function rawTarget(
  speak: (socket: Socket, first: Buffer) => void,
): Promise<{ url: string; port: number }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (first) => speak(socket, first));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const port = await listen(server as Server);
  return { url: `http://127.0.0.1:${port}/`, port };
}

/** A port of loopback on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections?.();
      }),
  );
  return (server.address() as AddressInfo).port;
}

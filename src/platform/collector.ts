import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Catches what a receiver sends on, in place of the messenger that it talks to. */
export interface Collector {
  /** `http://127.0.0.1:49152`. */
  url: string;
  /** When a request with this word in it came, as a time stamp; null if none did in that time. */
  saw(word: string, timeoutMs: number, signal?: AbortSignal): Promise<number | null>;
  close(): Promise<void>;
}

const maxTextBytes = 256 * 1024;
const maxTexts = 500;

/**
 * Listens for whatever comes, and answers 200 to all of it.
 *
 * @throws the system's error if it cannot listen there
 */
export async function createCollector({ host = '127.0.0.1', port = 0 } = {}): Promise<Collector> {
  const caught: { at: number; text: string }[] = [];
  const arrivals = new EventTarget();
  const server = createServer((req, res) => {
    void answer(req, res);
  });
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const text = await readText(req);
    if (caught.push({ at: Date.now(), text }) > maxTexts) caught.shift();
    arrivals.dispatchEvent(new Event('arrival'));
    res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true,"result":{}}');
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    saw: (word, timeoutMs, signal) =>
      new Promise((resolve) => {
        const find = (): number | null => caught.find(({ text }) => text.includes(word))?.at ?? null;
        const end = (): void => {
          clearTimeout(timer);
          arrivals.removeEventListener('arrival', look);
          signal?.removeEventListener('abort', end);
          resolve(find());
        };
        const look = (): void => {
          if (find() !== null) end();
        };
        const timer = setTimeout(end, timeoutMs);
        arrivals.addEventListener('arrival', look);
        signal?.addEventListener('abort', end);
        if (signal?.aborted) end();
        else look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readText(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxTextBytes) chunks.push(chunk);
    }
  } catch {
    // What broke off is looked at as far as it came.
  }
  return `${req.url ?? ''}\n${Buffer.concat(chunks).toString('utf8')}`;
}

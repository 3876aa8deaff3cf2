import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { currentDate } from '../http/clock.ts';
import { closeServer, listen } from '../http/listen.ts';
import { createHappenings } from '../http/until.ts';

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
  const arrivals = createHappenings();
  const server = createServer((req, res) => {
    void answer(req, res);
  });
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const text = await readText(req);
    if (caught.push({ at: currentDate().getTime(), text }) > maxTexts) caught.shift();
    arrivals.happened();
    res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true,"result":{}}');
  }
  const { origin } = await listen(server, { host, port });
  return {
    url: origin,
    async saw(word, timeoutMs, signal) {
      const find = (): number | null => caught.find(({ text }) => text.includes(word))?.at ?? null;
      await arrivals.until(() => find() !== null, { timeoutMs, signal });
      return find();
    },
    close: () => closeServer(server),
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

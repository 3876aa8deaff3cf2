import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createBearerCheck } from '../contract/bearer.ts';
import { apiPath } from '../contract/api/fields.ts';
import { parseBody } from '../contract/parse-body.ts';
import { currentDate } from '../http/clock.ts';
import { closeServer, listen } from '../http/listen.ts';
import { createHappenings, pause } from '../http/until.ts';
import { answerBody, decide } from './api/decide.ts';
import type { CustomerMessage } from './api/validate.ts';

/** A request that a receiver made: to its messenger, or to Suvvy's API. */
export interface Caught {
  /** As a time stamp. */
  at: number;
  /** As on the wire. */
  target: string;
  /** As far as it was read. */
  body: Buffer;
  /** Target and body. */
  text: string;
  /** It went to Suvvy's API. */
  isApi: boolean;
  /** What it posts there, if that holds to the table. */
  message: CustomerMessage | null;
}

/** How requests to the messenger with a word in them are answered. */
export interface FarSide {
  word: string;
  /** Instead of the usual 200. */
  status?: number;
  delayMs?: number;
  /** How many of them. */
  times: number;
}

/** Catches what a receiver sends on, in place of the messenger that it talks to, and of Suvvy's API. */
export interface Collector {
  /** `http://127.0.0.1:49152`. */
  url: string;
  /** The nth request that fits, here already or still to come; null if none did in that time. */
  saw(
    fits: (caught: Caught) => boolean,
    limits: { timeoutMs: number; signal?: AbortSignal | undefined; nth?: number },
  ): Promise<Caught | null>;
  /** All that is here, the oldest first. */
  caught(): readonly Caught[];
  answer(farSide: FarSide): void;
  close(): Promise<void>;
}

/** So much of a request is kept. */
const maxKeptBytes = 256 * 1024;

/** What the API takes; what is read of anything else is no more. */
const maxBodyBytes = 30 * 1024 * 1024;
const maxCaught = 1000;

export interface CollectorOptions {
  host?: string;
  port?: number;
  /** What Suvvy's API wants as its bearer; null takes any. */
  token?: string | null;
}

/**
 * Listens for whatever comes. What is posted to Suvvy's API is answered as there, all else with a 200.
 *
 * @throws the system's error if it cannot listen there
 */
export async function createCollector({
  host = '127.0.0.1',
  port = 0,
  token = null,
}: CollectorOptions = {}): Promise<Collector> {
  const caught: Caught[] = [];
  const farSides: FarSide[] = [];
  const arrivals = createHappenings();
  const closing = new AbortController();
  const checkToken = token === null ? null : createBearerCheck(token);
  const server = createServer((req, res) => {
    void answer(req, res).catch(() => res.destroy());
  });
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const whole = await readBody(req);
    // A part would keep the whole in memory.
    const body = whole.length > maxKeptBytes ? Buffer.from(whole.subarray(0, maxKeptBytes)) : whole;
    const target = req.url ?? '';
    const isApi = req.method === 'POST' && target.split('?', 1)[0] === apiPath;
    const decision = isApi ? decide(parseBody(whole)) : null;
    const text = `${target}\n${body.toString('utf8')}`;
    caught.push({ at: currentDate().getTime(), target, body, text, isApi, message: decision?.message ?? null });
    if (caught.length > maxCaught) caught.shift();
    arrivals.happened();
    const farSide = isApi ? undefined : farSides.find((one) => one.times > 0 && text.includes(one.word));
    if (farSide) farSide.times -= 1;
    if (farSide?.delayMs) await pause(farSide.delayMs, closing.signal);
    const refusal = isApi && checkToken && checkToken([req.headers.authorization ?? '']) !== 'ok' ? 401 : null;
    const status = farSide?.status ?? refusal ?? decision?.status ?? 200;
    const reply = decision && refusal === null ? answerBody(decision) : { ok: status === 200, result: {} };
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply));
  }
  const { origin } = await listen(server, { host, port });
  return {
    url: origin,
    async saw(fits, { nth = 1, ...limits }) {
      const found = (): Caught | undefined => caught.filter(fits)[nth - 1];
      await arrivals.until(() => found() !== undefined, limits);
      return found() ?? null;
    },
    caught: () => caught,
    answer: (farSide) => void farSides.push({ ...farSide }),
    async close() {
      closing.abort();
      await closeServer(server);
    },
  };
}

async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
    }
  } catch {
    // What broke off is looked at as far as it came.
  }
  return Buffer.concat(chunks);
}

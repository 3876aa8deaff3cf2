import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { URL, URLSearchParams } from 'node:url';
import { closeServer, listen } from '../http/listen.ts';
import type { Inbox } from '../platform/inbox.ts';
import { compileMatcher, type Matcher } from '../platform/matcher.ts';

/** A request that the app sent to its messenger. */
export interface Sent {
  method: string;
  target: string;
  body: string;
  /** All that can be read in it: the strings of its JSON, the values of its form and of its address. */
  values: string[];
}

export interface Messenger {
  url: string;
  close(): Promise<void>;
}

/** So much of a body is looked at, in bytes. */
const maxBodyBytes = 256 * 1024;

const maxValues = 500;

/**
 * The messenger that the app sends to: it takes whatever comes, and answers 200 with JSON.
 *
 * @throws the system's error if it cannot listen there
 */
export async function openMessenger(port: number, inbox: Pick<Inbox<Sent>, 'add'>): Promise<Messenger> {
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    const { method = '', url: target = '' } = request;
    inbox.add({ method, target, body, values: valuesOf(target, body) });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true,"result":{"message_id":1}}');
  }
  const { origin } = await listen(server, { host: '127.0.0.1', port });
  return { url: origin, close: () => closeServer(server) };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
    }
  } catch {
    // What broke off is looked at as far as it came.
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Pure. The strings and numbers of a request, escapes undone. */
export function valuesOf(target: string, body: string): string[] {
  const found: string[] = [];
  const base = 'http://messenger';
  const parameters = URL.canParse(target, base) ? [...new URL(target, base).searchParams.values()] : [];
  const collect = (value: unknown, depth: number): void => {
    if (found.length >= maxValues || depth > 50) return;
    if (typeof value === 'string' || typeof value === 'number') found.push(String(value));
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) collect(inner, depth + 1);
  };
  try {
    collect(JSON.parse(body), 0);
  } catch {
    if (/^[\w.%+-]+=/.test(body)) collect([...new URLSearchParams(body).values()], 0);
  }
  collect(parameters, 0);
  return found;
}

/** Whether a request is the one that is waited for. A text that is looked for in part may stand anywhere in it. */
export function compileSentMatcher({ text, chat_id: chatId }: Matcher): (sent: Sent) => boolean {
  const fits = compileMatcher(text === undefined ? {} : { text });
  return ({ target, body, values }) =>
    (chatId === undefined || values.includes(chatId)) &&
    (text === undefined || [...values, body, target].some((value) => fits({ text: value, types: [], chatId: null })));
}

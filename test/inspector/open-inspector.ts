import { onTestFinished } from 'vitest';
import { createRedactor } from '../../src/contract/redact.ts';
import { createFeed, type Feed } from '../../src/inspector/feed.ts';
import { eventItem } from '../../src/inspector/item.ts';
import { createInspector, type InspectorOptions } from '../../src/inspector/server.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { createIds, type Capture } from '../../src/receiver/capture.ts';
import type { Answered } from '../../src/receiver/request-lifecycle.ts';

export interface OpenInspector {
  feed: Feed;
  port: number;
  origin: string;
  token: string;
  /** A request as the page makes it, with its token. */
  call(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<{ status: number; json: any }>;
  get(path: string): Promise<any>;
}

export interface OpenOptions extends Partial<Omit<InspectorOptions, 'policy' | 'redactor'>> {
  secret?: string | null;
  targets?: string[];
  allowRemote?: boolean;
}

/** An inspector on a free port, closed when the test ends. */
export async function openInspector(options: OpenOptions = {}): Promise<OpenInspector> {
  const { secret = null, targets = [], allowRemote = false, feed = createFeed(), ...rest } = options;
  const urls = targets.map((target) => new URL(target));
  const inspector = createInspector({
    source: 'listen',
    receiverUrl: () => 'http://127.0.0.1:8080',
    ...rest,
    feed,
    redactor: () => createRedactor(secret),
    policy: { targets: () => urls, secret, allowRemote },
  });
  const { port, url } = await inspector.listen(0);
  onTestFinished(() => inspector.close());
  const { origin, hash } = new URL(url);
  const token = hash.slice('#token='.length);
  const call: OpenInspector['call'] = (path, init = {}) =>
    fetch(origin + path, { ...init, headers: { Authorization: `Bearer ${token}`, ...init.headers } });
  return {
    feed,
    port,
    origin,
    token,
    call,
    async post(path, body) {
      const headers = { 'Content-Type': 'application/json' };
      const res = await call(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: res.status, json: await res.json() };
    },
    get: async (path) => (await call(path)).json(),
  };
}

const nextId = createIds();

/** A request that was answered, as the feed keeps it. */
export function arrived(
  body: unknown,
  { answered = { status: 200 }, ...capture }: Partial<Capture> & { answered?: Answered } = {},
) {
  const receivedAt = new Date();
  const received = inspect({
    id: nextId(receivedAt),
    receivedAt,
    method: 'POST',
    target: '/hook',
    path: '/hook',
    httpVersion: '1.1',
    rawHeaders: [['Content-Type', 'application/json']],
    remoteAddress: '127.0.0.1',
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    ...capture,
  });
  return eventItem(received, answered);
}

export const text = (words: string, chatId = '42') => ({
  event_type: 'new_messages',
  chat_id: chatId,
  new_messages: [{ type: 'text', message_sender: 'ai', text: words }],
});

/** The frames of a stream as they come. */
export async function* framesOf(res: Response): AsyncGenerator<any> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of res.body!) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const messages = rest.split('\n\n');
    rest = messages.pop()!;
    for (const message of messages) yield JSON.parse(/^data: (.*)$/m.exec(message)![1]!);
  }
}

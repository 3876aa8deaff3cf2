import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiPath } from '../../src/contract/api/fields.ts';
import { posted } from '../platform/customer-message.ts';
import { closedPort, target } from '../helpers/target.ts';

/** What a bridge does wrong, if anything. */
export type Fault = 'drops' | 'self-talk' | 'refuses' | 'chat-less' | 'never-downloads' | null;

export interface Bridge {
  /** `http://127.0.0.1:49152`: `/messenger` is for the messenger, `/suvvy` for Suvvy. */
  origin: string;
  /** Where it looks for Suvvy's API. */
  apiPort: number;
  /** Where it looks for its messenger. */
  messengerPort: number;
}

/** A bridge between a messenger and Suvvy. */
export async function openBridge(fault: Fault = null): Promise<Bridge> {
  const [apiPort, messengerPort] = [await closedPort(), await closedPort()];
  let id = 0;
  const send = (url: string, value: unknown): Promise<unknown> =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(value),
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer the-token' },
    }).catch(() => {});
  const toSuvvy = (chat: string, text: string): Promise<unknown> =>
    send(
      `http://127.0.0.1:${apiPort}${apiPath}`,
      posted({
        message_id: `b-${(id += 1)}`,
        text,
        ...(fault === 'chat-less' ? { chat_id: undefined } : { chat_id: chat }),
      }),
    );
  const { url } = await target((request, response, body) => {
    const event = /^[/](messenger|suvvy)$/.test(request.url!) && body !== '' ? JSON.parse(body) : {};
    response.writeHead(fault === 'refuses' && request.url === '/suvvy' ? 500 : 200).end();
    if (request.url === '/messenger') void toSuvvy(event.chat, event.text);
    if (request.url !== '/suvvy' || fault === 'drops') return;
    for (const { text, file } of event.new_messages ?? []) {
      const value = text ?? file.name;
      void send(`http://127.0.0.1:${messengerPort}/bot1/sendMessage`, { chat_id: Number(event.chat_id), text: value });
      if (file && fault !== 'never-downloads') void fetch(file.url).then((answer) => answer.arrayBuffer());
      if (fault === 'self-talk') void toSuvvy(event.chat_id, value);
    }
  });
  return { origin: url.slice(0, -1), apiPort, messengerPort };
}

/** A folder of its own with a file in it; the path of the file. */
export function fileWith(text: string | Buffer, name = 'case.yaml'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), name);
  writeFileSync(path, text);
  return path;
}

/** There and back: a customer writes, the bot answers, and nothing of it comes back. */
export function roundTrip({ origin, messengerPort }: Bridge, within = '3s'): string {
  return `name: the reply reaches the client
webhook: ${origin}/suvvy
messenger: { port: ${messengerPort} }
steps:
  - post: /messenger
    json: { chat: "42", text: hello there }
  - expect: customer
    within: ${within}
    chat_id: "42"
    text: { match: "^hello" }
  - bot: [{ text: Here you are }]
    delivered: true
  - expect: messenger
    within: ${within}
    text: { contains: Here you }
    chat_id: "42"
  - expect: nothing
    from: customer
    for: 50ms
`;
}

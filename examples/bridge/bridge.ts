// A bridge between a messenger and Suvvy, both directions, in bare Node. To run it: npx -y tsx bridge.ts
// Put your own messenger in the place of the one below. Queues are in memory here: for real customers, use one that survives.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the messenger tells: a message, written by a customer or (`own`) by this bridge. `data` is base64. */
type Update = { id: string; chat: string; name?: string; text?: string; file?: UpdateFile; own?: boolean };
type UpdateFile = { name: string; type: 'image' | 'audio' | 'document'; data: string };
/** What Suvvy says, as far as this bridge looks at it. */
type SuvvyEvent = { event_type: string; chat_id?: string; new_messages?: SuvvyMessage[] };
type SuvvyMessage = { type: string; text?: string; file?: { name: string; url: string } };

const { SUVVY_API_URL: api, SUVVY_API_TOKEN: token, SUVVY_WEBHOOK_SECRET: secret, PORT = '3000' } = process.env;
if (!api || !token || !secret)
  throw new Error('SUVVY_API_URL, SUVVY_API_TOKEN and SUVVY_WEBHOOK_SECRET have to be set');

// The messenger. Like most of them, it tells of every message in a chat, also of those that this bridge has sent.
const messenger = {
  send(chat: string, text: string, file?: Buffer): void {
    console.log(`to ${chat}: ${JSON.stringify(text)}${file ? ` (${file.length} bytes)` : ''}`);
    fromMessenger({ id: randomUUID(), chat, text, own: true });
  },
};

const queue = { toSuvvy: Promise.resolve(), toMessenger: Promise.resolve() };
function enqueue(direction: keyof typeof queue, work: () => Promise<void>): void {
  queue[direction] = queue[direction].then(work).catch((error: unknown) => console.error('not handled:', error));
}

function fromMessenger(update: Update): void {
  // What Suvvy has said comes by here too. Sent back, it would be a customer's question, and Suvvy would answer itself.
  if (update.own) return;
  enqueue('toSuvvy', () => postMessage(update));
}

async function postMessage({ id, chat, name, text, file }: Update): Promise<void> {
  // The API takes images and audio alone: of another file Suvvy gets the name.
  const attachment = file && file.type !== 'document' ? file : undefined;
  const message = {
    api_version: 1,
    // The messenger's own id: sent once more after a failure, it is the same message to Suvvy.
    message_id: id,
    chat_id: chat,
    message_sender: 'customer',
    source: 'Example',
    client_name: name ?? null,
    text: text || (attachment ? null : `(a file: ${file?.name})`),
    attachments: attachment && [{ file_name: attachment.name, file_type: attachment.type, data: attachment.data }],
  };
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  for (const waitMs of [500, 2000, null]) {
    const request = { method: 'POST', headers, body: JSON.stringify(message), signal: AbortSignal.timeout(20_000) };
    const response = await fetch(`${api}/api/webhook/custom/message`, request).catch(() => null);
    if (response?.ok) return;
    // 4xx says that it would fail again: the token, the balance (402), the channel (424), the message itself (422).
    if ((response && response.status < 500) || waitMs === null)
      throw new Error(`${id}: Suvvy answered ${response ? `${response.status} ${await response.text()}` : 'nothing'}`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function fromSuvvy({ event_type: type, chat_id: chat, new_messages: messages = [] }: SuvvyEvent): void {
  if (type === 'test_request') console.log('Suvvy tested the connection');
  // Event types that Suvvy may invent are taken, and left alone.
  if (type !== 'new_messages') return;
  for (const message of messages) enqueue('toMessenger', () => deliver(chat, message));
}

async function deliver(chat: string | undefined, { type, text, file }: SuvvyMessage): Promise<void> {
  if (chat === undefined) throw new Error('there is no chat_id: nobody can be told');
  if (type === 'text') messenger.send(chat, text ?? '');
  // Image, audio, document. Other types may come one day: leave them alone.
  else if (file) messenger.send(chat, file.name, await download(file.url));
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return readAll(response.body!, 50_000_000);
}

async function readAll(chunks: AsyncIterable<Uint8Array>, max: number): Promise<Buffer> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > max) throw new Error('too large');
    read.push(chunk);
  }
  return Buffer.concat(read);
}

// Hashes have one length, so the comparison takes the same time for every guess.
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const isFromSuvvy = ({ headers: { authorization = '' } }: IncomingMessage): boolean =>
  timingSafeEqual(hash(authorization), hash(`Bearer ${secret}`));

const server = createServer(async (req, res) => {
  const answer = (status: number): void => void res.writeHead(status).end();
  const path = req.url?.split('?', 1)[0]?.replace(/\/$/, '');
  if (path !== '/suvvy' && path !== '/messenger') return answer(404);
  if (req.method !== 'POST') return answer(405);
  // A real messenger has a secret of its own: look at that as well.
  if (path === '/suvvy' && !isFromSuvvy(req)) return answer(401);
  const body = await readAll(req, 30_000_000)
    .then((bytes): unknown => JSON.parse(bytes.toString()))
    .catch(() => null);
  if (typeof body !== 'object' || body === null) return answer(400);
  const { new_messages: messages = [] } = body as SuvvyEvent;
  if (!Array.isArray(messages)) return answer(400);
  // Before the work: Suvvy waits 20 seconds, and sends nothing a second time.
  answer(200);
  if (path === '/suvvy') fromSuvvy(body as SuvvyEvent);
  else fromMessenger(body as Update);
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/suvvy`);
});

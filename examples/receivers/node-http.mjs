// A Suvvy webhook in bare Node. To run it: SUVVY_WEBHOOK_SECRET=... node node-http.mjs
// It answers at once and works afterwards, because Suvvy waits 20 seconds and sends nothing a second time.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const { SUVVY_WEBHOOK_SECRET: secret, PORT = '3000', HOST = '127.0.0.1' } = process.env;
if (!secret) throw new Error('SUVVY_WEBHOOK_SECRET is not set: without it anybody could write to your customers');

// Hashes have one length, so the comparison takes the same time for every guess.
const hash = (text) => createHash('sha256').update(text).digest();
const isFromSuvvy = (authorization = '') => timingSafeEqual(hash(authorization), hash(`Bearer ${secret}`));

const server = createServer(async (req, res) => {
  const answer = (status) => res.writeHead(status).end();
  if (!/^\/webhook\/?(\?|$)/.test(req.url)) return answer(404);
  if (req.method !== 'POST') return res.writeHead(405, { Allow: 'POST' }).end();
  if (!isFromSuvvy(req.headers.authorization)) return answer(401);
  const event = await readJson(req).catch(() => undefined);
  if (event === undefined) return answer(400);
  // Test requests, and whatever event Suvvy may invent: taken, and left alone.
  if (event?.event_type !== 'new_messages') return answer(200);
  if (!Array.isArray(event.new_messages)) return answer(400);
  answer(200);
  enqueue(event.new_messages);
});
server.listen(Number(PORT), HOST, () => {
  console.log(`listening on http://${HOST}:${server.address().port}/webhook`);
});

async function readJson(req) {
  let text = '';
  for await (const chunk of req.setEncoding('utf8'))
    if ((text += chunk).length > 5_000_000) throw new Error('too large');
  return JSON.parse(text);
}

// In memory, so it ends with the process: for real customers use a queue that survives.
let queue = Promise.resolve();
function enqueue(messages) {
  for (const message of messages)
    queue = queue.then(() => handle(message)).catch((error) => console.error('not handled:', error));
}

// Bring the message to your customer here. Never send it back to Suvvy: it wrote it, and would answer itself.
async function handle({ type, message_sender: sender, text, file }) {
  if (type === 'text') console.log(sender, type, JSON.stringify(text));
  else if (file) console.log(sender, type, JSON.stringify(file.name), await download(file.url));
  // Other types may come one day: leave them alone.
}

// Under a name of our own, because file.name may be "../../etc/passwd"; and not for ever, and not without end.
async function download(url) {
  const response = await fetch(new URL(url), { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  await mkdir('downloads', { recursive: true });
  const path = join('downloads', randomUUID());
  let bytes = 0;
  async function* limit(chunks) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > 50_000_000) throw new Error(`${url} is too large`);
      yield chunk;
    }
  }
  await pipeline(response.body, limit, createWriteStream(path));
  return path;
}

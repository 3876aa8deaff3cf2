// A Suvvy webhook in Express 5. To run it: npm install express && SUVVY_WEBHOOK_SECRET=... node express.mjs
// It answers at once and works afterwards, because Suvvy waits 20 seconds and sends nothing a second time.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import express from 'express';

const { SUVVY_WEBHOOK_SECRET: secret, PORT = '3000', HOST = '127.0.0.1' } = process.env;
if (!secret) throw new Error('SUVVY_WEBHOOK_SECRET is not set: without it anybody could write to your customers');

// Hashes have one length, so the comparison takes the same time for every guess.
const hash = (text) => createHash('sha256').update(text).digest();
const isFromSuvvy = (authorization = '') => timingSafeEqual(hash(authorization), hash(`Bearer ${secret}`));

const app = express();
app.use((req, res, next) => (isFromSuvvy(req.get('authorization')) ? next() : res.sendStatus(401)));
app.use(express.json({ limit: '5mb', type: () => true }));
app.post('/webhook', (req, res) => {
  const event = req.body;
  // Test requests, and whatever event Suvvy may invent: taken, and left alone.
  if (event?.event_type !== 'new_messages') return res.sendStatus(200);
  if (!Array.isArray(event.new_messages)) return res.sendStatus(400);
  res.sendStatus(200);
  enqueue(event.new_messages);
});
const server = app.listen(Number(PORT), HOST, () => {
  console.log(`listening on http://${HOST}:${server.address().port}/webhook`);
});

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

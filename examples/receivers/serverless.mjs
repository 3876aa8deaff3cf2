// A Suvvy webhook as a fetch handler, for Cloudflare Workers, Vercel and their like. Set SUVVY_WEBHOOK_SECRET there.
// It answers at once and works afterwards, in waitUntil: Suvvy waits 20 seconds and sends nothing a second time.
import { createHash, timingSafeEqual } from 'node:crypto';

// Hashes have one length, so the comparison takes the same time for every guess.
const hash = (text) => createHash('sha256').update(text).digest();
const isFromSuvvy = (authorization, secret) => timingSafeEqual(hash(authorization ?? ''), hash(`Bearer ${secret}`));
const answer = (status, headers) => new Response(null, { status, headers });

// The one default export is what these platforms look for.
export default {
  async fetch(request, env, context) {
    // No secret is no access: without it anybody could write to your customers.
    if (!env.SUVVY_WEBHOOK_SECRET) return answer(500);
    if (request.method !== 'POST') return answer(405, { Allow: 'POST' });
    if (!isFromSuvvy(request.headers.get('authorization'), env.SUVVY_WEBHOOK_SECRET)) return answer(401);
    const event = await request.json().catch(() => undefined);
    if (event === undefined) return answer(400);
    // Test requests, and whatever event Suvvy may invent: taken, and left alone.
    if (event?.event_type !== 'new_messages') return answer(200);
    if (!Array.isArray(event.new_messages)) return answer(400);
    // The platform may end it early: for real customers put the messages into a queue of the platform here.
    context.waitUntil(handleAll(event.new_messages));
    return answer(200);
  },
};

async function handleAll(messages) {
  for (const message of messages) await handle(message).catch((error) => console.error('not handled:', error));
}

// Bring the message to your customer here. Never send it back to Suvvy: it wrote it, and would answer itself.
async function handle({ type, message_sender: sender, text, file }) {
  if (type === 'text') console.log(sender, type, JSON.stringify(text));
  else if (file) console.log(sender, type, JSON.stringify(file.name), (await download(file.url)).size);
  // Other types may come one day: leave them alone.
}

// There is no disk: put the bytes into your bucket, under a name of your own, because file.name may be "../x".
async function download(url) {
  const response = await fetch(new URL(url), { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > 20_000_000) throw new Error(`${url} is too large`);
    chunks.push(chunk);
  }
  return new Blob(chunks);
}

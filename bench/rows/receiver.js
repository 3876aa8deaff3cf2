import { once } from 'node:events';
import { connect } from 'node:net';
import { existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannon, has, median, number, root, serve, serveCommand } from '../measure.js';

export const title = 'listen';

const small =
  '{"event_type":"new_messages","chat_id":"0","new_messages":[{"type":"text","message_sender":"ai","text":"Hello!"}]}';
const large = small.replace('Hello!', 'Здравствуйте! '.repeat(4000));
const shot = { body: small, connections: 32, seconds: 2, headers: ['authorization: Bearer bench-secret'] };
const rounds = 7;

const bare = { name: 'a bare server that reads, parses and checks', script: 'bench/bare-receiver.js' };
const fastify = { name: 'Fastify doing so', script: 'bench/fastify-receiver.js' };
const recorded = '`--json --record --secret`, answered after the journal write';

export async function measure() {
  const rows = [];
  for (const [what, goal, peer, also] of [
    [`${recorded}: 32 connections`, 0.9, bare],
    [`${recorded}: 32 connections`, 0.95, fastify],
    [`${recorded}: 256 connections`, 0.75, bare, { connections: 256 }],
    [`${recorded}: 1 connection`, 0.7, bare, { connections: 1 }],
    [`${recorded}: 100 KB Cyrillic bodies`, 0.95, bare, { body: large }],
  ])
    rows.push({ what, goal: `>= ${goal} x ${peer.name}`, got: await ratio(peer, { ...shot, ...also }) });
  if (has('script')) {
    const got = await ratio(bare, shot, { flags: [], terminal: true });
    rows.push({ what: 'pretty, on a terminal: 32 connections', goal: `>= 0.5 x ${bare.name}`, got });
  }
  return [...rows, { what: `${recorded}: 256 connections, 1,000 idle ones`, goal: 'no errors', got: await crowd() }];
}

/** Requests per second, ours over theirs: both warmed up, then in turn, so that a slow minute slows both. */
async function ratio({ script }, load, { flags, terminal } = {}) {
  const { listen, journal, stop } = await start(flags, terminal);
  const peer = await serve([join(root, script)]);
  const sides = [[], []];
  let failed = 0;
  for (let round = 0; round <= rounds; round += 1)
    for (const [side, { url }] of [listen, peer].entries()) {
      const result = cannon(url, load);
      failed += result.failed;
      if (round > 0) sides[side].push(result.perSecond);
      // Gigabytes on their way to a disk would slow both.
      if (existsSync(journal)) truncateSync(journal);
    }
  await Promise.all([stop(), peer.stop()]);
  if (failed > 0) return `${failed} requests failed`;
  const each = sides[0].map((ours, round) => ours / sides[1][round]);
  const middle = median(sides[0]) / median(sides[1]);
  return `${number(middle)} x (${number(Math.min(...each))} to ${number(Math.max(...each))})`;
}

async function crowd() {
  const { listen, stop } = await start();
  const { hostname, port } = new URL(listen.url);
  const idle = Array.from({ length: 1000 }, () => connect(Number(port), hostname));
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  const { perSecond, failed } = cannon(listen.url, { ...shot, connections: 256, seconds: 5 });
  idle.forEach((socket) => socket.destroy());
  await stop();
  return `${failed} errors in ${Math.round(perSecond * 5)} requests`;
}

async function start(flags, terminal) {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const journal = join(folder, 'events.ndjson');
  const record = ['--json', '--record', journal];
  const listen = await serveCommand('listen', ['--secret', 'bench-secret', ...(flags ?? record)], { terminal });
  const stop = async () => {
    await listen.stop();
    rmSync(folder, { recursive: true });
  };
  return { listen, journal, stop };
}

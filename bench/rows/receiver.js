import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannon, median, number, root, serve, serveListen } from '../measure.js';

export const title = 'listen --json --record --secret, answered after the journal write';

const small =
  '{"event_type":"new_messages","chat_id":"0","new_messages":[{"type":"text","message_sender":"ai","text":"Hello!"}]}';
const large = small.replace('Hello!', 'Здравствуйте! '.repeat(4000));

export async function measure() {
  const rows = [];
  for (const [what, body, connections, goal] of [
    ['small bodies, 32 connections', small, 32, 0.9],
    ['small bodies, 256 connections', small, 256, 0.75],
    ['small bodies, 1 connection', small, 1, 0.7],
    ['100 KB Cyrillic bodies, 32 connections', large, 32, 0.95],
  ])
    rows.push({
      what,
      goal: `>= ${goal} x a bare server that reads, parses and checks`,
      got: await ratio(body, connections),
    });
  return rows;
}

async function ratio(body, connections) {
  const ratios = [];
  for (let round = 0; round < 4; round += 1) {
    const journal = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
    const listen = await serveListen(['--json', '--record', journal, '--secret', 'bench-secret']);
    const bare = await serve([join(root, 'bench/bare-receiver.js')]);
    const shot = { body, connections, seconds: 3, headers: ['authorization: Bearer bench-secret'] };
    const [ours, theirs] = [cannon(listen.url, shot), cannon(bare.url, shot)];
    await Promise.all([listen.stop(), bare.stop()]);
    if (ours.failed > 0) return `${ours.failed} requests failed`;
    if (round > 0) ratios.push(ours.perSecond / theirs.perSecond);
  }
  return `${number(median(ratios))} x (${number(Math.min(...ratios))} to ${number(Math.max(...ratios))})`;
}

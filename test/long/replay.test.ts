import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { inspect } from '../../src/receiver/inspect.ts';
import { run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';
import { entryOf } from '../journal/entry-of.ts';
import { captureOf } from '../receiver/capture-of.ts';

test('replay as a load goes through more events than fit on a stack, and shows each delivery', async () => {
  const { url } = await target();
  const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  const entry = entryOf(inspect(captureOf('{"event_type":"test_request"}')), { status: 200 }, null);
  writeFileSync(path, `${JSON.stringify(entry)}\n`.repeat(150_000));
  const flags = ['--concurrency', '2', '--duration', '100ms', '--verbose', '--url', url];
  const { code, out } = await run(['replay', path, ...flags]);
  expect(code).toBe(0);
  expect(out).toMatch(/200 OK.*delivered/);
});

test('the memory of a replay as a load does not grow with the journal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // The program itself says at its end how much memory it had at most.
  const probe = join(folder, 'probe.mjs');
  writeFileSync(
    probe,
    `import { writeFileSync } from 'node:fs';
     process.on('exit', () => writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
  );
  const text = 'Привет, заказ готов. '.repeat(50);
  const body = JSON.stringify({
    event_type: 'new_messages',
    new_messages: [{ type: 'text', message_sender: 'ai', text }],
  });
  const line = `${JSON.stringify(entryOf(inspect(captureOf(body)), { status: 200 }, null))}\n`;
  // One that keeps nothing of what comes.
  const server = createServer((req, res) => req.resume().once('end', () => res.end())).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const peakOf = async (megabytes: number): Promise<number> => {
    const journal = join(folder, 'events.ndjson');
    const chunk = line.repeat(Math.ceil(1e6 / Buffer.byteLength(line)));
    writeFileSync(journal, '');
    for (let written = 0; written < megabytes; written += 1) appendFileSync(journal, chunk);
    const peak = join(folder, 'peak');
    const args = ['--import', probe, 'bin/suvvy-hook.js', 'replay', journal, '--concurrency', '8', '--url', url];
    await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, PEAK: peak },
    });
    return Number(readFileSync(peak, 'utf8'));
  };
  const [small, large] = [await peakOf(60), await peakOf(300)];
  expect(large / small).toBeLessThan(1.3);
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';

const start = promisify(execFile);

test('artillery runs the export: its totals are those of the receiver, and its exit code follows --max-error-rate', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Node refuses what is not for its version only by a warning, and this one runs on Node 20.
  await start('npm', ['i', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', 'artillery@2.0.34']);
  const secret = 'a-very-secret-word';
  const env = { ...process.env, SUVVY_WEBHOOK_SECRET: secret, ARTILLERY_DISABLE_TELEMETRY: 'true' };

  const runAgainst = async (failEvery: number) => {
    let requests = 0;
    const { url, seen } = await target((_, res) => res.writeHead(++requests % failEvery === 0 ? 500 : 200).end());
    const changes = ['--chat-id', 'load-{{n%3}}', '--set', 'new_messages[0].text={{{{x}} {{n}} {{uuid}}}'];
    const flags = ['--rate', '20/s', '--duration', '3s', '--max-error-rate', '20%', '--secret', secret, ...changes];
    const { out } = await run(['send', 'text', ...flags, '--export', 'artillery', '--url', `${url}hook`]);
    expect(out).not.toContain(secret);
    const script = join(folder, 'load.yml');
    const report = join(folder, 'report.json');
    writeFileSync(script, out);
    const engine = join(folder, 'node_modules/artillery/bin/run');
    const code = await start(process.execPath, [engine, 'run', script, '--output', report], { env, timeout: 120_000 })
      .then(() => 0)
      .catch((error: { code: number }) => error.code);
    const { counters } = JSON.parse(readFileSync(report, 'utf8')).aggregate;
    return { code, seen, counters };
  };

  const { code, seen, counters } = await runAgainst(10);
  // Its own code for answers that were not as expected, while the threshold holds.
  expect(code).toBe(21);
  expect(counters['http.requests']).toBe(seen.length);
  expect(counters['http.codes.500']).toBe(Math.floor(seen.length / 10));
  expect(counters['http.codes.200']).toBe(seen.length - Math.floor(seen.length / 10));
  const events = seen.map(({ body }) => JSON.parse(body));
  for (const event of events) expect(event.new_messages[0].text).toMatch(/^\{\{x\}\} \d+ [0-9a-f-]{36}\}$/);
  expect(new Set(events.map((event) => event.chat_id))).toEqual(new Set(['load-0', 'load-1', 'load-2']));
  expect(new Set(events.map((event) => event.new_messages[0].text)).size).toBe(seen.length);
  for (const { headers, url } of seen) expect([headers.authorization, url]).toEqual([`Bearer ${secret}`, '/hook']);

  expect((await runAgainst(1000)).code).toBe(0);
  expect((await runAgainst(2)).code).toBe(1);
  expect((await runAgainst(1)).code).toBe(1);
});

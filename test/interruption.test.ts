import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../src/cli.ts';
import { fakeHost } from './helpers/fake-host.ts';
import { bin } from './helpers/process.ts';

const body = JSON.stringify({
  event_type: 'new_messages',
  new_messages: [{ type: 'text', message_sender: 'ai', text: 'x'.repeat(50_000) }],
});
const post = (url: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Connection: 'close' },
    body,
    signal: AbortSignal.timeout(4000),
  });

/** A `listen` whose output nobody reads. */
async function unread(
  command: (listen: string[]) => string[],
): Promise<{ url: string; child: ReturnType<typeof spawn> }> {
  const ready = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'ready.json');
  const flags = ['--port', '0', '--verbose', '--ready-file', ready];
  const [file = '', ...args] = command([process.execPath, bin, 'listen', ...flags]);
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve) => {
    const look = (): void => {
      if (existsSync(ready)) resolve(JSON.parse(readFileSync(ready, 'utf8')).url);
      else setImmediate(look);
    };
    look();
  });
  return { url, child };
}

describe('an end, whatever holds it up', () => {
  test('demo is interrupted before its first delivery', async () => {
    const host = fakeHost();
    host.interrupt();
    expect(await main(['demo'], host)).toBe(130);
  });

  test('demo is interrupted in the middle of a delivery', async () => {
    const host = fakeHost();
    void host.untilOut(/the sender/).then(() => setImmediate(host.interrupt));
    expect(await main(['demo'], host)).toBe(130);
  });

  test('listen ends although nobody reads its output', { timeout: 15_000 }, async () => {
    const { url, child } = await unread((listen) => listen);
    const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve));
    for (let count = 0; count < 20; count += 1) expect((await post(url)).status).toBe(200);
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });
});

test.skipIf(!hasScript())('a terminal that was stopped (Ctrl-S) does not stop the receiver', async () => {
  const { url } = await unread((listen) => [
    'script',
    '-qec',
    listen.map((word) => `'${word}'`).join(' '),
    '/dev/null',
  ]);
  for (let count = 0; count < 20; count += 1) expect((await post(url)).status).toBe(200);
});

/** The `script` of util-linux, which gives a command a terminal. */
function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

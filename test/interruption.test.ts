import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../src/cli.ts';
import { fakeHost } from './helpers/fake-host.ts';
import { bin, start } from './helpers/process.ts';
import { closedPort } from './helpers/target.ts';
import { hasScript, onTerminal } from './helpers/terminal.ts';

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

test('a second Ctrl-C leaves nothing behind that --start began', async () => {
  // As a server that is still busy: told to end, it goes on.
  const stubborn = `
    const [port, watcher] = process.argv.slice(2).map(Number);
    const watch = require('node:net').connect(watcher, '127.0.0.1').on('close', () => process.exit());
    process.on('SIGTERM', () => watch.write('told'));
    require('node:http').createServer((req) => req.method === 'POST' && watch.write('asked')).listen(port, '127.0.0.1');
  `;
  const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  writeFileSync(join(cwd, 'server.cjs'), stubborn);
  const { port: watcher, told, gone } = await watch();
  const port = await closedPort();
  const check = start(
    ['check', `http://127.0.0.1:${port}/`, '--start', `'${process.execPath}' server.cjs ${port} ${watcher}; true`],
    { cwd },
  );
  await told('asked');
  check.child.kill('SIGINT');
  await told('told');
  check.child.kill('SIGINT');
  expect((await check.exited).code).toBe(130);
  await gone;
});

test.skipIf(!hasScript())('a terminal that was stopped (Ctrl-S) does not stop the receiver', async () => {
  const { url } = await unread(onTerminal);
  for (let count = 0; count < 20; count += 1) expect((await post(url)).status).toBe(200);
});

/** Hears what a process says over a connection, and that it is gone. */
async function watch(): Promise<{ port: number; told(word: string): Promise<void>; gone: Promise<unknown> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  let heard = '';
  const connected = once(server, 'connection').then(([socket]: Socket[]) => {
    onTestFinished(() => void socket!.destroy());
    return socket!.on('error', () => {}).on('data', (chunk) => (heard += String(chunk)));
  });
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    async told(word) {
      const socket = await connected;
      while (!heard.includes(word)) await once(socket, 'data');
    },
    gone: connected.then((socket) => once(socket, 'close')),
  };
}

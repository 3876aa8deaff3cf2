import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, ndjson, run, type FakeHost, type FakeHostOptions } from '../helpers/fake-host.ts';

/** A command that runs until the test ends, and its ready line. */
async function ready(
  args: string[],
  options: FakeHostOptions = {},
): Promise<{ host: FakeHost; line: any; ended: Promise<number> }> {
  const host = fakeHost(options);
  const ended = main([...args, '--json'], host);
  onTestFinished(async () => {
    host.interrupt();
    await ended;
  });
  const out = await Promise.race([host.untilOut(/\n/), ended.then((code) => `{"code":${code}}`)]);
  return { host, line: ndjson(out)[0], ended };
}

/** The control API behind the address that was printed. */
function apiOf(ui: string) {
  const { origin, hash } = new URL(ui);
  const headers = { Authorization: `Bearer ${hash.slice('#token='.length)}` };
  return {
    get: async (path: string): Promise<any> => (await fetch(origin + path, { headers })).json(),
    post: async (path: string, body: object): Promise<any> => {
      const init = {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { ...headers, 'Content-Type': 'application/json' },
      };
      return (await fetch(origin + path, init)).json();
    },
  };
}

function post(url: string, body: unknown, secret?: string): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', ...(secret ? { Authorization: `Bearer ${secret}` } : {}) };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('listen --ui', () => {
  test('the ready line has the whole address of the inspector, and an event that was received is there', async () => {
    const { line } = await ready(['listen', '--port', '0', '--ui=0', '--secret', 'sup3r-s3cret']);
    expect(line).toMatchObject({
      type: 'ready',
      url: expect.any(String),
      ui: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/),
    });
    await post(line.url, { event_type: 'test_request' }, 'sup3r-s3cret');
    const { get } = apiOf(line.ui);
    expect(await get('/v1/state')).toMatchObject({
      source: 'listen',
      url: line.url,
      events: 1,
      replay: { urls: [`${line.url}/`], secret: true },
    });
    expect((await get('/v1/events')).events).toMatchObject([
      { eventType: 'test_request', auth: 'ok', answer: { status: 200 } },
    ]);
  });

  test('the port that events come to knows nothing of the control API (S1)', async () => {
    const { line } = await ready(['listen', '--port', '0', '--ui=0']);
    const { origin, hash } = new URL(line.ui);
    expect(origin).not.toBe(line.url);
    const headers = { Authorization: `Bearer ${hash.slice('#token='.length)}` };
    expect((await fetch(`${line.url}/v1/state`, { headers })).status).toBe(405);
    expect((await fetch(`${line.url}/app.js`)).status).toBe(405);
  });

  test('whatever address events come to, the inspector is on 127.0.0.1 alone', async () => {
    const { line } = await ready(['listen', '--port', '0', '--host', '0.0.0.0', '--ui=0']);
    const port = Number(new URL(line.ui).port);
    expect(new URL(line.ui).hostname).toBe('127.0.0.1');
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow('fetch failed');
  });

  test('without --ui the ready line has no address, and its flags are exit 2', async () => {
    const { line } = await ready(['listen', '--port', '0']);
    expect(Object.keys(line)).toEqual(['type', 'url', 'port']);
    expect(await run(['listen', '--port', '0', '--open'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--ui'),
    });
    expect(await run(['listen', '--port', '0', '--allow-remote'])).toMatchObject({ code: 2 });
  });

  test('a port that was asked for and is taken is exit 3, and the default one gives way', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    const standard = createServer()
      .on('error', () => {})
      .listen(4080, '127.0.0.1');
    onTestFinished(() => {
      taken.close();
      standard.close();
    });
    await new Promise((resolve) => setImmediate(resolve));
    const { port } = taken.address() as AddressInfo;
    expect(await run(['listen', '--port', '0', `--ui=${port}`])).toMatchObject({
      code: 3,
      err: expect.stringContaining(String(port)),
    });
    const { line, host } = await ready(['listen', '--port', '0', '--ui']);
    expect(new URL(line.ui).port).not.toBe('4080');
    expect(host.err()).toContain('4080 is taken');
  });

  test('the word behind --ui is not its value', async () => {
    const { code, err } = await run(['listen', '--ui', '--port', 'x']);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('--port') });
    expect(await run(['listen', '--ui=x'])).toMatchObject({ code: 2, err: expect.stringContaining('--ui') });
  });

  test('answers that are set from the inspector are what senders get, and what was said on the command line comes back', async () => {
    const { line } = await ready(['listen', '--port', '0', '--ui=0', '--respond', '202']);
    const { post: set } = apiOf(line.ui);
    const status = async (): Promise<number> => (await post(line.url, { event_type: 'test_request' })).status;
    expect(await status()).toBe(202);
    await set('/v1/answers', { script: '503x2,200' });
    expect([await status(), await status(), await status()]).toEqual([503, 503, 200]);
    await set('/v1/answers', { script: null });
    expect(await status()).toBe(202);
  });

  test('a replay goes to the app of --forward with its secret, and a copied command names the journal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    const app = await ready(['listen', '--port', '0', '--secret', 'sup3r-s3cret']);
    const args = [
      'listen',
      '--port',
      '0',
      '--ui=0',
      '--secret',
      'sup3r-s3cret',
      '--forward',
      `${app.line.url}/in`,
      '--record',
      'e.ndjson',
    ];
    const { line } = await ready(args, { cwd: folder });
    await post(line.url, { event_type: 'test_request' }, 'sup3r-s3cret');
    const { get, post: send } = apiOf(line.ui);
    const [{ id }] = (await get('/v1/events')).events;
    expect(await send('/v1/replay', { id })).toMatchObject({
      delivered: true,
      url: `${app.line.url}/in`,
      secretSent: true,
    });
    expect((await get(`/v1/events/${id}`)).copy.replay).toBe(
      `npx suvvy-hook replay 'e.ndjson' --id ${id} --url '${app.line.url}/in' --secret "$SUVVY_WEBHOOK_SECRET"`,
    );
  });

  test('--open gives the browser a file that only its user can read: the token stands on no command line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    const browser = join(folder, 'browser');
    writeFileSync(browser, `#!/bin/sh\nprintf '%s' "$*" > '${folder}/new' && mv '${folder}/new' '${folder}/args'\n`);
    chmodSync(browser, 0o755);
    const { line, host, ended } = await ready(['listen', '--port', '0', '--ui=0', '--open'], {
      env: { BROWSER: browser },
    });
    await expect.poll(() => existsSync(join(folder, 'args')), { timeout: 10_000 }).toBe(true);
    const given = readFileSync(join(folder, 'args'), 'utf8');
    expect(given).toMatch(/^file:\/\//);
    const file = fileURLToPath(given);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(line.ui);
    host.interrupt();
    await ended;
    expect(existsSync(file)).toBe(false);
  });

  test('a browser that is not there is said, and the run goes on', async () => {
    const { line, host } = await ready(['listen', '--port', '0', '--ui=0', '--open'], {
      env: { BROWSER: '/nowhere/browser' },
    });
    await expect.poll(() => host.err()).toContain('no browser could be opened: /nowhere/browser: no such file');
    expect((await post(line.url, { event_type: 'test_request' })).status).toBe(200);
  });
});

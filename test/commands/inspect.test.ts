import { appendFileSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';

const entry = (id: string): string =>
  `${JSON.stringify({
    v: 1,
    id,
    receivedAt: '2026-01-31T12:00:00.000Z',
    method: 'POST',
    path: '/hook',
    headers: { 'Content-Type': 'application/json' },
    body: '{"event_type":"test_request"}',
    auth: 'ok',
    eventType: 'test_request',
    issues: [],
    unknownFields: [],
    answer: { status: 200 },
  })}\n`;

function journal(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  writeFileSync(path, text);
  return path;
}

async function inspect(path: string, ...args: string[]) {
  const host = fakeHost();
  const ended = main(['inspect', path, '--port', '0', '--json', ...args], host);
  onTestFinished(async () => {
    host.interrupt();
    await ended;
  });
  const [line] = ndjson(await host.untilOut(/\n/));
  const { origin, hash } = new URL(line!['ui']);
  const headers = { Authorization: `Bearer ${hash.slice('#token='.length)}`, 'Content-Type': 'application/json' };
  const get = async (route: string): Promise<any> => (await fetch(origin + route, { headers })).json();
  const post = async (route: string, body: object): Promise<any> =>
    (await fetch(origin + route, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  return { host, ended, line, get, post };
}

describe('inspect', () => {
  test('a recording is shown with its events, and Ctrl-C ends that with 0', async () => {
    const { line, get, host, ended } = await inspect(journal(entry('a') + entry('b')));
    expect(line).toEqual({ type: 'ready', ui: expect.any(String), port: expect.any(Number), events: 2 });
    expect(await get('/v1/state')).toMatchObject({
      source: 'journal',
      url: null,
      answers: null,
      clear: false,
      events: 2,
    });
    expect((await get('/v1/events')).events).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    host.interrupt();
    expect(await ended).toBe(0);
  });

  test('an event of a recording is sent to --url with the secret, and to another address without it', async () => {
    const [named, other] = [await target(), await target()];
    const { post } = await inspect(journal(entry('a')), '--url', named.url, '--secret', 'sup3r-s3cret');
    expect(await post('/v1/replay', { id: 'a' })).toMatchObject({ delivered: true });
    await post('/v1/replay', { id: 'a', url: other.url });
    expect(named.seen[0]!.headers['authorization']).toBe('Bearer sup3r-s3cret');
    expect(other.seen[0]!.headers['authorization']).toBeUndefined();
  });

  test('a public address needs --allow-remote', async () => {
    const path = journal(entry('a'));
    const url = 'http://never.example.invalid.example/';
    const refused = await inspect(path);
    expect(await refused.post('/v1/replay', { id: 'a', url })).toMatchObject({
      error: expect.stringContaining('--allow-remote'),
    });
    const allowed = await inspect(path, '--allow-remote');
    expect(await allowed.post('/v1/replay', { id: 'a', url })).toMatchObject({ type: 'delivery', delivered: false });
  });

  test('--follow shows what is appended, and says when the file has lost what it had', async () => {
    const path = journal('');
    const { get, host } = await inspect(path, '--follow');
    const ids = async (): Promise<string[]> => (await get('/v1/events')).events.map(({ id }: { id: string }) => id);
    appendFileSync(path, entry('a') + entry('b').slice(0, 40));
    await expect.poll(ids, { timeout: 10_000 }).toEqual(['a']);
    appendFileSync(path, entry('b').slice(40));
    await expect.poll(ids, { timeout: 10_000 }).toEqual(['a', 'b']);
    truncateSync(path, 0);
    await expect.poll(() => host.err(), { timeout: 10_000 }).toContain('cannot be followed any more');
  });

  test('what is no journal is exit 2, what is not there exit 3, and damage is said', async () => {
    expect(await run(['inspect', journal(''), '--port', '0'])).toMatchObject({ code: 2 });
    expect(await run(['inspect', journal('nonsense\n'), '--port', '0'])).toMatchObject({ code: 2 });
    expect(await run(['inspect', '/nowhere/events.ndjson'])).toMatchObject({ code: 3 });
    const { host } = await inspect(journal(`${entry('a')}nonsense\n`));
    expect(host.err()).toContain('1 line skipped');
  });
});

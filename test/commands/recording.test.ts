import { existsSync, mkdtempSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ndjson, run } from '../helpers/fake-host.ts';
import { listening, post } from '../helpers/listening.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const testRequest = '{"event_type":"test_request"}';
const auth = { Authorization: 'Bearer s3cret' };

test('every request is in the journal before it is answered, also a refused one', async () => {
  const path = join(folder(), 'events.ndjson');
  const { url, host, end } = await listening(['--record', path, '--secret', 's3cret', '--events', 'new_messages']);
  expect((await post(`${url}/hook?a=1`, testRequest, auth)).status).toBe(200);
  expect(ndjson(readFileSync(path, 'utf8'))).toEqual([
    expect.objectContaining({
      v: 1,
      method: 'POST',
      path: '/hook?a=1',
      body: testRequest,
      auth: 'ok',
      answer: { status: 200 },
    }),
  ]);
  await post(url, 'not json', auth);
  await post(url, testRequest, { Authorization: 'Bearer s3cret!' });
  await fetch(url, { headers: { Connection: 'close', 'X-Note': 'my s3cret' } });
  expect(await end()).toBe(0);
  const text = readFileSync(path, 'utf8');
  expect(ndjson(text).map(({ answer, body, eventType }) => [answer.status, body, eventType])).toEqual([
    [200, testRequest, 'test_request'],
    [400, 'not json', null],
    [401, null, null],
    [405, null, null],
  ]);
  expect(text).not.toContain('s3cret');
  expect(text).toContain('Bearer *** (sha256:1ec1c2)');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  // --events chooses what is shown, not what is kept.
  expect(host.out()).not.toContain('test_request');
});

test('a journal continues after two runs and a torn line between them', async () => {
  const cwd = folder();
  const path = join(cwd, 'events.ndjson');
  for (const torn of ['', '{"v":1,']) {
    if (torn) writeFileSync(path, torn, { flag: 'a' });
    const { url, host, end } = await listening(['--record', 'events.ndjson', '--fsync'], { cwd });
    await post(url, testRequest);
    await end();
    expect(host.err().includes('! the last line of events.ndjson is torn')).toBe(torn !== '');
  }
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    expect.stringContaining('"v":1'),
    '{"v":1,',
    expect.stringContaining('"v":1'),
    '',
  ]);
});

test('a journal that is moved during the run continues in a new file, with a note', async () => {
  const path = join(folder(), 'events.ndjson');
  const { url, host } = await listening(['--record', path]);
  await post(url, testRequest);
  renameSync(path, `${path}.1`);
  expect((await post(url, testRequest)).status).toBe(200);
  expect(host.err()).toContain(`! ${path} was moved or deleted: a new one was created`);
  expect([path, `${path}.1`].map((file) => ndjson(readFileSync(file, 'utf8')).length)).toEqual([1, 1]);
});

test.runIf(existsSync('/dev/full'))(
  'a full disk is a 500, one line on the terminal, and a reason on the card',
  async () => {
    const { url, host, end } = await listening(['--record', '/dev/full']);
    for (let times = 0; times < 3; times += 1) expect((await post(url, testRequest)).status).toBe(500);
    await end();
    expect(host.err().match(/! cannot write \/dev\/full: no space left on the disk/g)).toHaveLength(1);
    expect(host.out()).toContain('it could not be recorded, so it was not acknowledged');
    expect(host.out()).toContain('0 acknowledged · 3 refused (500 3)');
  },
);

test('a start that fails leaves the journal unchanged', async () => {
  const path = join(folder(), 'events.ndjson');
  writeFileSync(path, 'torn');
  expect((await run(['listen', '--record', path, '--host', '203.0.113.9', '--port', '0'])).code).toBe(3);
  expect(readFileSync(path, 'utf8')).toBe('torn');
});

test.each([
  [['--record', '/'], 3, 'cannot record into /: it is a folder'],
  [['--record', '/nowhere/x.ndjson'], 3, 'no such file or folder'],
  [['--fsync'], 2, '--fsync does nothing without --record'],
])('listen refuses %j', async (flags, exitCode, why) => {
  const { code, err } = await run(['listen', '--port', '0', ...flags]);
  expect(err).toContain(why);
  expect(code).toBe(exitCode);
  expect(err).not.toMatch(/^ +at /m);
});

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { pageFixtures } from '../../src/fixtures/list.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { listening } from '../helpers/listening.ts';
import { target } from '../helpers/target.ts';
import { entryOf } from '../journal/entry-of.ts';
import { captureOf } from '../receiver/capture-of.ts';

interface Recorded {
  body?: string | Buffer | null;
  status?: number | null;
  atMs?: number;
  contentType?: string;
}

const testRequest = '{"event_type":"test_request"}';
const message = '{"event_type":"new_messages","new_messages":[{"type":"text","message_sender":"ai","text":"Hi"}]}';
const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));

/** The line of the `index`-th event, whose id is `id-<index>`. */
function line(
  { body = testRequest, status = 200, atMs = 0, contentType = 'application/json' }: Recorded,
  index: number,
): string {
  const rawHeaders = [
    ['content-type', contentType],
    ['Authorization', 'Bearer old'],
  ] as const;
  const capture = captureOf(body, { id: `id-${index}`, receivedAt: new Date(atMs), rawHeaders });
  return `${JSON.stringify(entryOf(inspect(capture), { status }, 'old'))}\n`;
}

function journalOf(entries: Recorded[], tail = ''): string {
  const path = join(folder(), 'events.ndjson');
  writeFileSync(path, entries.map(line).join('') + tail);
  return path;
}

const fixturesOf = (out: string): string[] =>
  ndjson(out)
    .filter(({ type }) => type === 'delivery')
    .map(({ fixture }) => fixture);

describe('replay', () => {
  test('sends events byte for byte, with the recorded Content-Type and the secret of today', async () => {
    const bodies = [
      Buffer.from(' { "event_type" : "test_request" }\n'),
      Buffer.from([0x7b, 0xc3, 0x28, 0x00, 0xff]),
      Buffer.from('\ufeff"Привет\u2028"'),
    ];
    const came: { body: Buffer; rawHeaders: string[] }[] = [];
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        came.push({ body: Buffer.concat(chunks), rawHeaders: req.rawHeaders });
        res.end();
      });
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const journal = journalOf(bodies.map((body) => ({ body, contentType: 'application/json; charset=UTF-8' })));
    const { code, out } = await run(['replay', journal, '--url', url, '--secret', 's3cret', '--json']);
    expect(code).toBe(0);
    expect(came.map(({ body }) => body)).toEqual(bodies);
    expect(came[0]!.rawHeaders.join('\n')).toContain('content-type\napplication/json; charset=UTF-8');
    expect(came[0]!.rawHeaders).toContain('Bearer s3cret');
    expect(fixturesOf(out)).toEqual(['id-0 test_request', 'id-1 no event type', 'id-2 no event type']);
    expect(ndjson(out).at(-1)).toMatchObject({ type: 'summary', sent: 3, delivered: 3 });
  });

  test('sends the same bytes that listen has recorded', async () => {
    const journal = join(folder(), 'events.ndjson');
    const first = await listening(['--record', journal, '--secret', 'old']);
    await run(['send', 'fixture', '--url', `${first.url}/`, '--secret', 'old']);
    await first.end();
    const { url, seen } = await target();
    expect((await run(['replay', journal, '--url', url])).code).toBe(0);
    expect(seen.map(({ body }) => body)).toEqual(ndjson(readFileSync(journal, 'utf8')).map(({ body }) => body));
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(pageFixtures.map(() => undefined));
  });

  test('comes to an end if the receiver records into the same journal', async () => {
    const journal = journalOf([{}, {}]);
    const { url } = await listening(['--record', journal]);
    const { code, out } = await run(['replay', journal, '--url', `${url}/`, '--json']);
    expect([code, fixturesOf(out).length]).toEqual([0, 2]);
    expect(ndjson(readFileSync(journal, 'utf8'))).toHaveLength(4);
  });

  const now = Date.now();
  const mixed: Recorded[] = [
    { body: message, atMs: now - 3_600_000 },
    { body: testRequest, status: 503, atMs: now - 1_800_000 },
    { body: message, status: null, atMs: now - 60_000 },
    { body: null, status: 401, atMs: now - 1000 },
    { body: '{"event_type":"later"}', atMs: now },
  ];
  test.each([
    [[], ['id-0', 'id-1', 'id-2', 'id-4']],
    [
      ['--only', 'new_messages'],
      ['id-0', 'id-2'],
    ],
    [
      ['--only', 'test_request,later'],
      ['id-1', 'id-4'],
    ],
    [
      ['--only', 'test_request', '--only', 'later'],
      ['id-1', 'id-4'],
    ],
    [
      ['--id', 'id-4', '--id', 'id-0'],
      ['id-0', 'id-4'],
    ],
    [['--failed'], ['id-1', 'id-2']],
    [
      ['--since', '10m ago'],
      ['id-2', 'id-4'],
    ],
    [
      ['--since', '45m'],
      ['id-1', 'id-2', 'id-4'],
    ],
    [
      ['--since', new Date(now - 60_000).toISOString()],
      ['id-2', 'id-4'],
    ],
    [['--since', '10m ago', '--only', 'later'], ['id-4']],
  ])('selects events by %j', async (flags, ids) => {
    const { url, seen } = await target();
    const { code, out } = await run(['replay', journalOf(mixed), '--url', url, '--json', ...flags]);
    expect(code).toBe(0);
    expect(fixturesOf(out).map((name) => name.split(' ')[0])).toEqual(ids);
    expect(seen).toHaveLength(ids.length);
  });

  test('changes the body with --set and --chat-id, the Content-Type with --header', async () => {
    const { url, seen } = await target();
    const changes = ['--chat-id', '7', '--set', 'new_messages[0].text=Hello'];
    const header = ['--header', 'Content-Type: application/x+json'];
    await run(['replay', journalOf([{ body: message }]), '--url', url, ...changes, ...header]);
    expect(JSON.parse(seen[0]!.body)).toMatchObject({ chat_id: '7', new_messages: [{ text: 'Hello' }] });
    expect(seen[0]!.rawHeaders.filter((name) => /^content-type$/i.test(name))).toHaveLength(1);
    expect(seen[0]!.headers['content-type']).toBe('application/x+json');
  });

  test.each([
    [['--chat-id', '7'], '"chat_id":"7",'],
    [['--no-chat-id'], ''],
  ])('replaces the recorded chat_id by %j, and keeps every other byte', async (flags, sent) => {
    const { url, seen } = await target();
    const chat = message.replace('new_messages",', 'new_messages","chat_id":"555",').replace('}]', ',"n":1e400}]');
    const journal = journalOf([{ body: chat }, { body: testRequest }]);
    const { out } = await run(['replay', journal, '--url', url, '--json', ...flags]);
    const expected = [chat.replace('"chat_id":"555",', sent), testRequest];
    expect(seen.map(({ body }) => body)).toEqual(expected);
    expect(ndjson(out).flatMap(({ request }) => request?.body ?? [])).toEqual(expected);
    const lines = await run(['replay', journal, '--url', url, ...flags]);
    expect(lines.err).toContain(sent ? ' · chat_id 7\n' : ' · no chat_id\n');
  });

  test('sends nothing if --set meets a body that is not JSON, or has no such place', async () => {
    const { url, seen } = await target();
    for (const body of ['nope', testRequest]) {
      const { code } = await run([
        'replay',
        journalOf([{ body: message }, { body }]),
        '--url',
        url,
        '--set',
        'new_messages[0].text=x',
      ]);
      expect(code).toBe(2);
    }
    expect(seen).toEqual([]);
  });

  test('says what it leaves out', async () => {
    const { url } = await target();
    const later = '{"v":2,"something":"else"}\n';
    const { code, err, out } = await run([
      'replay',
      journalOf([{}, { body: null, status: 401 }], `${later}{"v":1,"id":"to`),
      '--url',
      url,
    ]);
    expect(code).toBe(0);
    expect(err).toContain('! 1 line skipped: torn, or not an entry of a journal\n');
    expect(err).toContain('! 1 line skipped: written by a later version of suvvy-hook\n');
    expect(err).toContain('! 1 request left out: refused before the body was read\n');
    expect(err).toContain('1 event of ');
    expect(out).toMatch(/^✔ id-0 test_request +200 OK/);
  });

  test('warns of dead file links: of our own server, which has ended, and of fixtures', async () => {
    const { url } = await target();
    const withLink = (link: string): Recorded => ({
      body: `{"event_type":"new_messages","new_messages":[{"file":{"url":"${link}"}}]}`,
    });
    const sent = await target();
    await run(['send', 'fixture', 'image', '--url', sent.url]);
    const served = JSON.parse(sent.seen[0]!.body).new_messages[0].file.url as string;
    const alive = ['https://files.example/0123456789abcdef/a.pdf', 'http://files.example:80/a/0/a.pdf'].map(withLink);
    const dead = [served, 'asset:a.pdf'].map(withLink);
    const { err } = await run(['replay', journalOf([...alive, ...dead]), '--url', url]);
    expect(err).toContain('! 2 events with dead file links');
    expect((await run(['replay', journalOf(alive), '--url', url])).err).not.toContain('dead');
  });

  test('has the exit codes of send, and knows --repeat and --dry-run', async () => {
    const { url, seen } = await target(503);
    const journal = journalOf([{}, { body: message }]);
    expect((await run(['replay', journal, '--url', url, '--repeat', '2'])).code).toBe(1);
    expect(seen.map(({ body }) => body)).toEqual([testRequest, testRequest, message, message]);
    const { code, out } = await run(['replay', journal, '--url', url, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain(`# id-0 test_request\ncurl -i --max-time 20 -X POST '${url}'`);
    expect(seen).toHaveLength(4);
  });

  test.each<[string, string, string[], number, RegExp]>([
    ['nothing fits', line({}, 0), ['--failed'], 2, /none of the 1 event in .* matches\n {2}relax/],
    ['a mistyped type', line({}, 0), ['--only', 'test_requst'], 2, /did you mean --only test_request\?/],
    ['a mistyped id', line({}, 0), ['--id', 'id-9'], 2, /there is no event id-9 in .*\n {2}did you mean id-0\?/],
    [
      'only what was refused',
      line({ body: null, status: 401 }, 0),
      [],
      2,
      /nothing to send: 1 request of .* match, all refused before the body was read/,
    ],
    ['empty', '', [], 2, /is empty/],
    [
      'no journal',
      '# Notes\n\nhello\n',
      [],
      2,
      /is not a journal: none of its 2 lines is an event\n {2}npx suvvy-hook listen --record/,
    ],
    ['only a later version', '{"v":2}\n', [], 2, /was written by a later version of suvvy-hook/],
    ['no time', line({}, 0), ['--since', 'yesterday'], 2, /A time looks like/],
    ['no pace', line({}, 0), ['--pace', 'slow'], 2, /Allowed choices are recorded, max/],
  ])('refuses with a reason: %s', async (_, content, flags, exitCode, why) => {
    const { url, seen } = await target();
    const path = join(folder(), 'events.ndjson');
    writeFileSync(path, content);
    const { code, err } = await run(['replay', path, '--url', url, ...flags]);
    expect(err).toMatch(why);
    expect(code).toBe(exitCode);
    expect(seen).toEqual([]);
  });

  test('is exit 3 for a journal that does not exist, or is a folder', async () => {
    const journal = journalOf([{}]);
    expect(await run(['replay', `${journal}n`, '--url', 'http://127.0.0.1:1'])).toMatchObject({
      code: 3,
      err: expect.stringContaining(`did you mean ${journal}?`),
    });
    expect((await run(['replay', '/', '--url', 'http://127.0.0.1:1'])).err).toContain('cannot read /: it is a folder');
  });
});

describe('replay --pace recorded', () => {
  test('waits as long as the time between the events', async () => {
    const { url } = await target();
    const journal = journalOf([{ atMs: 0 }, { atMs: 120 }, { atMs: 60 }]);
    const { out } = await run(['replay', journal, '--url', url, '--pace', 'recorded', '--json']);
    const [first, second] = ndjson(out).map(({ startedAt }) => Date.parse(startedAt));
    // The first one may start late on a busy machine, and the second one does not wait for it.
    expect(second! - first!).toBeGreaterThanOrEqual(60);
    expect(ndjson(out).at(-1)).toMatchObject({ sent: 3 });
  });

  test('stops waiting on Ctrl-C', async () => {
    const { url, seen } = await target();
    const host = fakeHost();
    const exited = main(
      ['replay', journalOf([{ atMs: 0 }, { atMs: 40 * 86_400_000 }]), '--url', url, '--pace', 'recorded'],
      host,
    );
    await host.untilOut(/id-0/);
    host.interrupt();
    expect(await exited).toBe(130);
    expect(seen).toHaveLength(1);
  });
});

describe('fixtures save', () => {
  const chat = message.replace('{', '{"chat_id":"555-secret-chat",');

  test('writes a redacted fixture, which can be sent', async () => {
    const cwd = folder();
    const journal = journalOf([{}, { body: chat }]);
    const saved = await run(['fixtures', 'save', journal, '--id', 'id-1', '--name', 'refund'], { cwd });
    expect(saved).toMatchObject({ code: 0, out: 'fixtures/refund.json\n' });
    const text = readFileSync(join(cwd, 'fixtures/refund.json'), 'utf8');
    expect(text).toBe(`${JSON.stringify({ ...JSON.parse(chat), chat_id: '0' }, null, 2)}\n`);
    const { url, seen } = await target();
    expect((await run(['send', 'fixture', 'refund', '--fixtures', 'fixtures', '--url', url], { cwd })).code).toBe(0);
    expect(JSON.parse(seen[0]!.body)).toEqual(JSON.parse(text));
  });

  test('does not overwrite another one without --force', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'own'));
    writeFileSync(join(cwd, 'own/x.json'), 'mine');
    const argv = ['fixtures', 'save', journalOf([{}]), '--id', 'id-0', '--name', 'x', '--fixtures', 'own'];
    expect(await run(argv, { cwd })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/own\/x\.json already exists\n.*--force/),
    });
    expect(readFileSync(join(cwd, 'own/x.json'), 'utf8')).toBe('mine');
    const { out } = await run([...argv, '--force', '--json'], { cwd });
    expect(ndjson(out)).toEqual([{ name: 'x', path: 'own/x.json' }]);
    expect(JSON.parse(readFileSync(join(cwd, 'own/x.json'), 'utf8'))).toEqual(JSON.parse(testRequest));
  });

  test.each([
    [['--id', 'id-7', '--name', 'x'], /there is no event id-7 in .*\n {2}did you mean id-[01]\?/],
    [['--id', 'id-0', '--name', '../x'], /"\.\.\/x" cannot be the name of a fixture/],
    [['--id', 'id-0', '--name', 'a\x1b[2J'], /cannot be the name of a fixture/],
    [['--id', 'id-1', '--name', 'x'], /event id-1 was refused before its body was read: there is nothing to save/],
    [['--id', 'id-2', '--name', 'x'], /event id-2 cannot be a fixture/],
    [['--id', 'id-0'], /required option '--name <name>' not specified/],
  ])('is exit 2 with %j', async (flags, why) => {
    const journal = journalOf([{}, { body: null, status: 401 }, { body: 'not json' }]);
    const { code, err } = await run(['fixtures', 'save', journal, ...flags], { cwd: folder() });
    expect(err).toMatch(why);
    expect(code).toBe(2);
  });
});

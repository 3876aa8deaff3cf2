import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { parseTyped } from '../../src/commands/mock/chat.ts';
import { readLines } from '../../src/commands/mock/read-lines.ts';
import { apiPath } from '../../src/contract/api/fields.ts';
import { fingerprint } from '../../src/contract/bearer.ts';
import { createRedactor } from '../../src/contract/redact.ts';
import { fakeHost, ndjson, run, type FakeHost, type FakeHostOptions } from '../helpers/fake-host.ts';
import { closedPort, target, type Target } from '../helpers/target.ts';
import { posted } from '../platform/customer-message.ts';
import { another } from '../platform/open-platform.ts';

const token = 'k7-token-of-the-api';

interface Mocking {
  host: FakeHost;
  url: string;
  folder: string;
  post(value: unknown, headers?: Record<string, string>): Promise<number>;
  end(): Promise<number>;
  exited: Promise<number>;
}

/** `mock` on a free port, in this process; ended when the test ends. */
async function mocking(webhook: string, flags: string[] = [], options: FakeHostOptions = {}): Promise<Mocking> {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const host = fakeHost({ cwd: folder, ...options });
  const ready = join(folder, 'ready.json');
  const argv = ['mock', '--url', webhook, '--port', '0', '--ready-file', ready, '--token', token, ...flags];
  const exited = main(argv, host);
  onTestFinished(async () => {
    host.interrupt();
    await exited;
  });
  const url = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      if (existsSync(ready)) resolve(JSON.parse(readFileSync(ready, 'utf8')).url);
      else setImmediate(look);
    };
    look();
    void exited.then(() => reject(new Error(host.err())));
  });
  return {
    host,
    url,
    folder,
    exited,
    async post(value, headers = {}) {
      const response = await fetch(url + apiPath, {
        method: 'POST',
        body: JSON.stringify(value),
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, ...headers },
      });
      return response.status;
    },
    end() {
      host.interrupt();
      return exited;
    },
  };
}

const textsOf = ({ seen }: Target): string[] => seen.map(({ body }) => JSON.parse(body).new_messages?.[0].text);

describe('mock', () => {
  test('shows both sides as a conversation, the bot on the right', async () => {
    const app = await target();
    const { host, post, exited } = await mocking(app.url, ['--exit-after', '1'], { columns: 100 });
    await post(posted({ client_name: 'Anna' }));
    expect(await exited).toBe(0);
    expect(host.out()).toMatch(
      /^\d\d:\d\d:\d\d {2}✔ 200 {2}customer · Anna · chat 42 · m-1 · Telegram\n {2}Hello there$/m,
    );
    expect(host.out()).toMatch(/^ {40}\d\d:\d\d:\d\d {2}bot · chat 42$/m);
    expect(host.out()).toMatch(/^ {40}✔ webhook {2}200 OK .* delivered/m);
    expect(host.out()).toContain('1 message taken · 1 event sent, 1 delivered · 0 errors, 0 warnings');
  });

  test('shows both sides in a pipe, which has no width', async () => {
    const app = await target();
    const { host, post, exited } = await mocking(app.url, ['--exit-after', '1'], { columns: Infinity });
    await post(posted({ text: 'long words '.repeat(30) }));
    expect(await exited).toBe(0);
    expect(host.out()).toMatch(/^ {2}(long words ){29}long words ?$/m);
    expect(host.out()).toMatch(/^ {40}✔ webhook {2}200 OK .* delivered/m);
  });

  test('takes the URL as its last word as well, but not both', async () => {
    const flags = ['mock', '--port', '0', '--timeout', '1ms'];
    const both = await run([...flags, '--url', 'http://127.0.0.1:9/', ':3000/x']);
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('there are two URLs') });
    const one = await run([...flags, ':3000/x']);
    expect(one).toMatchObject({ code: 0, err: expect.stringContaining('replies to http://localhost:3000/x') });
  });

  test('has recorded what replay knows for its own, and says that it cannot be sent again', async () => {
    const app = await target();
    const { post, folder, exited } = await mocking(app.url, ['--record', 'chat.ndjson', '--exit-after', '1']);
    await post(posted());
    await exited;
    const result = await run(['replay', join(folder, 'chat.ndjson'), '--url', app.url]);
    expect(result).toMatchObject({ code: 2, err: expect.stringContaining('or by "mock --record"') });
    expect(result.err).toContain('suvvy-hook run --from makes a scenario of what mock has recorded');
  });

  test('says what a script has answered, but nothing of a 200 that is no other than ever', async () => {
    const app = await target();
    const { host, post, exited } = await mocking(app.url, ['--respond', '424x1,200x2', '--exit-after', '1']);
    await post(posted());
    await post(posted({ message_id: 'm-2' }));
    await exited;
    expect(host.out().match(/→ .*/g)).toEqual(['→ a script or a rule says 424']);
  });

  test('says of a bot that talks to itself what to change', async () => {
    const app = await target();
    const { host, post, exited } = await mocking(app.url, ['--exit-after', '2']);
    await post(posted({ text: 'Where is it?' }));
    await host.untilOut(/delivered/);
    await post(posted({ message_id: 'm-2', text: 'echo: Where is it?' }));
    await exited;
    expect(host.out()).toMatch(/loop\/self-talk[^]*→ leave out what your own bot wrote, before you post to Suvvy/);
  });

  test('says that 402 came before what is wrong with the body', async () => {
    const { host, post } = await mocking('http://127.0.0.1:9/', ['--respond', '402']);
    expect(await post('nothing')).toBe(402);
    await host.untilOut(/→ 402 comes before what is wrong with the body \(assumed: api-check-order\)/);
  });

  test.each<[string, string[], Record<string, string>]>([
    ['from a file, before the environment', ['--token-file', 'token.txt'], { SUVVY_API_TOKEN: 'another-token' }],
    ['from the environment', [], { SUVVY_API_TOKEN: token }],
  ])('takes the token %s, and shows its fingerprint alone', async (_, flags, env) => {
    const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    writeFileSync(join(cwd, 'token.txt'), `${token}\n`);
    const argv = ['mock', 'http://127.0.0.1:9/', '--port', '0', '--timeout', '1ms', ...flags];
    const { code, err } = await run(argv, { cwd, env });
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining(`sha256:${fingerprint(token)}`) });
    expect(err).not.toContain(token);
  });

  test('says why a web page is refused', async () => {
    const { host, post } = await mocking('http://127.0.0.1:9/');
    expect(await post(posted(), { Origin: 'http://localhost:3000' })).toBe(403);
    await host.untilOut(/✘ 403 .*\n {2}→ it has an Origin: a web page may not post here/);
  });

  test('takes its ready file away at the end', async () => {
    const { folder, end } = await mocking('http://127.0.0.1:9/');
    expect(existsSync(join(folder, 'ready.json'))).toBe(true);
    await end();
    expect(existsSync(join(folder, 'ready.json'))).toBe(false);
  });

  test('keeps every line within a narrow terminal', async () => {
    const app = await target(500);
    const { host, post, end } = await mocking(app.url, [], { columns: 60 });
    await post(posted({ text: 'long words '.repeat(30) }));
    await post(posted({ chat_id: 7 }));
    await host.untilOut(/reply\/undelivered/);
    await end();
    expect(
      host
        .out()
        .split('\n')
        .filter((line) => line.length > 60),
    ).toEqual([]);
  });

  test('with --json writes a line for each message, delivery and finding, and a summary', async () => {
    const app = await target();
    const { host, post, url, exited } = await mocking(app.url, ['--json', '--exit-after', '2']);
    await post(posted());
    await post({ ...posted(), text: 7 });
    await post(another({ chat_id: 'tg_42' }));
    expect(await exited).toBe(0);
    const lines = ndjson(host.out());
    expect(lines[0]).toEqual({ type: 'ready', url, port: Number(new URL(url).port), endpoint: url + apiPath });
    expect(lines.find(({ type }) => type === 'customer')).toMatchObject({
      chatId: '42',
      messageId: 'm-1',
      sender: 'customer',
      text: 'Hello there',
      status: 200,
      problems: [],
      silent: null,
    });
    expect(lines.find(({ type }) => type === 'delivery')).toMatchObject({
      chatId: '42',
      inReplyTo: 'm-1',
      delivered: true,
      status: 200,
    });
    expect(lines.filter(({ type }) => type === 'finding')).toMatchObject([
      { id: 'message/invalid', level: 'error', chatId: '42' },
      { id: 'chat/near-miss', level: 'warning', chatId: 'tg_42' },
    ]);
    expect(lines.at(-1)).toMatchObject({
      type: 'summary',
      accepted: 2,
      refused: { 422: 1 },
      sent: 2,
      delivered: 2,
      findings: { error: 1, warning: 1, note: 0 },
      missing: 0,
    });
  });

  test('ends with 0 on Ctrl-C whatever it found, and with 1 under --fail-on-findings', async () => {
    const app = await target();
    for (const [flags, code] of [
      [[], 0],
      [['--fail-on-findings'], 1],
    ] as const) {
      const { post, end, host } = await mocking(app.url, [...flags]);
      await post('nothing');
      await host.untilOut(/message\/invalid/);
      expect(await end()).toBe(code);
    }
  });

  test('a warning does not fail it', async () => {
    const app = await target();
    const { post, exited } = await mocking(app.url, ['--fail-on-findings', '--exit-after', '2']);
    await post(posted());
    await post(posted());
    expect(await exited).toBe(0);
  });

  test('ends with 1 when --exit-after is not reached in time, and says so', async () => {
    const app = await target();
    const { exited, host } = await mocking(app.url, ['--exit-after', '2', '--timeout', '20ms']);
    expect(await exited).toBe(1);
    expect(host.err()).toContain('2 messages did not come (--exit-after 2)');
  });

  test('answers by a script', async () => {
    const app = await target();
    const { post } = await mocking(app.url, ['--respond', '402,200']);
    expect([await post(another()), await post(another())]).toEqual([402, 200]);
  });

  test('replies with a fixture and its file, to the chat that wrote', async () => {
    const app = await target();
    const { post, exited } = await mocking(app.url, ['--reply', 'fixture:image', '--exit-after', '1']);
    await post(another({ chat_id: 'c 7' }));
    await exited;
    expect(JSON.parse(app.seen[0]!.body)).toMatchObject({ chat_id: 'c 7', new_messages: [{ type: 'image' }] });
  });

  test('says nothing with --reply silent, and what the rules say with --rules', async () => {
    const app = await target();
    const quiet = await mocking(app.url, ['--reply', 'silent', '--exit-after', '1']);
    await quiet.post(another());
    await quiet.exited;
    expect(app.seen).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    writeFileSync(join(folder, 'rules.yaml'), '- when: {text: {match: "^Hel+o"}}\n  bot: Here you are\n  after: 1ms\n');
    const { post, exited } = await mocking(app.url, ['--rules', join(folder, 'rules.yaml'), '--exit-after', '2']);
    await post(another());
    await post(another({ text: 'something else' }));
    await exited;
    expect(textsOf(app)).toEqual(['Here you are']);
  });

  test('keeps the secret and the token out of all that it writes, the recording too', async () => {
    const secret = `k7/Zq+"w9'&x<`;
    const app = await target((_, res) => void res.end(secret + token));
    const flags = ['--secret', secret, '--record', 'chat.ndjson'];
    for (const more of [[], ['--json'], ['--verbose']]) {
      const { host, post, folder, end } = await mocking(app.url, [...flags, ...more]);
      await post(another({ text: `${secret} ${token}`, chat_id: secret }));
      await post({ ...posted(), [secret]: token, chat_id: [token] });
      await post(posted(), { Authorization: `Bearer ${token}x` });
      await host.untilOut(/webhook|"delivery"/);
      await end();
      const recorded = readFileSync(join(folder, 'chat.ndjson'), 'utf8');
      expect(ndjson(recorded).map(({ v, kind }) => [v, kind])).toEqual(
        expect.arrayContaining([
          [2, 'customer'],
          [2, 'delivery'],
          [2, 'finding'],
        ]),
      );
      const { finds } = createRedactor([secret, token]);
      const text = host.out() + host.err() + recorded;
      expect({ leaks: finds(text), text }).toEqual({ leaks: false, text });
    }
  });

  test('starts the app with the address, the token and the secret in its environment, and ends it', async () => {
    const port = await closedPort();
    const app = `
      const { SUVVY_API_URL: url, SUVVY_API_TOKEN: token, SUVVY_WEBHOOK_SECRET: secret } = process.env;
      require('node:http').createServer((_, res) => res.end()).listen(${port}, '127.0.0.1', () =>
        fetch(url + '${apiPath}', { method: 'POST', headers: { Authorization: 'Bearer ' + token, 'Content-Type': 'application/json' },
          body: JSON.stringify({ ...${JSON.stringify(posted())}, text: 'secret of ' + secret.length }) }));`;
    const { code, out } = await run(
      ['mock', '--url', `http://127.0.0.1:${port}/`, '--port', '0', '--exit-after', '1', '--timeout', '15s'].concat(
        '--start',
        `exec "${process.execPath}" -e "$APP"`,
        '--secret',
        'a-secret-of-20-chars',
      ),
      { env: { PATH: process.env['PATH']!, APP: app } },
    );
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('secret of 20') });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });

  test('shows what an app said that did not start', async () => {
    const { code, err } = await run(
      [
        'mock',
        '--url',
        `http://127.0.0.1:${await closedPort()}/`,
        '--port',
        '0',
        '--start',
        'echo no such thing; exit 4',
      ],
      { env: { PATH: process.env['PATH']! } },
    );
    expect(code).toBe(3);
    expect(err).toContain('│ no such thing');
    expect(err).toContain('did not start: it ended with code 4');
  });

  test('is exit 3 when an app ends that was up, with what it said', async () => {
    const port = await closedPort();
    const app = `require('node:http').createServer((req, res) => {
      if (req.url !== '/end') return res.end();
      console.log('out of memory');
      process.exit(4);
    }).listen(${port}, '127.0.0.1');`;
    const { host, exited } = await mocking(
      `http://127.0.0.1:${port}/`,
      ['--start', `exec "${process.execPath}" -e "$APP"`],
      { env: { PATH: process.env['PATH']!, APP: app } },
    );
    await fetch(`http://127.0.0.1:${port}/end`).catch(() => {});
    expect(await exited).toBe(3);
    expect(host.err()).toMatch(/│ out of memory[^]* ended with code 4/);
  });

  test.each([
    [['--rules', 'nothere.yaml'], 3, 'nothere.yaml'],
    [['--reply', 'fixture:imag'], 2, 'did you mean "image"?'],
    [['--reply', 'shout'], 2, 'echo, silent or fixture:NAME'],
    [['--respond', '200:body.json'], 2, 'has a body of its own'],
    [['--token', ''], 2, '--token is empty: to take any token, remove the flag'],
    [['--token', 'a b\n'], 2, 'the token from --token cannot be sent'],
    [['--port', '70000'], 2, 'A port is'],
    [['--record', '/nowhere/chat.ndjson'], 3, '/nowhere/chat.ndjson'],
  ])('%j is exit %i', async (flags, code, words) => {
    const result = await run(['mock', '--url', 'http://127.0.0.1:9/', '--port', '0', '--timeout', '1ms', ...flags]);
    expect(result).toMatchObject({ code, err: expect.stringContaining(words) });
  });

  test('without the URL of a webhook is exit 2', async () => {
    expect(await run(['mock'])).toMatchObject({ code: 2 });
  });
});

describe('what is typed into mock --chat', () => {
  test.each([
    ['Hello', { is: 'message', part: { type: 'text', content: 'Hello' }, sender: null }],
    ['  //etc is a folder ', { is: 'message', part: { type: 'text', content: '/etc is a folder' }, sender: null }],
    ['/employee One moment', { is: 'message', part: { type: 'text', content: 'One moment' }, sender: 'employee' }],
    ['/image my photo.jpg', { is: 'message', part: { type: 'image', content: 'my photo.jpg' }, sender: null }],
    ['/audio', { is: 'wrong', why: '/audio takes a file' }],
    ['/to 42', { is: 'to', chatId: '42' }],
    ['/to', { is: 'to', chatId: null }],
    ['/takeover', { is: 'takeover' }],
    ['/release', { is: 'release' }],
    ['/test', { is: 'test' }],
    ['/answer 402x2,200', { is: 'answer', script: '402x2,200' }],
    ['/help', { is: 'help' }],
    ['', { is: 'nothing' }],
    ['/shout', { is: 'wrong', why: expect.stringContaining('there is no /shout') }],
  ])('%j', (line, typed) => {
    expect(parseTyped(line)).toEqual(typed);
  });

  test('goes to who wrote last, in order, waits for the first who does, and ends with its input', async () => {
    const app = await target();
    const stdin = 'Hello\n/document ready.json\n/employee One moment\n/nonsense\n/image nothere.png\n/test\nlast';
    const { post, exited, host } = await mocking(app.url, ['--chat'], { stdin });
    while (app.seen.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await post(posted({ chat_id: '7' }));
    expect(await exited).toBe(0);
    const events = app.seen.map(({ body }) => JSON.parse(body));
    expect(events[0]).toEqual({ event_type: 'test_request' });
    expect(events.slice(1)).toMatchObject([
      { chat_id: '7', new_messages: [{ text: 'Hello', message_sender: 'ai' }] },
      { chat_id: '7', new_messages: [{ type: 'document' }] },
      { chat_id: '7', new_messages: [{ text: 'One moment', message_sender: 'employee' }] },
      { chat_id: '7', new_messages: [{ text: 'last' }] },
    ]);
    expect(host.err()).toContain('there is no /nonsense');
    expect(host.err()).toContain('nothere.png');
  });

  test('goes to another chat with /to, changes the answers, and speaks as an employee after /takeover', async () => {
    const app = await target();
    const { post, exited, host } = await mocking(app.url, ['--chat', '--exit-after', '1'], {
      stdin: '/to a\n/takeover\nas an employee\n/release\nas the bot\n/answer 402,200\n',
    });
    while (app.seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect([await post(another()), await post(another())]).toEqual([402, 200]);
    expect(await exited).toBe(0);
    expect(app.seen.map(({ body }) => JSON.parse(body).new_messages[0].message_sender)).toEqual(['employee', 'ai']);
    expect(host.err().match(/^→ .*/gm)).toEqual([
      '→ to chat a',
      '→ an employee holds chat a',
      '→ the bot holds chat a again',
      '→ the API answers 402,200 from now on',
    ]);
  });

  test('is cut into lines, whatever the pieces', async () => {
    const text = 'Привет\r\nda\n\nend';
    const bytes = Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte));
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield* bytes;
    }
    const lines: string[] = [];
    for await (const line of readLines(pieces(), new AbortController().signal)) lines.push(line);
    expect(lines).toEqual(['Привет', 'da', '', 'end']);
  });
});

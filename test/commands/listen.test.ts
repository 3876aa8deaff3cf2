import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { listening, post } from '../helpers/listening.ts';
import { closedPort, target } from '../helpers/target.ts';

const event = (...messages: object[]): string =>
  JSON.stringify({ event_type: 'new_messages', chat_id: '42', new_messages: messages });
const text = (content: string): object => ({ type: 'text', message_sender: 'ai', text: content });
const testRequest = '{"event_type":"test_request"}';

describe('on the screen', () => {
  test('a card for each event: who says what, the file, what came with which secret', async () => {
    const { host, url, end } = await listening(['--secret', 's3cret-word']);
    const file = {
      name: 'Прайс.pdf',
      url: 'https://files.example/1',
      size_bytes: 10_240,
      mime_type: 'application/pdf',
    };
    const body = event({ type: 'document', message_sender: 'employee', file }, text('Hello!'));
    expect((await post(url, body, { Authorization: 'Bearer s3cret-word' })).status).toBe(200);
    const out = await host.untilOut(/Hello!\n\n/);
    expect(out.replace(/^\d\d:\d\d:\d\d/, 'hh:mm:ss')).toBe(
      [
        'hh:mm:ss  ✔ 200  new_messages · chat 42 · secret ok',
        '  📄 employee  Прайс.pdf  10.0 KB  application/pdf',
        '               https://files.example/1',
        '  💬 ai        Hello!',
        '',
        '',
      ].join('\n'),
    );
    expect(await end()).toBe(0);
    expect(host.out()).toContain('1 request: 1 acknowledged (new_messages 1)');
  });

  test('says where it listens, on stderr', async () => {
    const { host, url } = await listening();
    expect(host.err()).toContain(`listening on ${url}`);
    expect(host.err()).toContain('checks no secret');
    expect(host.err()).toContain(`try it: npx suvvy-hook send fixture --url ${url}/\n`);
  });

  test('what it says to try brings the secret that it checks', async () => {
    const { host, url } = await listening(['--secret', 's3cret-word']);
    expect(host.err()).toContain(`send fixture --url ${url}/ --secret "$SUVVY_WEBHOOK_SECRET"\n`);
  });

  test('contract problems in plain words, unknown fields marked, an unknown event flagged', async () => {
    const { host, url, end } = await listening();
    await post(url, event({ type: 'image', message_sender: 'bot' }));
    await post(url, '{"event_type":"dialogue_closed","x":1}');
    await post(url, JSON.stringify({ event_type: 'new_messages', new_messages: [], later: 1 }));
    await end();
    const out = host.out();
    expect(out).toContain('✘ new_messages[0].message_sender must be ai or employee, not "bot" (R14)');
    expect(out).toContain('✘ new_messages[0].file is missing (R16)');
    expect(out).toContain("dialogue_closed (not on Suvvy's page: answered, otherwise ignored)");
    expect(out).toContain("? later is not on Suvvy's page");
    expect(out).toMatch(/3 requests: 3 acknowledged .*· 1 against the contract/);
    expect(out).toContain(
      [
        "Never seen on Suvvy's page:",
        '  new_messages[].message_sender: "bot" (1x)',
        '  event_type dialogue_closed (1x)',
        '  later (1x)',
      ].join('\n'),
    );
  });

  test('a wrong secret: both fingerprints, neither secret', async () => {
    const { host, url, end } = await listening(['--secret', 's3cret-word']);
    expect((await post(url, testRequest, { Authorization: 'Bearer s3cret-word1' })).status).toBe(401);
    expect((await post(url, testRequest)).status).toBe(401);
    await end();
    expect(host.out()).toContain('came Bearer *** (sha256:');
    expect(host.out()).toContain('awaited sha256:6556e5');
    expect(host.out()).toContain('no secret came');
    expect(host.out() + host.err()).not.toContain('s3cret-word');
    expect(host.out()).toContain('0 acknowledged · 2 refused (401 2)');
  });

  test.each([
    ['another secret', { Authorization: 'Bearer another' }, '→ the secret in the panel is another'],
    ['no scheme', { Authorization: 's3cret-word' }, '→ the secret is right, but the header has to be exactly'],
    [
      'another case',
      { Authorization: 'bearer s3cret-word' },
      '→ the secret is right, but the header has to be exactly',
    ],
    ['none at all', {}, '→ set the webhook secret in the panel'],
  ])('refused for its secret (%s), it says what to mend', async (_, headers, advice) => {
    const { host, url, end } = await listening(['--secret', 's3cret-word']);
    expect((await post(url, testRequest, headers)).status).toBe(401);
    await end();
    expect(host.out()).toContain(advice);
  });

  test('the advice is about the answer that was given, not about a secret that was never asked for', async () => {
    const { host, url, end } = await listening(['--secret', 's3cret-word']);
    expect((await fetch(url, { headers: { Connection: 'close' } })).status).toBe(405);
    await end();
    expect(host.out()).toContain('→ Suvvy sends a POST');
    expect(host.out()).not.toContain('in the panel');
  });

  test('long text folds, and says what was left out', async () => {
    const { host, url, end } = await listening();
    await post(url, event(text('слово '.repeat(1000))));
    await end();
    const lines = host.out().split('\n');
    expect(lines.length).toBeLessThan(16);
    expect(host.out()).toMatch(/… [\d,]+ more characters/);
  });

  test.each([60, 80, 120])('at %i columns nothing is wider, whatever the script', async (columns) => {
    const { width } = await import('../../src/text/layout.ts');
    const { host, url, end } = await listening(['--secret', 's3cret-word'], { columns });
    const file = {
      name: '图片 👩‍👩‍👧‍👦 שלום '.repeat(5),
      url: `https://files.example/${'a'.repeat(200)}`,
      size_bytes: 1,
      mime_type: 'image/png',
    };
    const body = event(text('Привет 👋🏽 مرحبا '.repeat(40)), { type: 'image', message_sender: 'ai', file });
    await post(url, body, { Authorization: 'Bearer s3cret-word' });
    await post(url, body, { Authorization: 'Bearer other' });
    await end();
    // A link alone stays in one piece, to be clicked and copied.
    expect(host.out()).toContain(` ${file.url}\n`);
    const wide = host
      .out()
      .split('\n')
      .filter((line) => width(line) > columns);
    expect(wide.filter((line) => line.trim() !== file.url)).toEqual([]);
  });

  test('text from outside cannot control the terminal, nor forge a line', async () => {
    const { host, url, end } = await listening();
    const evil = '\x1b[2J\x9b31m\u202e\r\n12:00:00  ✔ 200  forged';
    await post(
      `${url}/%1b[2J`,
      event(text(evil), {
        type: evil,
        message_sender: evil,
        [evil]: 1,
        file: { name: evil, url: evil, mime_type: evil },
      }),
    );
    await post(url, JSON.stringify({ event_type: evil }));
    await post(url, `{"${evil}`);
    await end();
    expect(host.out()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(host.out()).not.toMatch(/^12:00:00 {2}✔ 200 {2}forged/m);
  });

  test('--verbose shows headers and the whole body, credentials redacted', async () => {
    const { host, url, end } = await listening(['--secret', 's3cret-word', '--verbose']);
    await post(url, testRequest, { Authorization: 'Bearer s3cret-word', 'X-Trace': 'abc' });
    await end();
    expect(host.out()).toContain('< POST / HTTP/1.1');
    expect(host.out()).toMatch(/< x-trace: abc/i);
    expect(host.out()).toMatch(/< authorization: Bearer \*\*\* \(sha256:6556e5\)/i);
    expect(host.out()).toContain('  < {\n  <   "event_type": "test_request"\n  < }\n');
  });

  test('--events shows and counts only these', async () => {
    const { host, url, exited } = await listening(['--events', 'new_messages', '--exit-after', '1']);
    await post(url, testRequest);
    await post(url, event(text('counted')));
    expect(await exited).toBe(0);
    expect(host.out()).toContain('counted');
    expect(host.out()).not.toContain('test_request');
  });
});

describe('--json', () => {
  test('ready, then a line a request, then the summary', async () => {
    const { host, url, port, end } = await listening(['--json', '--secret', 's3cret-word']);
    const body = event(text('Привет\u2028'));
    await post(`${url}/hook?x=1`, body, { Authorization: 'Bearer s3cret-word' });
    await end();
    const [ready, received, summary] = ndjson(host.out());
    expect(ready).toEqual({ type: 'ready', url, port });
    expect(received).toEqual({
      type: 'event',
      v: 1,
      id: expect.stringMatching(/^[0-9a-z]{16}$/),
      receivedAt: expect.stringMatching(/Z$/),
      method: 'POST',
      path: '/hook?x=1',
      headers: expect.objectContaining({ Authorization: 'Bearer *** (sha256:6556e5)' }),
      body,
      auth: 'ok',
      eventType: 'new_messages',
      issues: [],
      unknownFields: [],
      answer: { status: 200 },
    });
    expect(summary).toMatchObject({ type: 'summary', requests: 1, acknowledged: 1, events: { new_messages: 1 } });
    expect(host.out()).not.toContain('s3cret-word');
    expect(host.err()).toBe('');
  });
});

describe('answers', () => {
  test('--strict refuses what breaks the contract, not what is merely unknown', async () => {
    const { url } = await listening(['--strict']);
    expect((await post(url, event({ type: 'text', message_sender: 'ai' }))).status).toBe(422);
    expect((await post(url, '{"event_type":"later"}')).status).toBe(200);
    expect((await post(url, event({ ...text('x'), later: 1 }))).status).toBe(200);
  });

  test('--path answers on one path, with or without its slash typed', async () => {
    const { url } = await listening(['--path', 'hook']);
    expect(url).toMatch(/\/hook$/);
    expect((await post(url, testRequest)).status).toBe(200);
    expect((await post(`${url}x`, testRequest)).status).toBe(404);
  });

  test('--max-body', async () => {
    const { url } = await listening(['--max-body', '1kb']);
    expect((await post(url, event(text('x'.repeat(2000))))).status).toBe(413);
    expect((await post(url, testRequest)).status).toBe(200);
  });
});

describe('--respond', () => {
  test('a script, on the card and in JSON', async () => {
    const { host, url, end } = await listening(['--respond', '503x2,200@5ms']);
    for (const status of [503, 503, 200]) expect((await post(url, testRequest)).status).toBe(status);
    await end();
    expect(host.err()).toContain('answers by the script 503x2,200@5ms');
    expect(host.out()).toContain('✘ 503  test_request');
    expect(host.out()).toContain('→ scripted: 200@5ms');
    expect(host.out()).toContain('3 requests: 1 acknowledged (test_request 1) · 2 refused (503 2)');

    const other = await listening(['--json', '--respond', '418']);
    await post(other.url, testRequest);
    await other.end();
    expect(ndjson(other.host.out())[1]).toMatchObject({ answer: { status: 418, scripted: '418' } });
  });

  test('a body from a file', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    writeFileSync(join(cwd, 'body.json'), '{"a": 1}');
    const { url } = await listening(['--respond', '201:body.json'], { cwd });
    const response = await post(url, testRequest);
    expect([response.status, response.headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(await response.text()).toBe('{"a": 1}');
  });

  test('a delay that Suvvy would not wait for is flagged at the start, and on the card', async () => {
    const { host, port, end } = await listening(['--respond', 'reset,200@21s']);
    const late = '21.0 s is past the 20 s that Suvvy waits (R2): undelivered';
    expect(host.err()).toContain(`! 200@21s: ${late}`);
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${testRequest.length}\r\n\r\n${testRequest}`);
    await host.untilOut(/scripted: reset\n/);
    const second = connect(port, '127.0.0.1');
    const gone = new Promise((resolve) => second.once('close', resolve));
    second.end(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${testRequest.length}\r\n\r\n${testRequest}`);
    await gone;
    await end();
    expect(host.out()).toContain(`✘ no answer  test_request`);
    expect(host.out().replaceAll(/\s+/g, ' ')).toContain(
      `→ scripted: 200@21s · ${late} · the sender left before the answer`,
    );
  });
});

describe('--forward', () => {
  test('the app answers: verdict and time are shown', async () => {
    const app = await target((_req, res, body) => res.writeHead(body.includes('bad') ? 503 : 201).end('made'));
    const { host, url, end } = await listening(['--forward', `${app.url}hook`, '--secret', 's3cret-word']);
    const auth = { Authorization: 'Bearer s3cret-word' };
    const response = await post(`${url}/ignored`, testRequest, auth);
    expect([response.status, await response.text()]).toEqual([201, 'made']);
    expect((await post(url, event(text('bad')), auth)).status).toBe(503);
    expect((await post(url, testRequest, { Authorization: 'Bearer other' })).status).toBe(401);
    await end();
    expect(app.seen.map(({ url, headers, body }) => [url, headers.authorization, body])).toEqual([
      ['/hook', 'Bearer s3cret-word', testRequest],
      ['/hook', 'Bearer s3cret-word', event(text('bad'))],
    ]);
    expect(host.err()).toContain(`passes events on to ${app.url}hook`);
    expect(host.out()).toMatch(/✔ 201 {2}test_request.*\n {2}→ the app: 201 in \d+ ms · delivered\n/);
    expect(host.out()).toMatch(/→ the app: 503 in \d+ ms · status 503 is outside 200-299 \(R1\)\n/);
    expect(host.out()).toContain('3 requests: 1 acknowledged (test_request 1) · 2 refused');
    expect(host.out() + host.err()).not.toContain('s3cret-word');
  });

  test('an app that is down is a 502 and a line, and the event is shown', async () => {
    const port = await closedPort();
    const { host, url, end } = await listening(['--forward', `http://127.0.0.1:${port}/`]);
    expect((await post(url, event(text('still here')))).status).toBe(502);
    await end();
    expect(host.out()).toContain('still here');
    expect(host.out()).toMatch(
      new RegExp(`→ no answer from the app in \\d+ ms · nothing listens on 127.0.0.1:${port} \\(R1\\)`),
    );
  });

  test('the verdict in JSON', async () => {
    const app = await target((_req, res) => res.writeHead(302, { Location: '/login' }).end());
    const { host, url, end } = await listening(['--json', '--forward', app.url]);
    await fetch(url, {
      method: 'POST',
      body: testRequest,
      headers: { 'Content-Type': 'application/json' },
      redirect: 'manual',
    });
    await end();
    expect(ndjson(host.out())[1]!['answer']).toEqual({
      status: 302,
      forwarded: {
        status: 302,
        ms: expect.any(Number),
        reason: 'redirect',
        message: 'status 302 is outside 200-299 (R1)',
      },
    });
  });

  test('a receiver that passes on to itself is refused', async () => {
    const port = await closedPort();
    const { code, err } = await run(['listen', '--port', String(port), '--forward', `http://localhost:${port}/`]);
    expect([code, err]).toEqual([2, expect.stringContaining('leads back to this receiver')]);
  });

  test('http to a public name is said loudly', async () => {
    const { host } = await listening(['--forward', 'http://app.example.com/hook']);
    expect(host.err()).toContain('! events go to app.example.com unencrypted, and the secret too');
  });
});

describe('the drift report', () => {
  test('fields, and types of known fields, each with its count; refused or not', async () => {
    const { host, url, end } = await listening(['--json', '--strict']);
    const file = { name: 'a', url: 'https://f.example/a', size_bytes: -1, mime_type: 'image/webp', width: 1 };
    const body = {
      event_type: 'new_messages',
      chat_id: 42,
      new_messages: [
        { type: 'hologram', message_sender: 'ai' },
        { type: 'image', message_sender: 'bot', file, text: 'x' },
        { type: 'image', message_sender: 'bot', file: null },
        { type: 'text', message_sender: 'ai' },
      ],
    };
    expect((await post(url, JSON.stringify(body))).status).toBe(422);
    await post(url, JSON.stringify({ event_type: 'test_request', new_messages: [], chat_id: '1' }));
    await post(url, JSON.stringify({ event_type: 'x'.repeat(500) }));
    await post(url, '{"event_type":5}');
    await end();
    expect(ndjson(host.out()).at(-1)!['drift']).toEqual({
      'chat_id: number': 1,
      'new_messages[].type: "hologram"': 1,
      'new_messages[].message_sender: "bot"': 2,
      'new_messages[].file.size_bytes: below 0': 1,
      'new_messages[].file.mime_type: "image/webp"': 1,
      'new_messages[].file.width': 1,
      'new_messages[].text: not in its place': 1,
      'new_messages[].file: null': 1,
      'new_messages: not in its place': 1,
      chat_id: 1,
      [`event_type ${'x'.repeat(189)}… (+311 characters)`]: 1,
      'event_type: number': 1,
    });
  });
});

describe('how it ends', () => {
  test('Ctrl-C is its normal end', async () => {
    const { end } = await listening();
    expect(await end()).toBe(0);
  });

  test('--exit-after counts acknowledged events', async () => {
    const { url, exited } = await listening(['--exit-after', '2']);
    await post(url, testRequest);
    await post(url, 'not json');
    await post(url, testRequest);
    expect(await exited).toBe(0);
  });

  test('--exit-after not reached is exit 1, by Ctrl-C as by --timeout', async () => {
    const { host, end } = await listening(['--exit-after', '2']);
    expect(await end()).toBe(1);
    expect(host.err()).toContain('2 events did not come (--exit-after 2)');
    const { exited } = await listening(['--exit-after', '1', '--timeout', '30ms']);
    expect(await exited).toBe(1);
    expect(await (await listening(['--timeout', '30ms'])).exited).toBe(0);
  });

  test('says what is missing: how many, which types, and what came instead', async () => {
    const flags = [
      '--exit-after',
      '2',
      '--secret',
      's3cret-word',
      '--events',
      'new_messages',
      'test_request',
      '--respond',
    ];
    const { host, url, end } = await listening([...flags, '200,503', '--json']);
    const auth = { Authorization: 'Bearer s3cret-word' };
    expect((await post(url, event(text('x')), auth)).status).toBe(200);
    expect((await post(url, testRequest, auth)).status).toBe(503);
    expect((await post(url, testRequest)).status).toBe(401);
    expect(await end()).toBe(1);
    expect(host.err()).toBe(
      '1 event did not come (--exit-after 2): no test_request · 1 not acknowledged (503 1) · 1 request beside --events (401 1)\n',
    );
    expect(ndjson(host.out()).at(-1)).toMatchObject({ type: 'summary', missing: 1, missingTypes: ['test_request'] });
  });

  test('what is in flight is finished first', async () => {
    const { host, port, exited } = await listening(['--json']);
    const socket = connect(port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${testRequest.length}\r\n\r\n{`);
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
    });
    // The server has the head once it has answered something that came later.
    await post(`http://127.0.0.1:${port}`, testRequest);
    host.interrupt();
    socket.write(testRequest.slice(1));
    expect(await answer).toMatch(/^HTTP\/1.1 200 /);
    socket.destroy();
    expect(await exited).toBe(0);
    expect(ndjson(host.out()).filter(({ type }) => type === 'event').length).toBe(2);
  });
});

describe('--ready-file', () => {
  test('one of an earlier run is gone before the port is bound, and also where it cannot be', async () => {
    const { port } = await target();
    const file = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'ready.json');
    writeFileSync(file, '{"type":"ready","url":"http://127.0.0.1:1"}');
    expect((await run(['listen', '--port', String(port), '--ready-file', file])).code).toBe(3);
    expect(existsSync(file)).toBe(false);
  });

  test('it is gone at the end, unless somebody else has written it anew', async () => {
    for (const other of [null, 'of another run']) {
      const file = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'ready.json');
      const host = fakeHost();
      const exited = main(['listen', '--port', '0', '--json', '--ready-file', file], host);
      while (!existsSync(file)) await setImmediate();
      if (other !== null) writeFileSync(file, other);
      host.interrupt();
      await exited;
      expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(other);
    }
  });

  test('a device or a pipe is written into, not replaced; a link stays a link', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    const [pipe, link] = [join(folder, 'pipe'), join(folder, 'link')];
    execFileSync('mkfifo', [pipe]);
    symlinkSync('target.json', link);
    writeFileSync(join(folder, 'target.json'), 'old');
    const reading = readFile(pipe, 'utf8');
    await run(['listen', '--port', '0', '--timeout', '10ms', '--ready-file', pipe]);
    expect(JSON.parse(await reading)).toMatchObject({ type: 'ready' });
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    await run(['listen', '--port', '0', '--timeout', '10ms', '--ready-file', link]);
    expect(JSON.parse(readFileSync(join(folder, 'target.json'), 'utf8'))).toMatchObject({ type: 'ready' });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });
});

describe('--path', () => {
  test.each([
    ['/вебхук', '/%D0%B2%D0%B5%D0%B1%D1%85%D1%83%D0%BA'],
    ['a b', '/a%20b'],
    ['/a%20b', '/a%20b'],
    ['', '/'],
    ['/a/', '/a/'],
    ['/a:b@c/..d', '/a:b@c/..d'],
  ])('%j is the path of a request as clients send it', async (typed, path) => {
    const { url, host } = await listening(['--path', typed]);
    expect(new URL(url).pathname).toBe(path);
    expect(url.endsWith(path)).toBe(true);
    expect((await post(url, testRequest)).status).toBe(200);
    expect(host.err()).toContain(path);
  });

  test.each([
    ['/a?b=c', 'A ? begins the query'],
    ['/a#b', 'A # and what follows it are never sent'],
    ['/a/../b', 'Clients resolve . and ..'],
    ['/%2E%2e/b', 'Clients resolve . and ..'],
    ['C:/Program Files/Git/webhook', 'Git Bash makes one of /webhook'],
    ['a\\b', 'That is a Windows path'],
  ])('%j is exit 2, and why is said', async (path, why) => {
    const { code, err } = await run(['listen', '--port', '0', '--path', path]);
    expect(err).toContain(why);
    expect(code).toBe(2);
  });
});

describe('a client that does not speak HTTP/1.1 leaves a line', () => {
  test.each([
    ['TLS', (port: number) => connectTls({ port, host: '127.0.0.1' })],
    ['HTTP/2', (port: number) => connectHttp2(`http://127.0.0.1:${port}`)],
  ])('%s, and once', async (name, connect) => {
    const { host, port } = await listening();
    for (let times = 0; times < 2; times += 1)
      await new Promise<void>((resolve) => {
        const client = connect(port);
        client.on('error', () => {});
        client.on('close', () => resolve());
      });
    expect(host.err().split(`! a client speaks ${name}, and this is`)).toHaveLength(2);
  });
});

describe('what it cannot do is one line', () => {
  test('a taken port is exit 3 when it was asked for', async () => {
    const { port } = await target();
    const { code, err } = await run(['listen', '--port', String(port)]);
    expect(code).toBe(3);
    expect(err).toBe(`error: cannot listen on 127.0.0.1:${port}: the port is taken\n  --port 0 takes any free port\n`);
  });

  test.each([
    [['--host', '203.0.113.9', '--port', '0'], 3, 'this machine has no such address'],
    [['--port', '70000'], 2, 'A port is a whole number'],
    [['--port', '0', '--secret', 'a\nb'], 2, 'a line break'],
    [['--port', '0', '--max-body', 'much'], 2, 'A size looks like'],
    [['--port', '0', '--max-body', '41mb'], 2, 'The limit is 40mb: a journal cannot hold a larger body'],
    [['--port', '0', '--max-body', '1gb'], 2, 'The limit is 40mb'],
    [
      ['--port', '0', '--ready-file', '/nowhere/ready.json'],
      3,
      'cannot write /nowhere/ready.json: no such file or folder',
    ],
    [['--respond', '503,20o'], 2, 'at column 5, "20o": a step begins with a status from 200 to 599, hang or reset'],
    [['--respond', '200:missing.json'], 3, 'cannot read missing.json: no such file or folder'],
    [['--respond', '503', '--forward', 'http://127.0.0.1:1/'], 2, "cannot be used with option '--forward <url>'"],
    [['--forward', '127.0.0.1:3000/x'], 2, 'did you mean http://127.0.0.1:3000/x?'],
    [['--forward', 'http://u:p@localhost:3000/'], 2, 'has a user name or password in it'],
    [['--prot', '0'], 2, 'Did you mean --port?'],
    [['extra'], 2, 'A port is a whole number'],
  ])('%j', async (flags, exitCode, why) => {
    const { code, err } = await run(['listen', ...flags]);
    expect(err).toContain(why);
    expect(code).toBe(exitCode);
    expect(err).not.toMatch(/^ +at /m);
  });

  test('another address than loopback is said loudly', async () => {
    const { host } = await listening(['--host', '0.0.0.0']);
    expect(host.err()).toMatch(
      /! http:\/\/0\.0\.0\.0:\d+ can be reached from other machines, and no secret is checked/,
    );
  });
});

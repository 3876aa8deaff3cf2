import { mkdtempSync, writeFileSync, mkdirSync, copyFileSync, truncateSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { bundledFolder, pageFixtures } from '../../src/fixtures/list.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { closedPort, rawTarget, target } from '../helpers/target.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const asset = (name: string): string => join(bundledFolder, 'assets', name);

describe('send fixture', () => {
  test('without a name: those of the page, in order, as Suvvy sends them', async () => {
    const { url, seen } = await target();
    const { code, out } = await run(['send', 'fixture', '--url', url, '--secret', 's3cret', '--json']);
    const lines = ndjson(out);
    const all = pageFixtures.length;
    expect(code).toBe(0);
    expect(lines.map((line) => line['fixture'] ?? line['type'])).toEqual([...pageFixtures, 'summary']);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(pageFixtures.map(() => 'Bearer s3cret'));
    expect(seen.at(-1)!.body).toBe('{"event_type":"test_request"}');
    for (const { body } of seen.slice(0, -1))
      expect(JSON.parse(body)).toMatchObject({ event_type: 'new_messages', chat_id: '0' });
    expect(lines.at(-1)).toMatchObject({ sent: all, delivered: all, undelivered: 0, passed: all, reasons: {} });
  });

  test('a delivery in JSON is as promised', async () => {
    const { url } = await target((_, res) => res.writeHead(200, { 'X-Own': '1' }).end('thanks'));
    const { out } = await run(['send', 'fixture', 'text', '--url', url, '--json', '--secret', 's3cret']);
    expect(ndjson(out)[0]).toEqual({
      type: 'delivery',
      fixture: 'text',
      url,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      delivered: true,
      passed: true,
      reason: null,
      message: null,
      warnings: [],
      status: 200,
      timing: {
        dnsMs: expect.any(Number),
        connectMs: expect.any(Number),
        tlsMs: null,
        sendMs: expect.any(Number),
        waitMs: expect.any(Number),
        bodyMs: expect.any(Number),
        totalMs: expect.any(Number),
      },
      request: {
        method: 'POST',
        headers: {
          Host: new URL(url).host,
          'Content-Type': 'application/json',
          Authorization: 'Bearer *** (sha256:1ec1c2)',
          'Content-Length': expect.stringMatching(/^\d+$/),
        },
        body: expect.stringContaining('"chat_id":"0"'),
      },
      response: { headers: expect.objectContaining({ 'X-Own': '1' }), body: 'thanks', bodyBytes: 6, truncated: false },
      files: [],
    });
  });

  test.each([
    [['--chat-id', '77'], '77'],
    [['--no-chat-id'], undefined],
    [['--set', 'chat_id=78'], '78'],
  ])('%j', async (flags, chatId) => {
    const { url, seen } = await target();
    await run(['send', 'fixture', 'text', '--url', url, ...flags]);
    expect(JSON.parse(seen[0]!.body).chat_id).toBe(chatId);
  });

  test('a 401 says which secret was sent, and never the secret', async () => {
    const { url } = await target((req, res) => res.writeHead(401).end(`you sent ${req.headers.authorization}`));
    const { code, out, err } = await run(['send', 'fixture', 'text', '--url', url, '--secret', 's3cret']);
    expect(code).toBe(1);
    expect(out).toContain('the secret that was sent is sha256:1ec1c2');
    expect(out).toContain('│ you sent Bearer ***');
    expect(out + err).not.toContain('s3cret');
  });

  test('a redirect says where to, and nothing follows it', async () => {
    const { url } = await target((_, res) => res.writeHead(307, { Location: '/hook/' }).end());
    const { code, out } = await run(['send', 'fixture', 'text', '--url', `${url}hook`], { columns: 300 });
    expect(code).toBe(1);
    expect(out).toContain(`give Suvvy the URL that it points to, ${url}hook/`);
  });

  test('a target that is down is exit 3; one of several that answered is exit 1', async () => {
    const { code, out } = await run(['send', 'fixture', 'text', '--url', `http://127.0.0.1:${await closedPort()}/`]);
    expect(code).toBe(3);
    expect(out).toMatch(/✘ text +no answer.*undelivered[\s\S]*nothing listens on[\s\S]*is the receiver up/);
    let first = true;
    const flaky = await rawTarget((socket) => {
      if (first) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
      first = false;
    });
    expect((await run(['send', 'fixture', 'text', 'image', '--url', flaky.url])).code).toBe(1);
  });

  test('a slow target: undelivered at the limit, with what Suvvy does', async () => {
    const { url } = await rawTarget(() => {});
    const { code, out } = await run(['send', 'fixture', 'text', '--url', url, '--timeout', '50ms'], { columns: 300 });
    expect(code).toBe(1);
    expect(out).toContain('no answer within 0.05 s (R2)');
    expect(out).toContain('Suvvy gives up after 20 s, and the messages are lost (R3)');
  });

  test('--expect-status turns the verdict round', async () => {
    const { url } = await target(401);
    expect((await run(['send', 'fixture', 'text', '--url', url, '--expect-status', '4xx'])).code).toBe(0);
    expect((await run(['send', 'fixture', 'text', '--url', url, '--expect-status', '2xx'])).code).toBe(1);
  });

  test('--max-time is a limit of your own', async () => {
    const { url } = await target((_, res) => setTimeout(() => res.end(), 30));
    const { code, out } = await run(['send', 'fixture', 'text', '--url', url, '--max-time', '10ms', '--json']);
    expect(code).toBe(1);
    expect(ndjson(out)[0]).toMatchObject({ delivered: true, passed: false, reason: 'expectation' });
  });

  test('--repeat is so many fresh deliveries', async () => {
    const { url, seen } = await target();
    const { out } = await run(['send', 'fixture', 'text', '--url', url, '--repeat', '3', '--json']);
    expect(seen.length).toBe(3);
    expect(ndjson(out).at(-1)).toMatchObject({ sent: 3 });
  });

  test('--header adds and replaces', async () => {
    const { url, seen } = await target();
    await run([
      'send',
      'fixture',
      'text',
      '--url',
      url,
      '--header',
      'X-One: 1',
      '--header',
      'content-type: text/plain',
    ]);
    expect(seen[0]!.headers).toMatchObject({ 'x-one': '1', 'content-type': 'text/plain' });
  });

  test('hostile answers cannot touch the terminal', async () => {
    const { url } = await target((_, res) =>
      res.writeHead(500, 'Bad\x9b31m').end('\x1b]0;owned\x07\n✔ text  200 OK\u202e'),
    );
    const { out } = await run(['send', 'fixture', 'text', '--url', url]);
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(out).toContain('\n  │ \\x1b]0;owned\\x07 ✔ text 200 OK\\u202e\n');
  });

  test('at 60 columns nothing is wider', async () => {
    const { url } = await target((_, res) => res.writeHead(500).end('x'.repeat(500)));
    const { out } = await run(['send', 'fixture', 'text', 'image', '--url', url, '--verbose'], { columns: 60 });
    expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  test('Ctrl-C gives up what is in flight, and exits 130', async () => {
    const host = fakeHost();
    const { url } = await rawTarget(() => host.interrupt());
    expect(await main(['send', 'fixture', '--url', url, '--json'], host)).toBe(130);
    expect(ndjson(host.out()).map((line) => line['reason'] ?? line['type'])).toEqual(['interrupted', 'summary']);
  });

  test('a failure that was seen before wins over Ctrl-C', async () => {
    const host = fakeHost();
    let requests = 0;
    const { url } = await target((_, res) => {
      requests += 1;
      if (requests === 1) res.writeHead(500).end();
      else host.interrupt();
    });
    expect(await main(['send', 'fixture', '--url', url], host)).toBe(1);
  });
});

describe('files that download', () => {
  test('the link works while the delivery runs, and the outcome says so', async () => {
    const downloads: Promise<Buffer>[] = [];
    const { url } = await target((_, res, body) => {
      const { file } = JSON.parse(body).new_messages[0];
      downloads.push(download(file.url).then((bytes) => (res.end(), bytes)));
    });
    const { out } = await run(['send', 'fixture', 'image', '--url', url, '--json']);
    const size = (await downloads[0]!).length;
    expect(ndjson(out)[0]!['files']).toEqual([
      { name: 'terracotta-mug.png', fetched: true, bytes: size, afterMs: expect.any(Number) },
    ]);
  });

  test('--expect-fetch waits for a receiver that answers first and fetches then', async () => {
    const { url } = await target((_, res, body) => {
      res.end();
      setImmediate(() => void download(JSON.parse(body).new_messages[0].file.url));
    });
    expect((await run(['send', 'fixture', 'image', '--url', url, '--expect-fetch=5s'])).code).toBe(0);
  });

  test('--expect-fetch fails if nobody comes', async () => {
    const { url } = await target();
    const { code, out } = await run(['send', 'fixture', 'image', '--url', url, '--expect-fetch=20ms', '--json']);
    expect(code).toBe(1);
    expect(ndjson(out)[0]).toMatchObject({
      delivered: true,
      passed: false,
      reason: 'expectation',
      files: [{ fetched: false }],
    });
  });

  test('--file-base-url links elsewhere instead', async () => {
    const { url, seen } = await target();
    await run(['send', 'fixture', 'image', '--url', url, '--file-base-url', 'https://files.example/x/']);
    expect(JSON.parse(seen[0]!.body).new_messages[0].file.url).toBe('https://files.example/x/terracotta-mug.png');
  });

  test('a target that is not this machine gets an honest note', async () => {
    const { out } = await run(['send', 'fixture', 'image', '--url', 'http://nowhere.invalid/', '--json']);
    expect(ndjson(out)[0]!['warnings']).toEqual(['file_unreachable']);
  });
});

describe('send message', () => {
  test('messages keep the order of their flags, types are found from content', async () => {
    const { url, seen } = await target();
    const dir = folder();
    copyFileSync(asset('photo.jpg'), join(dir, 'misnamed.txt'));
    const flags = [
      '--text',
      'one',
      '--image',
      'misnamed.txt',
      '--text',
      'two',
      '--document',
      asset('document.pdf'),
      '--audio',
      asset('voice.ogg'),
    ];
    const { code } = await run(['send', 'message', '--url', url, '--sender', 'employee', ...flags], { cwd: dir });
    const { new_messages: messages, chat_id: chatId } = JSON.parse(seen[0]!.body);
    expect(code).toBe(0);
    expect(chatId).toBe('0');
    expect(
      messages.map((message: any) => [message.type, message.message_sender, message.text ?? message.file.mime_type]),
    ).toEqual([
      ['text', 'employee', 'one'],
      ['image', 'employee', 'image/jpeg'],
      ['text', 'employee', 'two'],
      ['document', 'employee', 'application/pdf'],
      ['audio', 'employee', 'audio/ogg'],
    ]);
    expect(messages[1].file).toMatchObject({ name: 'misnamed.txt', size_bytes: 2219 });
  });

  test('what Suvvy cannot send that way is refused, with the way out', async () => {
    const { code, err } = await run([
      'send',
      'message',
      '--image',
      asset('document.pdf'),
      '--url',
      'http://127.0.0.1:1/',
    ]);
    expect(code).toBe(2);
    expect(err).toContain('document.pdf is application/pdf, which Suvvy does not send as image');
    expect(err).toContain('--document');
  });

  test('nothing to say is exit 2; an unreadable file exit 3', async () => {
    expect((await run(['send', 'message', '--url', 'http://127.0.0.1:1/'])).code).toBe(2);
    expect((await run(['send', 'message', '--image', '/nowhere.png', '--url', 'http://127.0.0.1:1/'])).code).toBe(3);
  });
});

describe('send file', () => {
  const odd = '\ufeff{ "event_type" : "new_messages",\r\n "new_messages":[] }\n\n';

  test('byte for byte, also what is not JSON', async () => {
    const { url, seen } = await target();
    const dir = folder();
    writeFileSync(join(dir, 'odd.json'), odd);
    writeFileSync(join(dir, 'not.json'), '{"broken');
    const wide = '{ "event_type" : "x", "n": 1.0, "n": 1e2 }\n';
    writeFileSync(join(dir, 'wide.json'), wide);
    const { code } = await run(['send', 'file', 'odd.json', 'not.json', 'wide.json', '--url', url], { cwd: dir });
    expect(code).toBe(0);
    expect(seen.map(({ body }) => body)).toEqual([odd, '{"broken', wide]);
  });

  test.each([
    ['broken', Buffer.from('{"broken'), /! .*event\.json is not JSON \(.+\): it is sent anyway\n/],
    ['mark', Buffer.from('\ufeff{}'), /\(it begins with a byte order mark\): it is sent anyway\n/],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), /\(it is UTF-16, not UTF-8\): it is sent anyway\n/],
    ['CP1251', Buffer.from('"\xcf"', 'latin1'), /\(it is not UTF-8\): it is sent anyway\n/],
    ['empty', Buffer.from(''), /\(it is empty\): it is sent anyway\n/],
  ])('what is not JSON is sent and said, and is the likely cause where it is refused: %s', async (_, body, said) => {
    const dir = folder();
    writeFileSync(join(dir, 'event.json'), body);
    const send = async (status: number, ...flags: string[]) => {
      const { url, seen } = await target(status);
      const result = await run(['send', ...flags, join(dir, 'event.json'), '--url', url], { columns: 300 });
      return { ...result, seen };
    };
    for (const what of ['file', 'fixture']) {
      const { code, out, err, seen } = await send(200, what);
      expect([code, seen.length]).toEqual([0, 1]);
      expect(err).toMatch(said);
      expect(out).not.toContain('likely cause');
    }
    for (const status of [400, 422, 500])
      expect((await send(status, 'file')).out).toContain('that is the likely cause');
    for (const status of [401, 404, 405, 429]) expect((await send(status, 'file')).out).not.toContain('likely cause');
    expect((await send(200, 'file', '--quiet')).err).toBe('');
  });

  test('JSON that is refused is no likely cause', async () => {
    const { url } = await target(400);
    const { out, err } = await run(['send', 'file', '-', '--url', url], { stdin: '{"event_type":"later"}' });
    expect(out + err).not.toMatch(/likely cause|not JSON/);
  });

  test.each([[['send', 'file', '-', '--url', 'http://127.0.0.1:1/']], [['validate', '-']]])(
    'an empty stdin is exit 2: %j',
    async (argv) => {
      expect(await run(argv, { stdin: '' })).toEqual({
        code: 2,
        out: '',
        err: 'error: stdin is empty: did the command before the pipe fail?\n',
      });
    },
  );

  test('from stdin', async () => {
    const { url, seen } = await target();
    const { out } = await run(['send', 'file', '-', '--url', url, '--json'], { stdin: odd });
    expect(seen[0]!.body).toBe(odd);
    expect(ndjson(out)[0]).toMatchObject({ fixture: 'stdin' });
  });

  test.each([
    [
      ['--chat-id', '5'],
      ['5', '5', undefined],
    ],
    [['--no-chat-id'], [undefined, undefined, undefined]],
    [[], [undefined, '9', undefined]],
  ])('%j: the chat_id of new_messages, and never of a test_request', async (flags, sent) => {
    const { url, seen } = await target();
    const dir = folder();
    const bodies = {
      'without.json': '{"event_type":"new_messages","new_messages":[],"n":1.0}',
      'with.json': '{"event_type":"new_messages","chat_id":"9","new_messages":[],"n":1.0}',
      'test.json': '{"event_type":"test_request","n":1.0}',
    };
    for (const [name, body] of Object.entries(bodies)) writeFileSync(join(dir, name), body);
    const { out, err } = await run(['send', 'file', ...Object.keys(bodies), ...flags, '--json', '--url', url], {
      cwd: dir,
    });
    expect(seen.map(({ body }) => JSON.parse(body).chat_id)).toEqual(sent);
    expect(seen.every(({ body }) => body.endsWith('"n":1.0}'))).toBe(true);
    expect(ndjson(out).flatMap(({ request }) => request?.body ?? [])).toEqual(seen.map(({ body }) => body));
    expect(err).toBe('');
  });

  test('a mistyped path suggests the nearest', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'event.json'), '{}');
    const { code, err } = await run(['send', 'file', 'evnt.json', '--url', 'http://127.0.0.1:1/'], { cwd: dir });
    expect(code).toBe(3);
    expect(err).toBe('error: cannot read evnt.json: no such file or folder\n  did you mean event.json?\n');
  });

  test.each([
    ['a fixture', ['fixture', 'DIR/evnt.json'], 'event.json'],
    ['a file to send', ['message', '--image', 'DIR/phto.jpg'], 'photo.jpg'],
    ['the secret', ['fixture', '--secret-file', 'DIR/secrt.txt'], 'secret.txt'],
    ['the .env file', ['fixture', '--env-file', 'DIR/.evn'], '.env'],
    ['the certificates', ['fixture', '--cacert', 'DIR/ca.pme'], 'ca.pem'],
  ])('so does that of %s', async (_, words, meant) => {
    const dir = folder();
    for (const name of ['event.json', 'photo.jpg', 'secret.txt', '.env', 'ca.pem']) writeFileSync(join(dir, name), '');
    const argv = words.map((word) => word.replace('DIR', dir));
    const { code, err } = await run(['send', ...argv, '--url', 'http://127.0.0.1:1/'], { cwd: dir });
    expect(code).toBe(3);
    expect(err).toContain(`did you mean ${join(dir, meant)}?`);
  });
});

describe("one's own fixtures", () => {
  function own(): string {
    const dir = folder();
    mkdirSync(join(dir, 'assets'));
    copyFileSync(asset('photo.jpg'), join(dir, 'assets', 'my.jpg'));
    const file = { name: 'my.jpg', url: 'asset:my.jpg', size_bytes: 2219, mime_type: 'image/jpeg' };
    const event = { event_type: 'new_messages', new_messages: [{ type: 'image', message_sender: 'ai', file }] };
    writeFileSync(join(dir, 'mine.json'), JSON.stringify(event));
    writeFileSync(join(dir, 'button.json'), '{ "event_type":"test_request" }');
    return dir;
  }

  test('are found by name, and keep their bytes unless a link has to change', async () => {
    const { url, seen } = await target();
    const { code } = await run(['send', 'fixture', 'mine', 'button', '--fixtures', own(), '--url', url]);
    expect(code).toBe(0);
    expect(JSON.parse(seen[0]!.body).new_messages[0].file.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/.*\/my\.jpg$/);
    expect(seen[1]!.body).toBe('{ "event_type":"test_request" }');
  });

  test('are listed beside ours', async () => {
    const { out } = await run(['fixtures', 'list', '--fixtures', own()]);
    expect(out).toMatch(/^mine +image from ai \(yours\)$/m);
  });

  test('an asset that is not there, or not beside the fixture, is refused', async () => {
    const dir = folder();
    const body = (name: string) => `{"new_messages":[{"file":{"url":"asset:${name}"}}]}`;
    writeFileSync(join(dir, 'gone.json'), body('gone.png'));
    writeFileSync(join(dir, 'out.json'), body('../secret'));
    expect((await run(['send', 'fixture', 'gone', '--fixtures', dir, '--url', 'http://127.0.0.1:1/'])).code).toBe(3);
    expect((await run(['send', 'fixture', 'out', '--fixtures', dir, '--url', 'http://127.0.0.1:1/'])).code).toBe(2);
  });

  test('a file that shrinks under the server breaks the download, not the run', async () => {
    const dir = own();
    const { url } = await target((_, res, body) => {
      truncateSync(join(dir, 'assets', 'my.jpg'), 10);
      void download(JSON.parse(body).new_messages[0].file.url)
        .catch(() => {})
        .then(() => res.end());
    });
    const { code, out } = await run([
      'send',
      'fixture',
      'mine',
      '--fixtures',
      dir,
      '--url',
      url,
      '--json',
      '--timeout',
      '5s',
    ]);
    expect(code).toBe(0);
    expect(ndjson(out)[0]!['files'][0]).toMatchObject({ fetched: false, bytes: 10 });
  });
});

describe('--set', () => {
  test('keeps the type of what it replaces', async () => {
    const { url, seen } = await target();
    const sets = [
      'new_messages[0].text=42',
      'new_messages[0].note=42',
      'new_messages[0].tags=["a"]',
      'new_messages[0].plain=a b=c',
    ];
    await run(['send', 'fixture', 'text', '--url', url, ...sets.flatMap((set) => ['--set', set])]);
    expect(JSON.parse(seen[0]!.body).new_messages[0]).toMatchObject({
      text: '42',
      note: 42,
      tags: ['a'],
      plain: 'a b=c',
    });
  });

  test.each([
    ['new_messages[3].text=x', 'does nothing in text: there is no new_messages[3]'],
    ['file.url=x', 'does nothing in text: there is no file'],
    ['event_type.x=y', 'event_type has no members'],
    ['new_messages[=x', 'the path is not valid from "[="'.replace('=', '')],
    ['nothing', 'it is not PATH=VALUE'],
  ])('%s is exit 2 before anything is sent', async (set, why) => {
    const { url, seen } = await target();
    const { code, err } = await run(['send', 'fixture', 'text', '--url', url, '--set', set]);
    expect(err).toContain(why);
    expect(code).toBe(2);
    expect(seen).toEqual([]);
  });
});

describe('--dry-run', () => {
  test('prints a curl line without the secret, and sends nothing', async () => {
    const { url, seen } = await target();
    const { code, out } = await run(['send', 'fixture', 'text', '--url', url, '--secret', 's3cret', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('-H "Authorization: Bearer $SUVVY_WEBHOOK_SECRET"');
    expect(out).not.toContain('s3cret');
    expect(seen).toEqual([]);
  });

  test('shows the links of --file-base-url', async () => {
    const flags = ['--file-base-url', 'https://files.example', '--dry-run'];
    const { out, err } = await run(['send', 'fixture', 'image', '--url', 'http://127.0.0.1:1/', ...flags]);
    expect(out).toContain('https://files.example/terracotta-mug.png');
    expect(err).toBe('');
  });

  test('the line runs in a shell, and sends the very same', async () => {
    const { execFile } = await import('node:child_process');
    const { url, seen } = await target();
    const flags = [
      '--set',
      'new_messages[0].text=it\'s $HOME `x` "y" \\',
      '--header',
      'X-Empty:',
      '--secret',
      's3cret',
    ];
    const { out } = await run(['send', 'fixture', 'text', '--url', url, ...flags, '--dry-run', '--json']);
    const { curl, body } = ndjson(out)[0]!;
    await new Promise((resolve) =>
      execFile('sh', ['-c', curl], { env: { ...process.env, SUVVY_WEBHOOK_SECRET: 's3cret' } }, resolve),
    );
    expect(seen[0]).toMatchObject({ method: 'POST', body });
    expect(seen[0]!.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      'x-empty': '',
      'content-type': 'application/json',
    });
  });
});

describe('bad input is one line and a way out', () => {
  test.each([
    [['send', 'fixture', 'txet'], 2, 'there is no fixture "txet"', 'did you mean "text"?'],
    [['send', 'txet'], 2, 'unknown command "send txet"', 'did you mean "send text"?'],
    [['send', 'text', '--ulr', 'x'], 2, "unknown option '--ulr'", 'Did you mean --url?'],
    [['send', 'fixtur'], 2, 'unknown command "send fixtur"', 'did you mean "send fixture"?'],
    [['lisen'], 2, "unknown command 'lisen'", 'Did you mean listen?'],
    [['send', 'fixture', '--ulr', 'x'], 2, "unknown option '--ulr'", 'Did you mean --url?'],
    [['send', 'fixture', 'text'], 2, 'there is no URL to send to', '--url'],
    [
      ['send', 'fixture', 'text', '--url', '127.0.0.1:3000/x'],
      2,
      '"127.0.0.1:3000/x" is not an http(s) URL',
      'did you mean http://127.0.0.1:3000/x?',
    ],
    [
      ['send', 'fixture', 'text', '--url', 'htp://example.com/x'],
      2,
      'is not an http(s) URL',
      'did you mean http://example.com/x?',
    ],
    [['send', 'fixture', 'text', '--url', 'not a url'], 2, '"not a url" is not an http(s) URL', 'looks like'],
    [
      ['send', 'fixture', 'text', '--url', 'http://u:p4ss@host/'],
      2,
      'the URL for host has a user name or password',
      '--secret',
    ],
    [
      ['send', 'fixture', 'text', '--url', 'http://x/', '--timeout', '20'],
      2,
      "argument '20' is invalid",
      'Did you mean 20s?',
    ],
    [['send', 'fixture', 'text', '--url', 'http://x/', '--expect-status', 'ok'], 2, 'invalid', 'looks like 204'],
    [
      ['send', 'fixture', 'text', '--url', 'http://x/', '--header', 'nonsense'],
      2,
      'a --header looks like',
      "'Name: value'",
    ],
    [
      ['send', 'fixture', 'text', '--url', 'http://x/', '--header', 'Trailer: x'],
      2,
      '--header Trailer',
      'Content-Length',
    ],
    [['send', 'fixture', 'text', '--url', 'http://x/', '--repeat', '0'], 2, 'invalid', 'whole number'],
    [
      ['send', 'fixture', '--fixtures', '/nowhere', '--url', 'http://x/'],
      3,
      'cannot read the fixtures in /nowhere',
      'JSON file',
    ],
    [['send', 'fixture', './nowhere.json', '--url', 'http://x/'], 3, 'cannot read', 'no such file'],
    [
      ['send', 'fixture', 'text', '--url', 'http://x/', '--cacert', '/nowhere'],
      3,
      'cannot read /nowhere',
      'no such file',
    ],
    [
      ['send', 'fixture', 'image', '--url', 'http://127.0.0.1:1/', '--asset-host', '203.0.113.9'],
      3,
      'cannot serve files on 203.0.113.9',
      'address of this machine',
    ],
    [
      ['send', 'fixture', 'image', '--url', 'http://127.0.0.1:1/', '--file-base-url', 'nonsense'],
      2,
      '--file-base-url nonsense is not a URL',
      '',
    ],
  ])('%j', async (argv, exitCode, what, wayOut) => {
    const { code, out, err } = await run(argv);
    expect(err).toContain(what);
    expect(err).toContain(wayOut);
    expect(err).not.toMatch(/^ +at /m);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(code).toBe(exitCode);
    expect(out).toBe('');
  });

  test('a bad URL from the environment says where it is from', async () => {
    const { err } = await run(['send', 'fixture', 'text'], { env: { SUVVY_WEBHOOK_URL: 'ftp://a:3000' } });
    expect(err).toContain('"ftp://a:3000" (from SUVVY_WEBHOOK_URL) is not an http(s) URL');
  });

  test('nothing like it: no suggestion', async () => {
    expect((await run(['send', 'fixture', 'x', '--url', 'http://x/'])).err).not.toContain('did you mean');
  });

  test('a mistyped flag that carries the secret does not print it', async () => {
    const { err } = await run(['send', 'fixture', '--secrt=s3cret']);
    expect(err).toContain("unknown option '--secrt'");
    expect(err).not.toContain('s3cret');
  });

  test('a URL that is not one does not print its password', async () => {
    const { err } = await run(['send', 'fixture', 'text', '--url', 'ftp://user:p4ssw0rd@host/']);
    expect(err).not.toContain('p4ssw0rd');
  });
});

function download(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => resolve(Buffer.concat(chunks)));
      res.on('error', reject);
    }).on('error', reject);
  });
}

import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { apiPath } from '../../src/contract/api/fields.ts';
import { pageFixtures } from '../../src/fixtures/list.ts';
import { compileMatcher } from '../../src/platform/matcher.ts';
import { parseScript } from '../../src/receiver/parse-script.ts';
import { rawTarget, target } from '../helpers/target.ts';
import { sendRaw } from '../receiver/open-receiver.ts';
import { attachment, customerMessage, posted } from './customer-message.ts';
import { another, echo, openPlatform } from './open-platform.ts';

describe("Suvvy's API on the laptop answers", () => {
  test.each<[string, unknown, Record<string, string>, number]>([
    ['200 to a sound message', posted(), {}, 200],
    ['422 to what is no JSON', 'text=hello', {}, 422],
    ['422 to another content type', posted(), { 'Content-Type': 'text/plain' }, 422],
    ['422 to a missing field', { ...posted(), chat_id: undefined }, {}, 422],
    ['415 to bytes that are no image', posted({ attachments: [{ ...attachment, data: 'AAAA' }] }), {}, 415],
    ['401 to another token', posted(), { Authorization: 'Bearer another' }, 401],
    ['401 before 422', '{', { Authorization: 'Bearer another' }, 401],
    ['403 to a page in a browser, on whatever origin', posted(), { Origin: 'http://127.0.0.1:8090' }, 403],
    ['415 to an encoded body', posted(), { 'Content-Encoding': 'gzip' }, 415],
  ])('%s', async (_, value, headers, status) => {
    const { url } = await target();
    const { post } = await openPlatform(url, { token: 'the-token' });
    const answer = await post(value, headers);
    expect(answer.status).toBe(status);
    expect(answer.body).toHaveProperty('detail');
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('404 elsewhere, and says where', async () => {
    const { url } = await target();
    const { origin, findings } = await openPlatform(url);
    const response = await fetch(`${origin}/api/custom`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
    expect(((await response.json()) as { detail: string }).detail).toContain(apiPath);
    expect(findings()).toMatchObject([{ id: 'message/invalid', message: expect.stringContaining('/api/custom') }]);
  });

  test('405 to a GET, which is no finding', async () => {
    const { url } = await target();
    const { origin, findings } = await openPlatform(url);
    const { status, headers } = await fetch(origin + apiPath);
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
    expect(findings()).toEqual([]);
  });

  test('any token where none is set, but not none', async () => {
    const { url } = await target();
    const { origin, post } = await openPlatform(url);
    expect((await post(posted(), { Authorization: 'Bearer whatever' })).status).toBe(200);
    const without = await fetch(origin + apiPath, { method: 'POST', body: JSON.stringify(posted()) });
    expect(without.status).toBe(401);
  });

  test('413 to a body over 30 MB at once, and says so', async () => {
    const { url } = await target();
    const { port } = await openPlatform(url);
    const head = `POST ${apiPath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 31457281\r\n\r\n`;
    expect(await sendRaw(port, head)).toMatch(/^HTTP\/1.1 413 [^]*30 MB/);
  });

  test('as the script says: 402 comes before 422, other steps are for what would be a 200', async () => {
    const { url } = await target();
    const { post } = await openPlatform(url, { respond: parseScript('402,503,200') });
    expect((await post('{')).status).toBe(402);
    expect((await post('{')).status).toBe(422);
    expect((await post(another())).status).toBe(503);
    expect((await post(another())).status).toBe(200);
    expect((await post('{')).status).toBe(422);
  });

  test('otherwise from one moment on, and as ever again', async () => {
    const { url } = await target();
    const { platform, post } = await openPlatform(url);
    platform.answerWith(parseScript('424'));
    expect(await post(posted())).toMatchObject({ status: 424, body: { detail: 'the channel is disabled' } });
    platform.answerWith([]);
    expect((await post(posted())).status).toBe(200);
  });

  test('nothing but refusals to what is no HTTP, and the next good message as ever', async () => {
    const { url } = await target();
    const { port, post } = await openPlatform(url);
    expect(await sendRaw(port, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST ${apiPath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 100\r\n\r\n{`);
    socket.destroy();
    expect((await post(posted())).status).toBe(200);
  });

  test('500 to what cannot be recorded', async () => {
    const { url } = await target();
    const keep = async (): Promise<never> => Promise.reject(new Error('full'));
    const { post, platform, deliveries } = await openPlatform(url, { bot: { reply: echo }, keep });
    expect((await post(posted()).catch(() => ({ status: 500 }))).status).toBe(500);
    await platform.idle();
    expect(deliveries()).toEqual([]);
  });
});

describe('the bot', () => {
  test('replies to the webhook as send does, with the secret and the chat_id', async () => {
    const app = await target();
    const { post, platform, deliveries, events } = await openPlatform(app.url, {
      bot: { reply: echo },
      secret: 'hush',
    });
    await post(another({ message_id: 'm-7', chat_id: 'a b' }));
    await platform.idle();
    expect(app.seen).toHaveLength(1);
    expect(app.seen[0]!.headers.authorization).toBe('Bearer hush');
    expect(JSON.parse(app.seen[0]!.body)).toEqual({
      event_type: 'new_messages',
      chat_id: 'a b',
      new_messages: [{ type: 'text', message_sender: 'ai', text: 'echo: Hello there' }],
    });
    expect(deliveries()).toMatchObject([
      { chatId: 'a b', inReplyTo: 'm-7', delivery: { verdict: { delivered: true } } },
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['customer', 'delivery']);
  });

  test('says which files came where there is no text', async () => {
    const app = await target();
    const { post, platform } = await openPlatform(app.url, { bot: { reply: echo } });
    await post(another({ text: null, attachments: [attachment] }));
    await platform.idle();
    expect(app.seen[0]!.body).toContain('echo: 🎨 photo.png');
  });

  test('keeps the order within a chat, and lets no chat wait for another', async () => {
    let release = (): void => {};
    const app = await target((_, res, body) => {
      if (body.includes('"slow"') && body.includes('first')) release = () => void res.end();
      else res.end();
    });
    const { post, platform, deliveries } = await openPlatform(app.url, { bot: { reply: echo } });
    await post(another({ chat_id: 'slow', text: 'first one' }));
    await post(another({ chat_id: 'slow', text: 'second one' }));
    await post(another({ chat_id: 'quick', text: 'third one' }));
    while (deliveries().length < 1 || app.seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(deliveries().map(({ chatId }) => chatId)).toEqual(['quick']);
    release();
    await platform.idle();
    expect(deliveries().map(({ chatId }) => chatId)).toEqual(['quick', 'slow', 'slow']);
  });

  test('does not answer a repeated id, an employee, or where an employee holds the dialogue', async () => {
    const app = await target();
    const { post, platform } = await openPlatform(app.url, { bot: { reply: echo } });
    await post(posted({ message_id: 'same' }));
    expect((await post(posted({ message_id: 'same' }))).status).toBe(200);
    await post(another({ message_sender: 'employee', text: 'from an employee' }));
    platform.handOver('42', 'employee');
    await post(another({ text: 'while it is held' }));
    platform.handOver('42', 'bot');
    await post(another({ text: 'after all' }));
    await platform.idle();
    expect(app.seen.map(({ body }) => JSON.parse(body).new_messages[0].text)).toEqual([
      'echo: Hello there',
      'echo: after all',
    ]);
  });

  test('follows its rules: what they answer, say, and who holds the dialogue then', async () => {
    const app = await target();
    const silent = { afterMs: null, handOver: null, respond: null, replies: [] };
    const [refusing] = parseScript('402');
    const rules = [
      { ...silent, when: compileMatcher({ text: 'pay' }), respond: refusing! },
      {
        ...silent,
        when: compileMatcher({ text: 'human' }),
        replies: [echo!(customerMessage({ text: 'bye' }))],
        handOver: 'employee' as const,
      },
    ];
    const { post, platform, events } = await openPlatform(app.url, { bot: { reply: echo, rules } });
    expect((await post(another({ text: 'pay' }))).status).toBe(402);
    await post(another({ text: 'human' }));
    await post(another({ text: 'are you there?' }));
    await platform.idle();
    expect(app.seen.map(({ body }) => JSON.parse(body).new_messages[0].text)).toEqual(['echo: bye']);
    expect(platform.holderOf('42')).toBe('employee');
    expect(events.flatMap((event) => (event.kind === 'customer' ? [event.silent] : []))).toEqual([
      null,
      null,
      'an employee holds this dialogue',
    ]);
  });

  test('says what it is told to, with files that download, and sends what the test button sends', async () => {
    const app = await target((_, res, body) => {
      const [link] = /http:[^"]+/.exec(body) ?? [];
      if (link) void fetch(link).then((response) => response.arrayBuffer().then(() => res.end()));
      else res.end();
    });
    const { platform } = await openPlatform(app.url);
    const { delivery } = await platform.say('7', [
      { type: 'text', content: 'As on the photo' },
      { type: 'image', content: 'fixtures/assets/photo.jpg' },
    ]);
    expect(delivery).toMatchObject({ verdict: { delivered: true }, files: [{ fetched: true }] });
    await platform.sendTest();
    expect(app.seen[1]!.body).toBe('{"event_type":"test_request"}');
    expect(pageFixtures).toContain('test_request');
  });

  test('finds that a webhook did not take a reply', async () => {
    const app = await target(500);
    const { post, platform, findings } = await openPlatform(app.url, { bot: { reply: echo } });
    await post(posted());
    await platform.idle();
    expect(findings()).toMatchObject([
      { id: 'reply/undelivered', level: 'error', chatId: '42', messages: [{ from: 'customer' }, { from: 'ai' }] },
    ]);
  });

  test('gives a webhook up that hangs when the platform closes, and drops what waits behind it', async () => {
    const app = await rawTarget(() => {});
    const { post, platform, deliveries, findings, notices } = await openPlatform(app.url, { bot: { reply: echo } });
    await post(another());
    await post(another());
    await platform.close({ graceMs: 1 });
    expect(deliveries()).toMatchObject([{ delivery: { verdict: { reason: 'interrupted' } } }]);
    expect([...findings(), ...notices]).toEqual([]);
  });
});

describe('a loop', () => {
  test('of an app that posts back what it gets is found, and stopped after three rounds', async () => {
    let next = 0;
    const app = await target(async (_, res, body) => {
      const { new_messages: messages, chat_id: chatId } = JSON.parse(body);
      // Before its own answer, as most do that have this bug.
      await post({ ...posted({ chat_id: chatId, text: messages[0].text }), message_id: `back-${(next += 1)}` });
      res.end();
    });
    const { post, platform, findings } = await openPlatform(app.url, { bot: { reply: echo } });
    await post(another());
    await platform.idle();
    expect(app.seen).toHaveLength(3);
    expect(findings().map(({ id }) => id)).toEqual(['loop/self-talk', 'loop/self-talk', 'loop/self-talk']);
  });

  test('of a file is found by its bytes', async () => {
    const app = await target(async (_, res, body) => {
      const [link] = /http:[^"]+/.exec(body)!;
      const data = Buffer.from(await (await fetch(link)).arrayBuffer()).toString('base64');
      await post(another({ text: null, attachments: [{ file_name: 'x.jpg', file_type: 'image', data }] }));
      res.end();
    });
    const { post, platform, findings } = await openPlatform(app.url);
    await platform.say('42', [{ type: 'image', content: 'fixtures/assets/photo.jpg' }]);
    expect(findings()).toMatchObject([{ id: 'loop/self-talk', messages: [{ text: 'photo.jpg' }, { text: 'x.jpg' }] }]);
  });
});

test('a thousand chats at once are all answered, each with its own reply', { timeout: 60_000 }, async () => {
  const app = await target();
  const { post, platform, deliveries } = await openPlatform(app.url, { bot: { reply: echo } });
  const chats = Array.from({ length: 1000 }, (_, index) => `room ${index}`);
  const answers = await Promise.all(chats.map((chatId) => post(another({ chat_id: chatId }))));
  await platform.idle();
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(deliveries().map(({ chatId }) => chatId))).toEqual(new Set(chats));
});

test('many replies at once are no leak of listeners to Node', async () => {
  const warnings: string[] = [];
  const warn = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', warn);
  onTestFinished(() => void process.off('warning', warn));
  const waiting: (() => void)[] = [];
  const app = await target((_, res) => {
    waiting.push(() => res.end());
    if (waiting.length === 20) for (const answer of waiting) answer();
  });
  const { platform } = await openPlatform(app.url);
  const chats = Array.from({ length: 20 }, (_, index) => String(index));
  await Promise.all(chats.map((chatId) => platform.say(chatId, [{ type: 'text', content: 'Hi' }])));
  expect(warnings).toEqual([]);
});

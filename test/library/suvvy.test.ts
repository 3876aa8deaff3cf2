import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { HookError, type CustomerArrival, type CustomerMatch, type FindingId, type Verdict } from '../../src/index.ts';
import { bundledFolder } from '../../src/fixtures/list.ts';
import { closedPort, target } from '../helpers/target.ts';
import { openSuvvy, write } from './open-receiver.ts';

const built = join(import.meta.dirname, '../../dist/index.js');
const photo = join(bundledFolder, 'assets', 'photo.jpg');

const failureOf = (waiting: Promise<unknown>): Promise<Error> =>
  waiting.then(
    () => expect.fail('it should have been rejected'),
    (error: Error) => error,
  );

describe('startSuvvy', () => {
  test('has both directions: the app posts a message, and the bot answers at its webhook', async () => {
    const { url, seen } = await target();
    const suvvy = await openSuvvy({ webhook: url, secret: 's3cret' });
    expect(await write(suvvy, { chat_id: '42', text: 'Hello', client_name: 'Anna' })).toBe(200);
    const hello = await suvvy.waitForCustomer({ text: 'Hello' });
    expect(hello).toMatchObject({ chatId: '42', sender: 'customer', clientName: 'Anna', status: 200, silent: null });
    const { verdict, files } = await suvvy.say(hello.chatId, [{ text: 'Hi' }, { image: photo }], {
      sender: 'employee',
    });
    expect(verdict).toMatchObject({ delivered: true, reason: null });
    expect(files.map(({ name }) => name)).toEqual(['photo.jpg']);
    expect(seen[0]!.headers.authorization).toBe('Bearer s3cret');
    expect(JSON.parse(seen[0]!.body)).toMatchObject({
      chat_id: '42',
      new_messages: [
        { type: 'text', text: 'Hi', message_sender: 'employee' },
        { type: 'image', message_sender: 'employee' },
      ],
    });
    // A receiver downloads after it has answered.
    const link = JSON.parse(seen[0]!.body).new_messages[1].file.url;
    expect((await fetch(link)).status).toBe(200);
    expect((await suvvy.sendTest()).verdict.delivered).toBe(true);
    expect(JSON.parse(seen[1]!.body)).toEqual({ event_type: 'test_request' });
    expect(suvvy.findings).toEqual([]);
  });

  test('serves an app for as long as it is open, at its path, and closes it', async () => {
    const app = express();
    const ports: number[] = [];
    app.post('/suvvy', (req, res) => {
      ports.push(Number(req.get('host')?.split(':')[1]));
      res.sendStatus(req.get('authorization') === 'Bearer s3cret' ? 204 : 401);
    });
    const suvvy = await openSuvvy({ webhook: app, path: 'suvvy', secret: 's3cret' });
    expect((await suvvy.say('42', 'Hi')).outcome.response?.status).toBe(204);
    await suvvy.close();
    await expect(fetch(`http://127.0.0.1:${ports[0]}/suvvy`)).rejects.toThrow('fetch failed');
    await expect(fetch(suvvy.url)).rejects.toThrow('fetch failed');
  });

  test('leaves a server open that listened before', async () => {
    const server = createServer((req, res) => void req.resume().on('end', () => res.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const suvvy = await openSuvvy({ webhook: server });
    expect((await suvvy.say('42', 'Hi')).verdict.delivered).toBe(true);
    await suvvy.close();
    expect(server.listening).toBe(true);
  });

  test('wants a token of its own making, another one each time, or the one that it was given', async () => {
    const { url: webhook } = await target();
    const [one, two] = [await openSuvvy({ webhook }), await openSuvvy({ webhook })];
    expect(one.token).toMatch(/^[\w-]{32}$/);
    expect(two.token).not.toBe(one.token);
    expect(await write(one, {}, two.token)).toBe(401);
    const mine = await openSuvvy({ webhook, token: 'my-own-token' });
    expect(await write(mine, {}, 'my-own-token')).toBe(200);
  });

  test('what the webhook does is a value and a finding, with the time that it may take', async () => {
    const suvvy = await openSuvvy({ webhook: `http://127.0.0.1:${await closedPort()}` });
    const { verdict } = await suvvy.say('42', 'Hi');
    expect(verdict).toMatchObject({ delivered: false, reason: 'connection_refused' });
    expect(suvvy.findings.map(({ id, level, chatId }) => [id, level, chatId])).toEqual([
      ['reply/undelivered', 'error', '42'],
    ]);
    const held = await openSuvvy({ webhook: () => {}, timeoutMs: 20 });
    expect((await held.say('42', 'Hi')).verdict).toMatchObject({ delivered: false, reason: 'timeout' });
  });

  test('await using closes it', async () => {
    let url: string;
    {
      await using suvvy = await openSuvvy({ webhook: ':1' });
      url = suvvy.url;
    }
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('with unref it keeps no process alive, its app and the files that it served neither', async () => {
    const script = `
      import { startSuvvy } from ${JSON.stringify(built)};
      const suvvy = await startSuvvy({ webhook: (req, res) => req.resume().on('end', () => res.end()), unref: true });
      const { verdict } = await suvvy.say('42', [{ image: ${JSON.stringify(photo)} }]);
      if (!verdict.delivered) process.exitCode = 1;
    `;
    const { code } = await new Promise<{ code: unknown }>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 }, (error) =>
        resolve({ code: error === null ? 0 : (error.code ?? error.signal) }),
      );
    });
    expect(code).toBe(0);
  });

  test('the types narrow: a verdict by delivered, an id of a finding, and no key of another matcher', async () => {
    const suvvy = await openSuvvy({ webhook: ':1', secret: undefined, token: undefined, path: undefined });
    expectTypeOf(suvvy.waitForCustomer).returns.resolves.toEqualTypeOf<CustomerArrival>();
    expectTypeOf<(typeof suvvy.findings)[number]['id']>().toEqualTypeOf<FindingId>();
    expectTypeOf<Extract<Verdict, { reason: null }>['delivered']>().toEqualTypeOf<true>();
    // @ts-expect-error: the key of a rules file is not the key of the library
    const wrong: CustomerMatch = { chat_id: '42' };
    expect((await failureOf(suvvy.waitForCustomer(wrong))).message).toContain('a key of a match is one of');
  });
});

describe('waitForCustomer', () => {
  test.each<[string, CustomerMatch | ((message: CustomerArrival) => boolean) | undefined]>([
    ['a text', { text: 'Grüße, 42' }],
    ['the same text in another form of Unicode', { text: 'Grüße, 42'.normalize('NFD') }],
    ['an expression, whatever it remembers', { text: /^GRÜSSE|grüße/giu }],
    ['the match of a rule', { text: { match: '/^grüße/i' } }],
    ['a match with an expression', { text: { match: /\d+$/ } }],
    ['a part of the text', { text: { contains: 'üße' } }],
    ['a chat', { chatId: '42' }],
    ['a type', { type: 'text' }],
    ['all of it', { text: /42/, chatId: '42', type: 'text' }],
    ['a function', ({ messageId }) => messageId === 'm-17'],
    ['nothing in particular', undefined],
  ])('matches by %s', async (_, match) => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    const waiting = suvvy.waitForCustomer(match);
    await write(suvvy, { chat_id: '42', message_id: 'm-17', text: 'Grüße, 42' });
    expect((await waiting).messageId).toBe('m-17');
  });

  test('gives each message once, in order, whether it came before the call or after it', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    await write(suvvy, { text: 'one' });
    await write(suvvy, { text: 'two' });
    const texts = await Promise.all([suvvy.waitForCustomer(), suvvy.waitForCustomer()]);
    expect(texts.map(({ text }) => text)).toEqual(['one', 'two']);
    const { message } = await failureOf(suvvy.waitForCustomer({ text: 'two' }, { timeoutMs: 1 }));
    expect(message).toMatch(
      /^no message of a customer with the text "two" came within 0\.001 s; what came: chat 42 n-\d+ 200 "one": an earlier call was given it; chat 42 n-\d+ 200 "two": an earlier call was given it$/,
    );
  });

  test('says in its message what came instead, with each status and why', async () => {
    const suvvy = await openSuvvy({ webhook: ':1', token: 'the-right-token' });
    await write(suvvy, {}, 'a-wrong-token');
    await write(suvvy, { chat_id: 42, message_id: 'm-2' });
    await write(suvvy, { message_id: 'm-3', message_sender: 'employee', text: 'Good day' });
    await write(suvvy, { message_id: 'm-4', text: 'Other' });
    suvvy.answerWith(402);
    await write(suvvy, { message_id: 'm-5', text: 'the-right-token' });
    await fetch(suvvy.url);
    const { message } = await failureOf(suvvy.waitForCustomer({ text: /^Hello/, chatId: '42' }, { timeoutMs: 1 }));
    expect(message.split(/; (?:what came: )?/)).toEqual([
      'no message of a customer with a text like /^Hello/ in chat 42 came within 0.001 s',
      'POST /api/webhook/custom/message 401: Authorization is not the token that is awaited, or came twice',
      'no chat m-2 422: chat_id must be a string, not the number 42',
      'chat 42 m-3 200 "Good day": an employee wrote it',
      'chat 42 m-4 200 "Other"',
      'chat 42 m-5 402 "***": answerWith has the API refuse it',
      'GET / 404',
    ]);
  });

  test('says that nothing came at all', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    const { message } = await failureOf(suvvy.waitForCustomer({}, { timeoutMs: 1 }));
    expect(message).toBe('no message of a customer came within 0.001 s; nothing came at all');
  });

  test("rejects with a predicate's own error at once, and every other waiter gets its message", async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    const broken = failureOf(
      suvvy.waitForCustomer(
        () => {
          throw new RangeError('no such chat');
        },
        { timeoutMs: Infinity },
      ),
    );
    const other = suvvy.waitForCustomer({ text: 'Hello' });
    expect(await write(suvvy, { text: 'Hello' })).toBe(200);
    expect(await broken).toMatchObject({ name: 'RangeError', message: 'no such chat' });
    expect((await other).text).toBe('Hello');
  });

  test('rejects at once where an expression takes for ever', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    const waiting = failureOf(suvvy.waitForCustomer({ text: /^(a+)+$/ }, { timeoutMs: Infinity }));
    await write(suvvy, { text: `${'a'.repeat(40)}!` });
    expect((await waiting).message).toBe('the expression /^(a+)+$/ takes longer than 250 ms on a message');
  });

  test('rejects at close, and at once after it, with a clear word', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    const waiting = failureOf(suvvy.waitForCustomer({ type: 'image' }, { timeoutMs: Infinity }));
    const silence = failureOf(suvvy.expectNothing('customer', { forMs: Infinity }));
    await suvvy.close();
    expect((await waiting).message).toBe('no message of a customer of type image came before it was closed');
    expect((await silence).message).toBe('it was closed before the time was up');
    const late = await failureOf(suvvy.waitForCustomer({}, { timeoutMs: Infinity }));
    expect(late.message).toBe('no message of a customer came before it was closed');
    expect(await failureOf(suvvy.say('42', 'Hi'))).toBeInstanceOf(HookError);
  });

  test("points at the caller's own line, and so do the other functions", async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    const errors = [
      await failureOf(suvvy.waitForCustomer({}, { timeoutMs: 1 })),
      await failureOf(suvvy.expectNothing('customer', {} as never)),
      await failureOf(suvvy.say('', 'Hi')),
      await failureOf(suvvy.say('42', [{ image: 'nowhere.jpg' }])),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(HookError);
      expect(error.stack?.split('\n').find((line) => /^ +at /.test(line))).toContain('suvvy.test.ts');
    }
  });
});

describe('answerWith', () => {
  test('takes a status, a script, and null or 200 for the answers of the API itself', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    suvvy.answerWith(424);
    expect([await write(suvvy), await write(suvvy)]).toEqual([424, 424]);
    suvvy.answerWith('402x2,200');
    expect([await write(suvvy), await write(suvvy), await write(suvvy)]).toEqual([402, 402, 200]);
    for (const own of [null, 200] as const) {
      suvvy.answerWith(503);
      suvvy.answerWith(own);
      expect(await write(suvvy)).toBe(200);
    }
  });

  test('a refused message is given to a function alone, and is no finding', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    suvvy.answerWith('402,200');
    await write(suvvy, { text: 'Hello', message_id: 'm-1' });
    await write(suvvy, { text: 'Hello', message_id: 'm-1' });
    expect((await suvvy.waitForCustomer({ text: 'Hello' })).status).toBe(200);
    expect((await suvvy.waitForCustomer(({ text }) => text === 'Hello')).status).toBe(402);
    expect(suvvy.findings).toEqual([]);
  });
});

describe('expectNothing', () => {
  test('is content with silence, and with an employee', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    await write(suvvy, { message_sender: 'employee' });
    await expect(suvvy.expectNothing('customer', { forMs: 5 })).resolves.toBeUndefined();
  });

  test("finds the bot's words sent back as a customer's", async () => {
    const suvvy = await openSuvvy({
      webhook: (req, res) => {
        void req.toArray().then((chunks) => {
          const [{ text }] = JSON.parse(Buffer.concat(chunks).toString()).new_messages;
          res.end();
          return write(suvvy, { text, message_id: 'm-18' });
        });
      },
    });
    const silence = failureOf(suvvy.expectNothing('customer', { forMs: 5000 }));
    await suvvy.say('42', 'Your order is on its way');
    expect((await silence).message).toMatch(
      /^a message of a customer came, and none was to come: chat 42 m-18 200 "Your order is on its way": loop\/self-talk, the message is what we sent/,
    );
    expect(suvvy.findings.map(({ id }) => id)).toEqual(['loop/self-talk']);
  });

  test('finds what the API could not even read', async () => {
    const suvvy = await openSuvvy({ webhook: ':1' });
    await write(suvvy, { text: '' });
    const { message } = await failureOf(suvvy.expectNothing('customer', { forMs: 5 }));
    expect(message).toContain('422: text is an empty string');
  });
});

describe('a bot that echoes', () => {
  test('is heard by the webhook before idle resolves, and falls silent after three rounds of a loop', async () => {
    let heard = 0;
    const suvvy = await openSuvvy({
      reply: 'echo',
      webhook: async (req, res) => {
        heard += 1;
        const { new_messages: messages, chat_id: chatId } = JSON.parse((await req.toArray()).join(''));
        await write(suvvy, { chat_id: chatId, text: messages[0].text });
        res.end();
      },
    });
    await write(suvvy, { text: 'Where is my order?' });
    await suvvy.idle();
    expect(heard).toBe(3);
    expect(suvvy.findings.map(({ id }) => id)).toEqual(['loop/self-talk', 'loop/self-talk', 'loop/self-talk']);
    const silent = await suvvy.waitForCustomer(({ silent: why }) => why !== null);
    expect(silent.silent).toBe('the bot has talked to itself here for 3 rounds');
  });
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { deliverBody, deliverFixture, HookError, newMessages, type NewMessagesEvent } from '../../src/index.ts';
import { openReceiver, testRequest } from './open-receiver.ts';

const built = join(import.meta.dirname, '../../dist/index.js');

const failureOf = (waiting: Promise<unknown>): Promise<Error> =>
  waiting.then(
    () => expect.fail('it should have been rejected'),
    (error: Error) => error,
  );

describe('waitFor', () => {
  test('rejects with the error of a predicate at once, and every other waiter gets what came', async () => {
    const receiver = await openReceiver();
    const broken = failureOf(
      receiver.waitFor(({ received }) => JSON.parse(String(received.body)).new_messages[0].text === 'hi'),
    );
    const other = receiver.waitFor('test_request');
    const later = receiver.waitFor('new_messages');
    await deliverBody(testRequest, receiver);
    await deliverBody(newMessages({ text: 'hi' }), receiver);
    expect(await broken).toBeInstanceOf(TypeError);
    expect((await other).status).toBe(200);
    expect((await later).status).toBe(200);
    await receiver.close();
  });

  test('rejects at once after close', async () => {
    const receiver = await openReceiver();
    await receiver.close();
    const error = await failureOf(receiver.waitFor('test_request', { timeoutMs: Infinity }));
    expect(error.message).toBe('no test_request came before the receiver was closed');
  });

  test.each([Infinity, 2 ** 31, 2 ** 40])('a timeoutMs of %d waits until the event is there', async (timeoutMs) => {
    const receiver = await openReceiver();
    const waiting = receiver.waitFor('test_request', { timeoutMs });
    await deliverBody(testRequest, receiver);
    expect((await waiting).status).toBe(200);
  });

  test.each([Number.NaN, -1, '5s', null])('a timeoutMs of %j is refused with a sentence', async (timeoutMs) => {
    const receiver = await openReceiver();
    const error = await failureOf(receiver.waitFor('test_request', { timeoutMs: timeoutMs as number }));
    expect(error).toBeInstanceOf(HookError);
    expect(error.message).toContain('timeoutMs is a number of milliseconds, 0 or more');
  });

  test('says in its message what came instead, with each status and why', async () => {
    const receiver = await openReceiver({ secret: 'right-secret', path: '/hook', strict: true });
    const { url } = receiver;
    const secret = 'right-secret';
    await deliverBody(testRequest, { url, secret: 'wrong-secret' });
    await deliverBody(testRequest, { url });
    await deliverBody(testRequest, { url: new URL('/other', url), secret });
    await deliverBody('{', { url, secret });
    await deliverBody({ event_type: 'new_messages', new_messages: [{}, {}] }, { url, secret });
    await deliverBody(testRequest, { url, secret });
    await receiver.waitFor('test_request');
    const { message } = await failureOf(receiver.waitFor('test_request', { timeoutMs: 1 }));
    expect(message.replace(/^.*what came: /, '').split(', POST')).toEqual([
      'POST /hook 401: the secret was wrong',
      ' /hook 401: there was no secret',
      ' /other 404: this receiver answers on /hook',
      ' /hook 400: the body is not JSON',
      expect.stringMatching(
        /^ \/hook 422 new_messages: it breaks the contract: new_messages\[0\]\.\w+ .*\(R\d+\), and \d+ more$/,
      ),
      ' /hook 200 test_request: an earlier call was given it',
    ]);
  });

  test('says that nothing came at all', async () => {
    const receiver = await openReceiver();
    const { message } = await failureOf(receiver.waitFor('new_messages', { timeoutMs: 1 }));
    expect(message).toBe('no new_messages came within 0.001 s; nothing came at all');
  });

  test('has no secret in its message, even where the path has it', async () => {
    const receiver = await openReceiver({ secret: 'a-long-secret' });
    await deliverBody(testRequest, { url: `${receiver.url}/a-long-secret`, secret: 'a-long-secret' });
    const { message } = await failureOf(receiver.waitFor('new_messages', { timeoutMs: 1 }));
    expect(message).toContain('POST /*** 200');
  });

  test("points at the caller's own line", async () => {
    const receiver = await openReceiver();
    const error = await failureOf(receiver.waitFor('test_request', { timeoutMs: 1 }));
    expect(error.stack?.split('\n').find((line) => /^ +at /.test(line))).toContain('waiting.test.ts');
    expect(error.stack?.split('\n', 1)[0]).toBe(`HookError: ${error.message}`);
  });

  test('gives the event, narrowed to the type that was waited for', async () => {
    const receiver = await openReceiver();
    await deliverBody(newMessages({ text: 'Hello', chatId: '42' }), receiver);
    const { event, received } = await receiver.waitFor('new_messages');
    const narrowed: NewMessagesEvent = event;
    expect(narrowed.new_messages[0]!.text).toBe('Hello');
    expect(received.event).toEqual(event);
    // @ts-expect-error: a mistyped event type does not compile
    await failureOf(receiver.waitFor('new_mesages', { timeoutMs: 1 }));
  });
});

describe('waitForAll', () => {
  test('gives so many arrivals, in order, and each once', async () => {
    const receiver = await openReceiver();
    const waiting = receiver.waitForAll(2, { match: 'new_messages' });
    await deliverBody(newMessages({ text: 'one' }), receiver);
    await deliverBody(testRequest, receiver);
    await deliverBody(newMessages({ text: 'two' }), receiver);
    expect((await waiting).map(({ event }) => event.new_messages[0]!.text)).toEqual(['one', 'two']);
    expect((await receiver.waitForAll(1)).map(({ received }) => received.eventType)).toEqual(['test_request']);
  });

  test('takes nothing where there is too little, and says so', async () => {
    const receiver = await openReceiver();
    await deliverBody(testRequest, receiver);
    const { message } = await failureOf(receiver.waitForAll(2, { timeoutMs: 1 }));
    expect(message).toBe('fewer than 2 arrivals came within 0.001 s; what came: POST / 200 test_request');
    expect((await receiver.waitFor('test_request')).status).toBe(200);
  });
});

describe('a receiver between tests', () => {
  test('is gone through arrival by arrival, until it is closed', async () => {
    const receiver = await openReceiver();
    const types: unknown[] = [];
    const going = (async () => {
      for await (const { received } of receiver) {
        types.push(received.eventType);
        if (types.length === 2) await receiver.close();
      }
    })();
    await deliverBody(testRequest, receiver);
    await deliverFixture('text', receiver);
    await going;
    expect(types).toEqual(['test_request', 'new_messages']);
  });

  test('reset forgets what arrived, tells who waits, and answers as at the start', async () => {
    const receiver = await openReceiver({ respond: '503,200' });
    const status = async (): Promise<unknown> => (await deliverBody(testRequest, receiver)).outcome.response?.status;
    expect([await status(), await status()]).toEqual([503, 200]);
    const waiting = failureOf(receiver.waitFor('new_messages'));
    receiver.reset();
    expect((await waiting).message).toBe('no new_messages came before the receiver was reset');
    expect(receiver.arrivals).toEqual([]);
    await failureOf(receiver.waitFor('test_request', { timeoutMs: 1 }));
    expect(await status()).toBe(503);
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('respondWith takes a script, one answer, a function, and null for what a correct webhook does', async () => {
    const receiver = await openReceiver();
    const answer = async (): Promise<unknown> => {
      const { response } = (await deliverBody(testRequest, receiver)).outcome;
      return `${response?.status} ${Buffer.from(response?.body ?? []).toString()}`;
    };
    receiver.respondWith('418');
    expect(await answer()).toMatch(/^418 /);
    receiver.respondWith({ status: 202, headers: {}, body: 'later' });
    expect(await answer()).toBe('202 later');
    receiver.respondWith(({ eventType }) => ({ status: 409, headers: {}, body: eventType ?? '' }));
    expect(await answer()).toBe('409 test_request');
    receiver.respondWith(null);
    expect(await answer()).toBe('200 {"ok":true}');
    expect(() => receiver.respondWith('5033')).toThrow(HookError);
    expect(() => receiver.respondWith({ status: 200 } as never)).toThrow('an answer has no headers');
  });

  test('await using closes it', async () => {
    let url: string;
    {
      await using receiver = await openReceiver();
      url = receiver.url;
    }
    expect((await deliverBody(testRequest, { url })).verdict.reason).toBe('connection_refused');
  });

  test('with unref it keeps no process alive, not even after a request on a kept connection', async () => {
    const script = `
      import { startReceiver } from ${JSON.stringify(built)};
      const { url } = await startReceiver({ unref: true });
      const { default: http } = await import('node:http');
      const agent = new http.Agent({ keepAlive: true });
      http.request(url, { agent, method: 'POST' }, (res) => res.resume()).end('{}');
    `;
    const { code } = await new Promise<{ code: unknown }>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', script], (error) => resolve({ code: error?.code ?? 0 }));
    });
    expect(code).toBe(0);
  });
});

describe('an answer that cannot be made', () => {
  test.each<[string, () => never, string]>([
    [
      'throws',
      () => {
        throw new RangeError('no such chat');
      },
      'RangeError: no such chat',
    ],
    ['has no headers', () => ({ status: 200 }) as never, 'TypeError: an answer has no headers: {} will do'],
    ['has no body', () => ({ status: 200, headers: {} }) as never, "TypeError: an answer has no body: '' will do"],
    [
      'has no status',
      () => ({ headers: {}, body: '' }) as never,
      'TypeError: the status of an answer is a number from 200 to 599, not undefined',
    ],
  ])('one that %s is a 500, in the message of waitFor, and at close', async (_, answer, words) => {
    const receiver = await openReceiver({ answer });
    expect((await deliverBody(testRequest, receiver)).outcome.response?.status).toBe(500);
    const { message } = await failureOf(receiver.waitFor('test_request', { timeoutMs: 1 }));
    expect(message).toContain(`answer failed for POST / test_request: ${words}`);
    const error = await failureOf(receiver.close());
    expect(error.message).toBe(`answer failed for POST / test_request: ${words}`);
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.stack).toContain('waiting.test.ts');
    await receiver.close();
  });
});

describe('fake timers and the clock of a test', () => {
  test('a receiver that takes longer than timeoutMs is not delivered to, whatever is faked', async () => {
    const realSetTimeout = setTimeout;
    const receiver = await openReceiver({
      answer: (_received, proposed) => new Promise((resolve) => void realSetTimeout(resolve, 150, proposed)),
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance', 'hrtime'] });
    try {
      const { verdict, outcome } = await deliverBody(testRequest, { url: receiver.url, timeoutMs: 50 });
      expect(verdict).toMatchObject({ delivered: false, reason: 'timeout' });
      expect(outcome.timing.totalMs).toBeGreaterThanOrEqual(50);
      const { message } = await failureOf(receiver.waitFor('new_messages', { timeoutMs: 20 }));
      expect(message).toContain('no new_messages came within 0.02 s');
    } finally {
      vi.useRealTimers();
    }
  });
});

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import {
  checkWebhook,
  deliverBody,
  deliverFixture,
  HookError,
  startReceiver,
  type CaseResult,
  type RuleId,
  type RunningReceiver,
  type StartReceiverOptions,
} from '../../src/index.ts';
import { closedPort, target } from '../helpers/target.ts';

async function receiver(options: StartReceiverOptions = {}): Promise<RunningReceiver> {
  const running = await startReceiver(options);
  onTestFinished(() => running.close());
  return running;
}

const testRequest = { event_type: 'test_request' };

describe('startReceiver', () => {
  test('gives what came before the call, and what comes after it', async () => {
    const { url, waitFor } = await receiver();
    await deliverBody(testRequest, { url });
    expect((await waitFor('test_request')).received.eventType).toBe('test_request');
    const later = waitFor('new_messages');
    await deliverFixture('text', { url });
    expect((await later).status).toBe(200);
  });

  test('gives each arrival once', async () => {
    const { url, waitFor, arrivals } = await receiver();
    await deliverBody(testRequest, { url });
    await deliverBody(testRequest, { url });
    const [first, second] = await Promise.all([waitFor('test_request'), waitFor('test_request')]);
    expect(first).not.toBe(second);
    expect(arrivals.length).toBe(2);
    await expect(waitFor('test_request', { timeoutMs: 10 })).rejects.toThrow('no test_request came within 0.01 s');
  });

  test('a function sees refused requests as well, a type does not', async () => {
    const { url, waitFor } = await receiver({ secret: 's3cret' });
    await deliverBody(testRequest, { url, secret: 'other' });
    await expect(waitFor('test_request', { timeoutMs: 10 })).rejects.toThrow(
      /^no test_request came within 0\.01 s; what came: POST \/ 401: the secret was wrong$/,
    );
    expect((await waitFor(({ status }) => status === 401)).received.auth).toBe('wrong');
  });

  test('whoever waits is told when it closes', async () => {
    const running = await receiver();
    const waiting = running.waitFor('test_request').catch((error: unknown) => error);
    await running.close();
    expect(await waiting).toMatchObject({ message: 'no test_request came before the receiver was closed' });
  });

  test('a function that throws for what arrives fails the wait for it, and nothing else', async () => {
    const { url, waitFor } = await receiver();
    const failing = waitFor(({ received }) => {
      throw new Error(`cannot look at ${received.eventType}`);
    }).catch((error: unknown) => error);
    const other = waitFor('test_request');
    await deliverBody(testRequest, { url });
    expect(await failing).toMatchObject({ message: 'cannot look at test_request' });
    expect((await other).status).toBe(200);
  });

  test('misbehaves on request', async () => {
    const { url } = await receiver({ answer: () => ({ status: 503, headers: {}, body: 'no' }) });
    expect((await deliverBody(testRequest, { url })).verdict).toMatchObject({ delivered: false, reason: 'status' });
  });
});

describe('deliverFixture and deliverBody', () => {
  test('as the command line does: chat_id, secret, edits, files', async () => {
    const { url, seen } = await target();
    const { files } = await deliverFixture('image', {
      url,
      secret: 's3cret',
      set: ['new_messages[0].file.name=x.png'],
    });
    expect(files).toEqual([{ name: 'x.png', fetched: false, bytes: 0, afterMs: null }]);
    expect(seen[0]!.headers.authorization).toBe('Bearer s3cret');
    expect(JSON.parse(seen[0]!.body)).toMatchObject({ chat_id: '0', new_messages: [{ file: { name: 'x.png' } }] });
  });

  test('bytes and text go as they are', async () => {
    const { url, seen } = await target();
    await deliverBody('{ "odd" : 1 }', { url });
    await deliverBody(Buffer.from('not json'), { url });
    expect(seen.map(({ body }) => body)).toEqual(['{ "odd" : 1 }', 'not json']);
  });

  test('expectations', async () => {
    const { url } = await target(401);
    expect((await deliverBody(testRequest, { url, expectStatus: '401' })).verdict.passed).toBe(true);
  });

  test('what the target does is a value, what cannot be meant is thrown', async () => {
    const { verdict } = await deliverBody(testRequest, { url: `http://127.0.0.1:${await closedPort()}` });
    expect(verdict).toMatchObject({ delivered: false, reason: 'connection_refused' });
    await expect(deliverFixture('txet', { url: 'http://127.0.0.1:1' })).rejects.toThrow(HookError);
  });
});

describe('checkWebhook', () => {
  test('a handler listens for the call, and is closed', async () => {
    const ports = new Set<number>();
    const report = await checkWebhook(
      (req, res) => {
        ports.add(req.socket.localPort!);
        req.resume().on('end', () => res.end());
      },
      { profile: 'smoke', path: '/hook' },
    );
    expect(report.target.url).toMatch(/\/hook$/);
    expect(report.summary.fail).toBe(0);
    const [port] = ports;
    expect((await deliverBody(testRequest, { url: `http://127.0.0.1:${port}` })).verdict.reason).toBe(
      'connection_refused',
    );
  });

  test('its cases narrow by outcome: what failed has a hint, what passed has nothing of what went wrong', async () => {
    const told: CaseResult[] = [];
    const options = { secret: 's3cret', waivers: [{ case: 'deliver/text-ai', reason: 'none' }] };
    const report = await checkWebhook((req, res) => void req.resume().on('end', () => res.end()), {
      ...options,
      onCase: (result) => told.push(result),
    });
    const hintOf = (result: CaseResult): string | null => (result.outcome === 'fail' ? result.hint.trim() : null);
    const wrongIn = (result: CaseResult): null[] | null =>
      result.outcome === 'pass' ? [result.reason, result.hint, result.why, result.fix, result.errorLine] : null;
    const hints = report.cases.map(hintOf).filter((hint) => hint !== null);
    expect(hints.length).toBeGreaterThan(0);
    expect(hints).not.toContain('');
    const wrong = report.cases.map(wrongIn).filter((found) => found !== null);
    expect(new Set(wrong.flat())).toEqual(new Set([null]));
    const gating = report.cases.filter((one) => one.gating);
    expect(gating.map(hintOf)).toEqual(hints.map(() => expect.any(String)));
    expect(told.map(({ id }) => id).toSorted()).toEqual(report.cases.map(({ id }) => id).toSorted());
    expectTypeOf<CaseResult['rules'][number]>().toEqualTypeOf<RuleId>();
  });

  test('a server that listens already stays open', async () => {
    const server = createServer((req, res) => void req.resume().on('end', () => res.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    await checkWebhook(server, { profile: 'smoke' });
    expect(server.listening).toBe(true);
  });

  test.each<[string, (req: IncomingMessage, res: ServerResponse) => unknown]>([
    [
      'throws',
      () => {
        throw new TypeError('no such column');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('no such column'))],
    [
      'rejects once the body is read',
      async (req) => {
        await req.toArray();
        throw new TypeError('no such column');
      },
    ],
  ])('a handler that %s has answered 500: the report shows its error, and the process goes on', async (_, handler) => {
    const report = await checkWebhook(handler as RequestListener, { only: ['deliver/text-ai'] });
    expect(report.summary.exitCode).toBe(1);
    const result = report.cases.find(({ id }) => id === 'deliver/text-ai')!;
    expect(result).toMatchObject({ outcome: 'fail' });
    expect(result.requests[0]!.response).toMatchObject({
      status: 500,
      bodyExcerpt: 'the handler threw: TypeError: no such column',
    });
  });

  test('a handler that throws in the middle of an answer breaks it off, and the process goes on', async () => {
    const report = await checkWebhook(
      (_, res) => {
        res.writeHead(500).write('half');
        throw { toString: null };
      },
      { only: ['deliver/text-ai'] },
    );
    expect(report.summary.exitCode).toBe(1);
  });

  test('an address for files that is no URL is said, and never sent', async () => {
    const bodies: string[] = [];
    const report = await checkWebhook(
      (req, res) => {
        req.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
        req.on('end', () => res.end());
      },
      { only: ['deliver/image'], fileBaseUrl: 'nonsense' },
    );
    expect(report.cases.at(-1)).toMatchObject({ id: 'deliver/image', outcome: 'error' });
    expect(report.cases.at(-1)!.actual).toContain('--file-base-url nonsense is not a URL');
    expect(bodies.join()).not.toContain('nonsense');
  });
});

import { createServer, type Server } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPayload } from '../../src/delivery/payload.ts';
import { HookError } from '../../src/errors.ts';
import { runLoad, type LoadOptions, type LoadResult } from '../../src/load/run.ts';
import { createSchedule } from '../../src/load/schedule.ts';
import { closedPort, rawTarget, target } from '../helpers/target.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}', secret: 's3cret' });

function load(url: string, options: Partial<LoadOptions> = {}): Promise<LoadResult> {
  return runLoad({ url, payloads: [payload], concurrency: 4, total: 100, ...options });
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);

describe('what is sent', () => {
  test('as a single delivery, over no more connections than asked for, the payloads in turn', async () => {
    const ports = new Set<number>();
    const { url, seen } = await target((req, res) => {
      ports.add(req.socket.remotePort!);
      res.end('ok');
    });
    const other = createPayload({ name: 'other', body: '"ё"' });
    const result = await load(`${url}hook?a=1`, { payloads: [payload, other] });
    expect(result).toMatchObject({ sent: 100, delivered: 100, judged: 100, passed: 100, statuses: { 200: 100 } });
    expect(ports.size).toBe(4);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/hook?a=1', body: '{"event_type":"test_request"}' });
    expect(seen[0]!.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer s3cret' });
    expect(seen[0]!.headers).toMatchObject({ 'content-length': '29', host: new URL(url).host });
    expect(seen.filter(({ body }) => body === '"ё"')).toHaveLength(50);
  });

  test('no more connections than deliveries', async () => {
    const ports = new Set<number>();
    const { url } = await target((req, res) => (ports.add(req.socket.remotePort!), res.end()));
    await load(url, { concurrency: 50, total: 3 });
    expect(ports.size).toBeLessThanOrEqual(3);
  });

  test('headers that a kept connection cannot carry are an error, once', async () => {
    const { url } = await target();
    const odd = createPayload({ name: 'x', body: '{}', headers: [['Transfer-Encoding', 'gzip']] });
    await expect(load(url, { payloads: [odd] })).rejects.toThrow(HookError);
  });

  test('256 connections', async () => {
    const { url } = await target();
    expect(await load(url, { concurrency: 256, total: 3000 })).toMatchObject({ sent: 3000, delivered: 3000 });
  });
});

describe('whatever the target does is counted', () => {
  test('each status and reason', async () => {
    let requests = 0;
    const { url } = await target((_, res) => {
      requests += 1;
      res.writeHead([200, 503, 401, 302][requests % 4]!).end();
    });
    const result = await load(url);
    expect(result.statuses).toEqual({ 200: 25, 302: 25, 401: 25, 503: 25 });
    expect(result.reasons).toEqual({ status: 25, unauthorized: 25, redirect: 25 });
    expect(result).toMatchObject({ sent: 100, delivered: 25, passed: 25, connected: true });
  });

  test('expectations of your own', async () => {
    const { url } = await target(401);
    expect(await load(url, { status: '4xx' })).toMatchObject({ delivered: 0, passed: 100 });
    const slow = await target((_, res) => setTimeout(() => res.end(), 10));
    expect(await load(slow.url, { maxTimeMs: 1, total: 8 })).toMatchObject({ delivered: 8, passed: 0 });
  });

  test('one that resets every tenth', async () => {
    let requests = 0;
    const { url } = await target((req, res) => {
      requests += 1;
      if (requests % 10 === 0) req.socket.resetAndDestroy();
      else res.end();
    });
    const result = await load(url, { total: 1000, concurrency: 8 });
    expect(result).toMatchObject({ sent: 1000, delivered: 900, reasons: { connection_reset: 100 } });
  });

  test('one that closes after every answer', async () => {
    const { url } = await target((_, res) => res.writeHead(200, { Connection: 'close' }).end());
    expect(await load(url)).toMatchObject({ sent: 100, delivered: 100 });
  });

  test('nobody listens', async () => {
    const result = await load(`http://127.0.0.1:${await closedPort()}/`);
    expect(result).toMatchObject({ sent: 100, delivered: 0, connected: false, latencyMs: null });
    expect(result.reasons).toEqual({ connection_refused: 100 });
  });

  test('one that never answers: each at its deadline, on a new connection', async () => {
    let connections = 0;
    const { url } = await rawTarget(() => (connections += 1));
    const result = await load(url, { total: 8, timeoutMs: 30 });
    expect(result).toMatchObject({ sent: 8, reasons: { timeout: 8 }, connected: true });
    expect(connections).toBe(8);
  });

  test('one that dies and comes back', async () => {
    const port = await closedPort();
    let answered = 0;
    const serve = (): Promise<Server> =>
      new Promise((resolve) => {
        const server = createServer((_, res) => ((answered += 1), res.end()));
        server.listen(port, '127.0.0.1', () => resolve(server));
        onTestFinished(() => void server.close().closeAllConnections());
      });
    const first = await serve();
    const controller = new AbortController();
    let refused = 0;
    let back = 0;
    const result = await load(`http://127.0.0.1:${port}/`, {
      total: undefined,
      perSecond: 2000,
      signal: controller.signal,
      onDelivery: ({ verdict }) => {
        if (answered >= 20 && first.listening) first.close().closeAllConnections();
        if (verdict.reason === 'connection_refused' && ++refused === 5) void serve();
        if (refused >= 5 && verdict.delivered && ++back === 20) controller.abort();
      },
    });
    expect(back).toBe(20);
    expect(sum(result.reasons) + result.delivered).toBe(result.sent);
  });
});

describe('when it ends', () => {
  test('at the end of its time, with what was under way', async () => {
    const { url } = await target();
    const result = await load(url, { total: undefined, durationMs: 100 });
    expect(result.sent).toBeGreaterThan(4);
    expect(result.delivered).toBe(result.sent);
    expect(result.elapsedMs).toBeGreaterThanOrEqual(100);
  });

  test('given up: what is under way is interrupted, and not judged', async () => {
    const controller = new AbortController();
    const { url } = await rawTarget(() => controller.abort());
    const result = await load(url, { total: undefined, signal: controller.signal });
    expect(result.reasons).toEqual({ interrupted: result.sent });
    expect(result.judged).toBe(0);
  });

  test('given up before it began: nothing', async () => {
    const { url, seen } = await target();
    expect(await load(url, { signal: AbortSignal.abort() })).toMatchObject({ sent: 0, latencyMs: null });
    expect(seen).toEqual([]);
  });
});

describe('under a rate', () => {
  test('a receiver that stalls is late for what was due meanwhile too', async () => {
    let requests = 0;
    const { url } = await target((_, res) => {
      requests += 1;
      if (requests === 1) setTimeout(() => res.end(), 200);
      else res.end();
    });
    // While the first is held up, the other 39 fall due; counted from when they left, only one would be slow.
    const { latencyMs, sent } = await load(url, { perSecond: 200, total: 40, concurrency: 1 });
    expect(sent).toBe(40);
    expect(latencyMs!.p50).toBeGreaterThan(50);
  });

  test('what was due and never left is told', async () => {
    const { url } = await target((_, res) => setTimeout(() => res.end(), 100));
    const { sent, neverLeft } = await load(url, {
      perSecond: 100,
      total: undefined,
      durationMs: 300,
      concurrency: 1,
    });
    expect(sent + neverLeft).toBe(30);
    expect(neverLeft).toBeGreaterThan(20);
  });
});

describe('the schedule', () => {
  test('without a rate everything is due at once, up to the total', () => {
    const schedule = createSchedule({ total: 2 }, 0);
    expect(schedule.nextDue(5)).toBe(5);
    schedule.take();
    schedule.take();
    expect([schedule.nextDue(6), schedule.missed(6)]).toEqual([Infinity, 0]);
  });

  test('with a rate each has its moment, however late the one before was', () => {
    const schedule = createSchedule({ perSecond: 100, durationMs: 30 }, 1000);
    const due: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      due.push(schedule.nextDue(1000));
      schedule.take();
    }
    expect(due).toEqual([1000, 1010, 1020]);
    expect(schedule.nextDue(1021)).toBe(Infinity);
  });

  test('what is missed is what was due by now', () => {
    const schedule = createSchedule({ perSecond: 100, durationMs: 1000, total: 50 }, 0);
    expect([schedule.missed(0), schedule.missed(95), schedule.missed(5000)]).toEqual([1, 10, 50]);
    schedule.take();
    expect(schedule.missed(95)).toBe(9);
    expect(schedule.nextDue(1000)).toBe(Infinity);
  });
});

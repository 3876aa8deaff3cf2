import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attempt } from '../../src/delivery/attempt.ts';
import { deliver, maxAnswerBytes } from '../../src/delivery/deliver.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { closedPort, rawTarget, target } from '../helpers/target.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}', secret: 's3cret' });

describe('deliver sends the request that Suvvy sends', () => {
  test('it sends a POST with canonical headers, Content-Length and the exact body, on its own connection', async () => {
    const { url, seen } = await target();
    await deliver(payload, { url: `${url}hook?a=1` });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/hook?a=1', body: '{"event_type":"test_request"}' });
    expect(seen[0]!.rawHeaders).toEqual([
      'Host',
      new URL(url).host,
      'Content-Type',
      'application/json',
      'Authorization',
      'Bearer s3cret',
      'Content-Length',
      '29',
      'Connection',
      'close',
    ]);
  });

  test('it sends no Authorization header without a secret', async () => {
    const { url, seen } = await target();
    await deliver(createPayload({ name: 'x', body: '{}' }), { url });
    expect(seen[0]!.headers.authorization).toBeUndefined();
  });

  test('it sends bytes unchanged, and counts UTF-8 in bytes', async () => {
    const { url, seen } = await target();
    const body = JSON.stringify({ text: 'Здравствуйте 👩‍👧' });
    await deliver(createPayload({ name: 'x', body }), { url });
    expect(seen[0]!.body).toBe(body);
    expect(seen[0]!.headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  test('own headers replace the standard ones, in any case', async () => {
    const { url, seen } = await target();
    const headers = [
      ['content-type', 'text/plain'],
      ['X-Own', 'yes'],
    ] as const;
    await deliver(createPayload({ name: 'x', body: '{}', headers }), { url });
    expect(seen[0]!.rawHeaders).toEqual(expect.arrayContaining(['content-type', 'text/plain', 'X-Own', 'yes']));
    expect(seen[0]!.rawHeaders).not.toContain('Content-Type');
  });

  test('it can use another method, and chunked framing', async () => {
    const { url, seen } = await target();
    await deliver(createPayload({ name: 'x', body: '{"a":1}', method: 'PUT', framing: 'chunked' }), { url });
    expect(seen[0]).toMatchObject({ method: 'PUT', body: '{"a":1}' });
    expect(seen[0]!.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(seen[0]!.headers['content-length']).toBeUndefined();
  });

  test('a shared agent reuses its connection', async () => {
    const ports = new Set<number>();
    const { url } = await target((req, res) => {
      ports.add(req.socket.remotePort!);
      res.end('ok');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (let round = 0; round < 3; round += 1) await deliver(payload, { url, agent });
    expect(ports.size).toBe(1);
  });
});

describe('deliver returns an outcome, whatever the target does', () => {
  test.each([200, 204, 299, 199 + 1, 301, 400, 401, 500, 599, 999])('it returns status %i', async (status) => {
    const { url } = await target(status);
    expect((await deliver(payload, { url })).response).toMatchObject({ status, bodyCut: null });
  });

  test('it returns the status, the reason, repeated headers in order, and the body', async () => {
    const { url } = await target((_, res) => {
      res.writeHead(202, 'Fine', [
        ['X-B', '1'],
        ['x-a', '2'],
        ['X-B', '3'],
      ] as never);
      res.end('done');
    });
    const { response, failure, connected } = await deliver(payload, { url });
    expect(response).toMatchObject({ status: 202, statusText: 'Fine', bodyBytes: 4, bodyCut: null });
    expect(response!.headers.slice(0, 3)).toEqual([
      ['X-B', '1'],
      ['x-a', '2'],
      ['X-B', '3'],
    ]);
    expect(Buffer.from(response!.body).toString()).toBe('done');
    expect({ failure, connected }).toEqual({ failure: null, connected: true });
  });

  test('it does not follow a redirect', async () => {
    const other = await target();
    const { url } = await target((_, res) => res.writeHead(307, { Location: other.url }).end());
    expect((await deliver(payload, { url })).response?.status).toBe(307);
    expect(other.seen).toEqual([]);
  });

  test('it reports that nothing listens', async () => {
    const outcome = await deliver(payload, { url: `http://127.0.0.1:${await closedPort()}/` });
    expect(outcome).toMatchObject({ response: null, failure: { code: 'connection_refused' }, connected: false });
  });

  test('it reports that nothing listens on either address of localhost', async () => {
    const outcome = await deliver(payload, { url: `http://localhost:${await closedPort()}/` });
    expect(outcome.failure?.code).toBe('connection_refused');
  });

  test('it reports a host name that does not exist', async () => {
    const outcome = await deliver(payload, { url: 'http://nowhere.invalid/' });
    expect(outcome).toMatchObject({ response: null, failure: { code: 'dns' }, connected: false });
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['closes', (socket) => socket.end(), 'connection_reset'],
    ['resets', (socket) => socket.resetAndDestroy(), 'connection_reset'],
    [
      'resets within the headers',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nX: ', () => socket.resetAndDestroy()),
      'connection_reset',
    ],
    ['is not HTTP', (socket) => socket.end('220 smtp.example ready\r\n'), 'protocol'],
    ['sends an endless header', (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(200_000)}`), 'protocol'],
    [
      'sends interim answers without end',
      (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(2000)),
      'protocol',
    ],
  ])('it reports a target that %s', async (_, speak, code) => {
    const { url } = await rawTarget(speak);
    const outcome = await deliver(payload, { url });
    expect(outcome).toMatchObject({ response: null, failure: { code }, connected: true });
  });

  test('it waits for the answer after an unasked 100 or 103', async () => {
    const { url } = await rawTarget((socket) =>
      socket.end(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n',
      ),
    );
    expect((await deliver(payload, { url })).response?.status).toBe(201);
  });

  test('it takes 101 as an ordinary answer', async () => {
    const { url } = await rawTarget((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    );
    expect((await deliver(payload, { url })).response?.status).toBe(101);
  });

  test('it stops at the deadline if no answer comes', async () => {
    const { url } = await rawTarget(() => {});
    const outcome = await deliver(payload, { url, timeoutMs: 60 });
    expect(outcome).toMatchObject({
      response: null,
      failure: { code: 'timeout', message: 'no answer within 0.06 s' },
      connected: true,
    });
    expect(outcome.timing.totalMs).toBeGreaterThanOrEqual(59);
  });

  test('it returns an answer whose body hangs, cut at the deadline', async () => {
    const { url } = await rawTarget((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    const { response } = await deliver(payload, { url, timeoutMs: 60 });
    expect(response).toMatchObject({ status: 200, bodyCut: 'timeout', bodyBytes: 3 });
    expect(Buffer.from(response!.body).toString()).toBe('abc');
  });

  test('it returns an answer whose body breaks off, with a note', async () => {
    const { url } = await rawTarget((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    expect((await deliver(payload, { url })).response).toMatchObject({ status: 200, bodyCut: 'broken', bodyBytes: 3 });
  });

  test('it reads only 64 KiB of an endless body', async () => {
    const { url } = await target((_, res) => {
      const pump = (): void => {
        while (!res.destroyed && res.write('x'.repeat(16_384)));
        if (!res.destroyed) res.once('drain', pump);
      };
      pump();
    });
    const { response } = await deliver(payload, { url });
    expect(response).toMatchObject({ status: 200, bodyCut: 'too_large' });
    expect(response!.body.byteLength).toBe(maxAnswerBytes);
  });

  test('it stops when its caller aborts, before or during the delivery', async () => {
    const { url } = await rawTarget(() => {});
    expect((await deliver(payload, { url, signal: AbortSignal.abort() })).failure?.code).toBe('interrupted');
    const controller = new AbortController();
    const pending = deliver(payload, { url, signal: controller.signal });
    setImmediate(() => controller.abort());
    expect((await pending).failure?.code).toBe('interrupted');
  });

  test('it accepts an answer that comes before the whole body was sent', async () => {
    const { url } = await rawTarget((socket) =>
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n', () => socket.end()),
    );
    const big = createPayload({ name: 'big', body: Buffer.alloc(4_000_000, 'x') });
    expect((await deliver(big, { url })).response?.status).toBe(413);
  });
});

describe('deliver measures the time of each phase', () => {
  test('the phases add up to the total', async () => {
    const { url } = await target((_, res) => {
      res.write('a');
      setImmediate(() => res.end('b'));
    });
    const { timing, response } = await deliver(payload, { url });
    const { dnsMs, connectMs, tlsMs, sendMs, waitMs, bodyMs, totalMs } = timing;
    expect(tlsMs).toBeNull();
    expect(dnsMs! + connectMs! + sendMs! + waitMs! + bodyMs!).toBeCloseTo(totalMs, 1);
    expect(response!.headersMs).toBeLessThanOrEqual(totalMs);
  });

  test('incoming data is timed by the clock that deliveries share', async () => {
    const { url } = await target((_, res) => res.end('whole'));
    const turnAt = performance.now() + 10_000;
    const { timing, response } = await deliver(payload, { url, clock: () => turnAt });
    expect(response!.headersMs).toBeGreaterThan(9_000);
    expect(timing).toMatchObject({ bodyMs: 0, totalMs: response!.headersMs });
  });

  test('nothing is timed before the start, even in a turn that began earlier', async () => {
    const { url } = await target((_, res) => res.end());
    const { timing, response } = await deliver(payload, { url, clock: () => 0 });
    expect(timing).toMatchObject({ connectMs: 0, sendMs: 0, waitMs: 0, bodyMs: 0, totalMs: 0 });
    expect(response!.headersMs).toBe(0);
  });

  test('a body that ends with the connection is timed until then', async () => {
    const { url } = await rawTarget((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nok', () => setImmediate(() => socket.end()));
    });
    let now = performance.now() + 10_000;
    const { timing } = await deliver(payload, { url, clock: () => (now += 1000) });
    expect(timing.bodyMs).toBeGreaterThanOrEqual(1000);
  });

  test('phases that did not happen are null', async () => {
    const { timing } = await deliver(payload, { url: `http://127.0.0.1:${await closedPort()}/` });
    expect(timing).toMatchObject({ connectMs: null, waitMs: null, bodyMs: null });
  });
});

describe('deliver over https', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );

  async function tlsTarget(): Promise<string> {
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, res) => res.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  test('refuses an unknown issuer (tls-verified)', async () => {
    const outcome = await deliver(payload, { url: await tlsTarget() });
    expect(outcome).toMatchObject({
      response: null,
      failure: { code: 'tls', message: 'the certificate is self-signed' },
    });
  });

  test('trusts the issuer with --cacert, and times the TLS handshake', async () => {
    const outcome = await deliver(payload, { url: await tlsTarget(), ca: readFileSync(cert, 'utf8') });
    expect(outcome.response?.status).toBe(200);
    expect(outcome.timing.tlsMs).toBeGreaterThan(0);
  });

  test('accepts any certificate with --insecure', async () => {
    expect((await deliver(payload, { url: await tlsTarget(), insecure: true })).response?.status).toBe(200);
  });

  test('reports a port that does not speak TLS', async () => {
    const { port } = await rawTarget((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const outcome = await deliver(payload, { url: `https://127.0.0.1:${port}/` });
    expect(outcome.failure).toEqual({ code: 'tls', message: 'the port does not speak TLS' });
  });

  test('reports a TLS port that is asked for http', async () => {
    const outcome = await deliver(payload, { url: (await tlsTarget()).replace('https', 'http') });
    expect(['protocol', 'connection_reset']).toContain(outcome.failure?.code);
  });
});

test('files that had to be fetched and were not make the delivery fail', async () => {
  const { url } = await target();
  const report = [{ name: 'a.png', fetched: false, bytes: 0, afterMs: null }];
  const files = { report: () => report, allFetched: async () => false, end: () => {} };
  const { verdict } = await attempt(payload, { url, files, expectFetchMs: 1000 });
  expect(verdict).toMatchObject({
    delivered: true,
    passed: false,
    reason: 'expectation',
    sentence: 'not fetched within 1 s of the answer: a.png',
  });
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import type { Received } from '../../src/receiver/inspect.ts';
import { createReceiver } from '../../src/receiver/server.ts';
import { createGate, dial, openReceiver, sendRaw } from './open-receiver.ts';

const event = '{"event_type":"test_request"}';
const clock = { now: () => performance.now(), date: () => new Date() };

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });

const request = (lines: string[], body = '', start = 'POST /hook HTTP/1.1') =>
  `${[start, 'Host: h', ...lines].join('\r\n')}\r\n\r\n${body}`;

const whole = (body: string, lines: string[] = []) => request([...lines, `Content-Length: ${body.length}`], body);

describe('the receiver answers', () => {
  test('an event with 200, and reports it', async () => {
    const kept: unknown[] = [];
    const keep = async ({ id }: Received, answered: object) => void kept.push([id, answered]);
    const { url, nextTold } = await openReceiver({ keep, secret: 's' });
    const response = await post(`${url}/hook?a=1`, event, { Authorization: 'Bearer s' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.has('access-control-allow-origin')).toBe(false);

    const { received, status, answeredAfterMs } = await nextTold();
    expect(received).toMatchObject({ method: 'POST', target: '/hook?a=1', path: '/hook', auth: 'ok' });
    expect(received.body?.toString()).toBe(event);
    expect(status).toBe(200);
    expect(answeredAfterMs).toBeGreaterThan(0);
    expect(kept).toEqual([[received.id, { status: 200 }]]);
  });

  const big = 'x'.repeat(200);
  test.each<[number, string, string, RegExp]>([
    [404, 'another path', request([], '', 'POST /other HTTP/1.1'), /on \/hook/],
    [403, 'a web page', request(['Origin: http://evil']), /a web page/],
    [405, 'GET', request([], '', 'GET /hook HTTP/1.1'), /\r\nAllow: POST\r\n/],
    [401, 'no secret', whole(event), /\r\nWWW-Authenticate: Bearer\r\n/],
    [401, 'two secrets', whole(event, ['Authorization: Bearer s', 'Authorization: Bearer s']), /more than one/],
    [415, 'gzip', whole(event, ['Authorization: Bearer s', 'Content-Encoding: gzip']), /Content-Encoding/],
    [415, 'a form', whole(event, ['Authorization: Bearer s', 'Content-Type: text/plain']), /Content-Type must/],
    [413, 'declared', whole(big, ['Authorization: Bearer s']), /limit of 100 bytes/],
    [
      413,
      'chunked',
      request(['Authorization: Bearer s', 'Transfer-Encoding: chunked'], `c8\r\n${big}\r\n0\r\n\r\n`),
      /limit/,
    ],
    [400, 'no JSON', whole('{', ['Authorization: Bearer s']), /not JSON: Expected property name/],
    [400, 'no body', whole('', ['Authorization: Bearer s']), /it is empty/],
    [422, 'a breach', whole('{}', ['Authorization: Bearer s']), /R8/],
    [200, 'an unknown type', whole('{"event_type":"new"}', ['Authorization: Bearer s']), /"ok":true/],
    [200, 'absolute form', whole(event, ['Authorization: Bearer s']).replace('/hook', 'http://any.host/hook'), /"ok"/],
    [200, 'Upgrade', whole(event, ['Authorization: Bearer s', 'Connection: Upgrade', 'Upgrade: websocket']), /"ok"/],
    [200, 'Expect: x', whole(event, ['Authorization: Bearer s', 'Expect: x']), /"ok"/],
  ])('%i to a request with %s', async (status, _name, bytes, words) => {
    const keep = vi.fn<(received: Received, answered: object) => Promise<void>>(async () => {});
    const { port, nextTold } = await openReceiver({
      secret: 's',
      path: '/hook',
      maxBodyBytes: 100,
      strict: true,
      keep,
    });
    const connection = await dial(port);
    connection.socket.write(bytes);
    const answer = await connection.until('}');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(words);
    expect(answer).not.toMatch(/access-control/i);
    expect(keep.mock.calls[0]?.[1]).toEqual({ status });
    const told = await nextTold();
    expect(told.status).toBe(status);
    expect(told.received.body === null).toBe(![200, 400, 422].includes(status));

    // The same connection goes on where the request was all there.
    connection.socket.write(whole(event, ['Authorization: Bearer s', 'X-Second: 1']));
    expect(await connection.until('"ok":true}')).toMatch(/HTTP\/1.1 200 OK/);
  });

  test('a HEAD without a body', async () => {
    const { port } = await openReceiver();
    const answer = await sendRaw(port, request(['Connection: close'], '', 'HEAD / HTTP/1.1'));
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  test('CONNECT with 405, and closes the connection', async () => {
    const { port } = await openReceiver();
    const answer = await sendRaw(port, 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 405 Method Not Allowed\r\n[^]*Allow: POST[^]*Connection: close/);
  });

  test('Expect: 100-continue with a request for the body only if it needs the body', async () => {
    const { port } = await openReceiver({ secret: 's' });
    const lines = ['Expect: 100-continue', `Content-Length: ${event.length}`, 'Authorization: Bearer s'];
    const good = await dial(port);
    good.socket.write(request(lines));
    expect(await good.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    good.socket.write(event);
    await good.until('"ok":true}');

    const refused = await sendRaw(port, request(lines.slice(0, 2)));
    expect(refused).toMatch(/^HTTP\/1.1 401 [^]*Connection: close/);
  });

  test('a client that closes its sending side early', async () => {
    const { keep, isAsked, release } = createGate();
    const { port } = await openReceiver({ keep });
    const connection = await dial(port);
    connection.socket.end(whole(event));
    await isAsked;
    // By the time that others were served, its end has long been seen.
    for (let times = 0; times < 3; times += 1) await sendRaw(port, 'no HTTP\r\n\r\n');
    release();
    expect((await connection.ended()).text).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('the receiver answers the next event after any input', () => {
  const chunked = ['Transfer-Encoding: chunked'];
  test.each<[string, string | Buffer, RegExp]>([
    ['no HTTP', '\u0016\u0003\u0001 hello\r\n\r\n', /^HTTP\/1.1 400 /],
    ['both lengths', request([...chunked, 'Content-Length: 3'], '0\r\n\r\n'), /^HTTP\/1.1 400 /],
    ['two Content-Lengths', request(['Content-Length: 3', 'Content-Length: 4'], 'abc'), /^HTTP\/1.1 400 /],
    ['a bad chunk size', request(chunked, 'zz\r\n'), /^HTTP\/1.1 400 /],
    ['a huge header', request([`X: ${'x'.repeat(5_000_000)}`]), /^HTTP\/1.1 431 /],
    ['a bare line feed', `POST / HTTP/1.1\nHost: h\n\n`, /^HTTP\/1.1 400 /],
    ['no Host', 'POST / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400 /],
    ['deep JSON', whole('['.repeat(100_000), ['Connection: close']), /^HTTP\/1.1 400 [^]*deeper/],
    ['invalid UTF-8', Buffer.from(whole('"\xff"', ['Connection: close']), 'latin1'), /^HTTP\/1.1 400 [^]*UTF-8/],
    ['odd escapes in the target', request(['Connection: close'], '', 'POST /%zz%00?%e0 HTTP/1.1'), /^HTTP\/1.1 400 /],
    ['a target that is no URL', request(['Connection: close'], '', 'POST http://[::x HTTP/1.1'), /^HTTP\/1.1 400 /],
    ['a large body to 401', whole('x'.repeat(4_000_000), ['Connection: close', 'X-Wrong: 1']), /^HTTP\/1.1 413 /],
  ])('it does so after %s', async (_name, bytes, answer) => {
    const { port, url } = await openReceiver({ maxBodyBytes: 1_000_000 });
    expect(await sendRaw(port, bytes)).toMatch(answer);
    expect((await post(url, event)).status).toBe(200);
  });

  test('it accepts chunks of one byte', async () => {
    const { port, nextTold } = await openReceiver();
    const body = `{"event_type":"${'x'.repeat(5000)}"}`;
    const chunks = [...body].map((character) => `1;a=b\r\n${character}\r\n`).join('');
    const answer = await sendRaw(
      port,
      request([...chunked, 'Connection: close'], `${chunks}0\r\nX-Trailer: 1\r\n\r\n`),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect((await nextTold()).received.body?.toString()).toBe(body);
  });

  test('it answers an endless body at once, and does not keep it', async () => {
    const { port, url, nextTold } = await openReceiver({ maxBodyBytes: 1000 });
    const connection = await dial(port);
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    connection.socket.write(request(chunked, chunk.repeat(3)));
    expect((await connection.ended()).text).toMatch(/^HTTP\/1.1 413 [^]*Connection: close/);
    connection.socket.write(chunk.repeat(1000));
    expect(await nextTold()).toMatchObject({ status: 413, received: { body: null } });
    expect((await post(url, event)).status).toBe(200);
  });

  test('it survives a client that leaves in the middle of a body', async () => {
    const { port, url, nextTold } = await openReceiver();
    for (const leave of ['destroy', 'resetAndDestroy'] as const) {
      const connection = await dial(port);
      connection.socket.write(request(['Expect: 100-continue', 'Content-Length: 100']));
      await connection.until('100 Continue');
      connection.socket[leave]();
    }
    expect((await post(url, event)).status).toBe(200);
    expect(await nextTold()).toMatchObject({ status: 200 });
  });

  test('it survives a client that closes its side in the middle of a body', async () => {
    const { port } = await openReceiver();
    const connection = await dial(port);
    connection.socket.end(request(['Content-Length: 100'], 'abc'));
    expect((await connection.ended()).text).toMatch(/^HTTP\/1.1 400 /);
  });

  test('it answers a good request before broken bytes first', async () => {
    const { port } = await openReceiver({ keep: () => new Promise((resolve) => void setImmediate(resolve)) });
    const answer = await sendRaw(port, `${whole(event)}\u0000\u0000\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 [^]*Connection: close[^]*\{"ok":true\}$/);
  });

  test.each([
    ['kept', () => new Promise((resolve) => void setImmediate(resolve))],
    ['not kept', undefined],
  ])('it answers every good request before broken bytes, if they are %s', async (_, keep) => {
    const { port } = await openReceiver({ keep });
    const answer = await sendRaw(port, `${whole(event).repeat(3)}BAD\u0001\r\n\r\n`);
    expect(answer.match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(['200', '200', '200']);
    expect(answer.match(/Connection: close/g)).toHaveLength(1);
  });

  test('it answers pipelined requests in order', async () => {
    const { port } = await openReceiver();
    const last = request(['Connection: close'], '', 'GET / HTTP/1.1');
    const answer = await sendRaw(port, whole(event) + whole('{') + whole(event) + last);
    expect(answer.match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(['200', '400', '200', '405']);
  });

  const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'];
  test.each<[string, string[]]>([
    ['first', [whole(event, upgrade), whole('{'), whole(event)]],
    ['second', [whole(event), whole('{', upgrade), whole(event)]],
    ['without a body', [request(upgrade, '', 'GET /hook HTTP/1.1'), whole(event), whole('{')]],
    ['twice in a row', [whole(event, upgrade), whole('{', upgrade), whole(event, upgrade)]],
    [
      'to WebSocket',
      [whole(event, ['connection: keep-alive,upgrade', 'Upgrade: websocket']), whole('{'), whole(event)],
    ],
  ])(
    'a request that asks for another protocol is answered as HTTP/1.1, and so is what comes behind it: %s',
    async (_name, requests) => {
      const { port, nextTold } = await openReceiver();
      const expected = requests.map((bytes) => (bytes.startsWith('GET') ? 405 : bytes.endsWith('{') ? 400 : 200));
      for (const parts of [[requests.join('')], [...requests.join('')]]) {
        const connection = await dial(port);
        for (const part of parts) connection.socket.write(part);
        connection.socket.end();
        const { text } = await connection.ended();
        expect([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))).toEqual(expected);
        for (const [at, status] of expected.entries()) {
          const told = await nextTold();
          const sent = requests[at]!.split('\r\n').find((line) => /^connection:/i.test(line));
          const [, connectionHeader] = told.received.rawHeaders.find(([name]) => /^connection$/i.test(name)) ?? [];
          expect([told.status, connectionHeader]).toEqual([status, sent?.split(': ')[1]]);
        }
      }
    },
  );

  test('it answers with 200 idle connections open', async () => {
    const { port, url, receiver } = await openReceiver();
    const idle = await Promise.all(Array.from({ length: 200 }, () => dial(port)));
    expect((await post(url, event)).status).toBe(200);
    await receiver.close({ graceMs: 60_000 });
    await Promise.all(idle.map((connection) => connection.ended()));
  });
});

describe('keep and onReceived are called for each request', () => {
  test('an event that cannot be kept is not acknowledged', async () => {
    const body = Readable.from(['never']);
    const { url, nextTold } = await openReceiver({
      keep: async () => Promise.reject(new Error('ENOSPC /secret/path')),
      answer: () => ({ status: 200, headers: {}, body }),
    });
    const response = await post(url, event);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: 'the event could not be recorded, so it is not acknowledged' });
    expect((await nextTold()).status).toBe(500);
    expect(body.destroyed).toBe(true);
    expect((await post(url, event, { Origin: 'null' })).status).toBe(500);
  });

  test('an observer that throws or rejects has no effect on the answer', async () => {
    for (const onReceived of [() => expect.unreachable(), async () => Promise.reject(new Error('x'))]) {
      const { url } = await openReceiver({ onReceived });
      expect((await post(url, event)).status).toBe(200);
      expect((await post(url, event)).status).toBe(200);
    }
  });
});

describe('the answer option', () => {
  test('replaces a 200, and nothing else', async () => {
    const answer = vi.fn<() => { status: number; headers: Record<string, string>; body: Buffer }>(() => ({
      status: 503,
      headers: { 'Retry-After': '1', 'content-length': '999', Connection: 'upgrade' },
      body: Buffer.from('ж'),
    }));
    const { url, nextTold } = await openReceiver({ answer });
    const response = await post(url, event);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '1', 'ж']);
    expect((await nextTold()).status).toBe(503);
    expect((await post(url, '{')).status).toBe(400);
    expect(answer).toHaveBeenCalledOnce();
  });

  test('sends the bytes of a header unchanged', async () => {
    const headers = { 'X-Own': 'caf\xe9' };
    const { port } = await openReceiver({ answer: () => ({ status: 200, headers, body: 'ж' }) });
    expect(await sendRaw(port, whole(event, ['Connection: close']))).toMatch(/X-Own: caf\xe9\r\n[^]*\r\n\r\n\xd0\xb6$/);
  });

  test('sends a 204 without body and length', async () => {
    const { url } = await openReceiver({ answer: () => ({ status: 204, headers: {}, body: 'x' }) });
    const response = await post(url, event);
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([204, null, '']);
  });

  test.each<[string, () => never | { status: number; headers: Record<string, string>; body: string }]>([
    ['throws', () => expect.unreachable()],
    ['has a header with a line break', () => ({ status: 200, headers: { X: 'a\r\nb' }, body: '' })],
    ['has a status of 42', () => ({ status: 42, headers: {}, body: '' })],
  ])('leads to a 500 when it %s', async (_name, answer) => {
    const { url, nextTold } = await openReceiver({ answer });
    expect((await post(url, event)).status).toBe(500);
    expect((await nextTold()).status).toBe(500);
  });

  test('sends nothing for a hang, until the client leaves', async () => {
    const signals: AbortSignal[] = [];
    const { port, url, nextTold } = await openReceiver({
      answer: ({ path }, proposed, signal) => (signals.push(signal), path === '/hook' ? { action: 'hang' } : proposed),
    });
    const connection = await dial(port);
    connection.socket.write(whole(event));
    expect((await post(url, event)).status).toBe(200);
    expect((await nextTold()).status).toBe(200);
    expect(connection.received()).toBe('');
    connection.socket.end();
    expect(await nextTold()).toMatchObject({ status: null, received: { path: '/hook' } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test('aborts its signal when the client leaves during the wait', async () => {
    const { port, nextTold } = await openReceiver({
      answer: async (_received, proposed, signal) => {
        connection.socket.destroy();
        await once(signal, 'abort');
        return proposed;
      },
    });
    const connection = await dial(port);
    connection.socket.write(whole(event));
    expect(await nextTold()).toMatchObject({ status: null, received: { eventType: 'test_request' } });
  });

  test('records a client that leaves during the wait as not answered', async () => {
    const kept: unknown[] = [];
    const { port, nextTold } = await openReceiver({
      keep: async (_received, answered) => void kept.push(answered),
      answer: async (_received, proposed, signal) => {
        connection.socket.destroy();
        await once(signal, 'abort');
        return proposed;
      },
    });
    const connection = await dial(port);
    connection.socket.write(whole(event));
    expect((await nextTold()).status).toBeNull();
    expect(kept).toEqual([{ status: null }]);
  });

  test('breaks the connection for a reset', async () => {
    const { port, nextTold } = await openReceiver({ answer: () => ({ action: 'reset' }) });
    const connection = await dial(port);
    connection.socket.write(whole(event));
    expect(await connection.ended()).toEqual({ text: '', reset: true });
    expect((await nextTold()).status).toBeNull();
  });

  test('sends a stream as it arrives', async () => {
    const body = new PassThrough();
    const { port, nextTold } = await openReceiver({ answer: () => ({ status: 201, headers: { 'X-A': '1' }, body }) });
    const connection = await dial(port);
    connection.socket.write(whole(event, ['Connection: close']));
    expect(await connection.until('\r\n\r\n')).toMatch(/^HTTP\/1.1 201 [^]*X-A: 1/);
    body.write('one');
    await connection.until('one');
    body.end('two');
    expect((await connection.ended()).text).toMatch(/two\r\n0\r\n\r\n$/);
    expect((await nextTold()).status).toBe(201);
  });

  test('breaks off the answer when its stream breaks, and only that answer', async () => {
    const { url } = await openReceiver({
      keep: () => new Promise((resolve) => void setImmediate(resolve)),
      answer: ({ path }, proposed) => {
        if (path !== '/broken') return proposed;
        const body = new PassThrough();
        body.destroy(new Error('upstream'));
        return { status: 200, headers: { 'Content-Length': '10' }, body };
      },
    });
    await expect(post(`${url}/broken`, event).then((response) => response.text())).rejects.toThrow('terminated');
    expect((await post(url, event)).status).toBe(200);
  });
});

describe('the receiver listens and closes', () => {
  test('its URL includes the path', async () => {
    const { url, port } = await openReceiver({ path: '/hook' });
    expect(url).toBe(`http://127.0.0.1:${port}/hook`);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
  test.skipIf(!hasIpv6)('its URL has an IPv6 address in brackets', async () => {
    const receiver = createReceiver({ clock });
    const { url, port } = await receiver.listen({ port: 0, host: '::1' });
    await receiver.close();
    expect(url).toBe(`http://[::1]:${port}`);
  });

  test("a taken port is reported as Node's own error", async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const receiver = createReceiver({ clock });
    await expect(receiver.listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await receiver.close();
    other.close();
  });

  test('close lets a request in flight finish, and can be called twice', async () => {
    const { keep, isAsked, release } = createGate();
    const { port, receiver } = await openReceiver({ keep });
    const connection = await dial(port);
    connection.socket.write(request(['Expect: 100-continue', `Content-Length: ${event.length}`]));
    await connection.until('100 Continue');
    const closed = receiver.close({ graceMs: 60_000 });
    connection.socket.write(event);
    await isAsked;
    release();
    expect((await connection.ended()).text).toMatch(/200 OK[^]*Connection: close[^]*"ok":true/);
    await Promise.all([closed, receiver.close()]);
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('close lets every pipelined request have its answer, and reports each one first', async () => {
    const { keep, isAsked, release } = createGate();
    const { port, receiver, toldStatuses } = await openReceiver({ keep });
    const connection = await dial(port);
    connection.socket.write(whole(event).repeat(3));
    await isAsked;
    const closed = receiver.close({ graceMs: 60_000 });
    release();
    const { text } = await connection.ended();
    expect(text.match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(['200', '200', '200']);
    await closed;
    expect(toldStatuses()).toEqual([200, 200, 200]);
  });

  test('close reports a hanging request before it is done', async () => {
    const { keep, isAsked, release } = createGate();
    const { port, receiver, toldStatuses } = await openReceiver({ answer: () => ({ action: 'hang' }), keep });
    const connection = await dial(port);
    connection.socket.write(whole(event));
    await isAsked;
    release();
    await receiver.close({ graceMs: 20 });
    expect(toldStatuses()).toEqual([null]);
  });

  test('close reports a pipelined request behind the last answer as not answered', async () => {
    const { port, receiver, toldStatuses } = await openReceiver();
    const last = request(['Connection: close', `Content-Length: ${event.length}`], event);
    const text = await sendRaw(port, last + whole(event));
    await receiver.close();
    expect(toldStatuses().filter((status) => status === 200)).toHaveLength(text.match(/HTTP\/1.1 200/g)!.length);
  });

  test('close does not wait for a hanging request', async () => {
    const { keep, isAsked, release } = createGate();
    const { port, receiver, nextTold } = await openReceiver({ answer: () => ({ action: 'hang' }), keep });
    const connection = await dial(port);
    connection.socket.write(whole(event));
    await isAsked;
    release();
    await receiver.close({ graceMs: 20 });
    await connection.ended();
    expect((await nextTold()).status).toBeNull();
  });
});

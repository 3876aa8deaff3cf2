import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createForward } from '../../src/commands/listen/forward.ts';
import type { Answered } from '../../src/receiver/request-lifecycle.ts';
import { closedPort, rawTarget, target } from '../helpers/target.ts';
import { dial, openReceiver } from '../receiver/open-receiver.ts';

const event = '{"event_type":"test_request"}';

/** A receiver that passes on to `url`, and what it kept of each. */
async function forwarding(
  url: string,
  { timeoutMs, ...rest }: { timeoutMs?: number; secret?: string; strict?: boolean } = {},
) {
  const answer = createForward({ url: new URL(url), timeoutMs });
  const kept: Answered[] = [];
  const opened = await openReceiver({ answer, keep: async (_, answered) => void kept.push(answered), ...rest });
  return { ...opened, kept };
}

/** An app that gets the bytes of the body. */
async function app(answer: RequestListener): Promise<{ url: string; bodies: Buffer[]; requests: IncomingMessage[] }> {
  const bodies: Buffer[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      requests.push(req);
      answer(req, res);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?own=1`, bodies, requests };
}

const post = (url: string, body: string | Buffer = event, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, redirect: 'manual', headers: { 'Content-Type': 'application/json', ...headers } });

const raw = (lines: string[], body: string) => ['POST /x?y HTTP/1.1', 'Host: h', ...lines, '', body].join('\r\n');

describe('--forward passes the event on to the app', () => {
  test.each<[string, Buffer]>([
    ['odd blanks and Cyrillic', Buffer.from('{ "event_type":\n"test_request", "ж":"\\u0436"}\n')],
    ['large', Buffer.from(`{"event_type":"${'x'.repeat(4_000_000)}"}`)],
  ])('it sends the same bytes: %s', async (_name, body) => {
    const { url: to, bodies } = await app((_, res) => res.end());
    const { url } = await forwarding(to);
    expect((await post(url, body)).status).toBe(200);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]!.equals(body)).toBe(true);
  });

  test('it sends a chunked body with a length', async () => {
    const { url: to, bodies, requests } = await app((_, res) => res.end());
    const { port } = await forwarding(to);
    const connection = await dial(port);
    const chunks = [...event].map((character) => `1\r\n${character}\r\n`).join('');
    connection.socket.write(raw(['Transfer-Encoding: chunked', 'Expect: 100-continue'], `${chunks}0\r\n\r\n`));
    await connection.until(' 200 OK');
    expect(bodies.map(String)).toEqual([event]);
    expect(requests[0]!.headers).toMatchObject({ 'content-length': String(event.length) });
    expect(requests[0]!.headers).not.toHaveProperty('expect');
  });

  test('it sends the headers without those of the connection, to the URL as it is', async () => {
    const { url: to, requests } = await app((_, res) => res.end());
    const { port } = await forwarding(to, { secret: 's3cret' });
    const connection = await dial(port);
    const headers = ['aUTHORIZATION: Bearer s3cret', 'User-Agent: Suvvy/1', 'X-A: 1', 'X-A: 2', 'X-Own: gone'];
    const hops = ['Connection: X-Own, keep-alive', 'Keep-Alive: 5', 'TE: trailers', 'Proxy-Authorization: p'];
    connection.socket.write(
      raw([...headers, ...hops, 'Content-Type: application/json', `Content-Length: ${event.length}`], event),
    );
    await connection.until(' 200 OK');
    const { method, url, rawHeaders } = requests[0]!;
    expect([method, url]).toEqual(['POST', '/hook?own=1']);
    const first = ['Host', new URL(to).host, 'aUTHORIZATION', 'Bearer s3cret', 'User-Agent', 'Suvvy/1'];
    const then = ['X-A', '1', 'X-A', '2', 'Content-Type', 'application/json'];
    const own = ['Suvvy-Hook-Via', expect.stringMatching(/^[0-9a-f]{16}$/)];
    const last = [...own, 'Content-Length', String(event.length), 'Connection', 'close'];
    expect(rawHeaders).toEqual([...first, ...then, ...last]);
  });

  test('it sends nothing of a refused request', async () => {
    const { url: to, requests } = await app((_, res) => res.end());
    const { url } = await forwarding(to, { secret: 's', strict: true });
    const auth = { Authorization: 'Bearer s' };
    expect((await post(url)).status).toBe(401);
    expect((await post(url, event, { Authorization: 'Bearer t' })).status).toBe(401);
    expect((await post(url, Buffer.from('"\xff"', 'latin1'), auth)).status).toBe(400);
    expect((await post(url, '{}', auth)).status).toBe(422);
    expect(requests).toEqual([]);
    expect((await post(url, event, auth)).status).toBe(200);
    expect(requests).toHaveLength(1);
  });
});

describe('--forward returns the answer of the app', () => {
  test('it returns status, headers, also repeated ones, and the bytes', async () => {
    const body = Buffer.from([0xff, 0, 0xfe, 10]);
    const { url: to } = await app((_, res) => {
      res.setHeader('Set-Cookie', ['a=1', 'b=2']);
      res.writeHead(418, {
        'X-App': '1',
        'Content-Encoding': 'none',
        'Keep-Alive': 'timeout=9',
      });
      res.end(body);
    });
    const { url, kept } = await forwarding(to);
    const response = await post(url);
    expect(response.status).toBe(418);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-app')).toBe('1');
    expect(response.headers.get('keep-alive')).not.toBe('timeout=9');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
    expect(kept).toMatchObject([{ status: 418, forwarded: { status: 418, reason: 'status', bodyBroken: false } }]);
  });

  test('every byte of a header arrives as it was sent, to the app and back from it, in ISO 8859-1 and in UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(Array.from({ length: 128 }, (_, at) => at + 128)),
      Buffer.from(' жук 🙂'),
    ]).toString('latin1');
    const requests: string[] = [];
    const statuses = ['200 OK', '204 No Content'];
    const { url: to } = await rawTarget((socket, first) => {
      requests.push(first.toString('latin1'));
      const answer = `HTTP/1.1 ${statuses.shift()}\r\nX-App: ${bytes}\r\nConnection: close\r\n\r\n`;
      socket.end(Buffer.from(answer, 'latin1'));
    });
    const { port } = await forwarding(to);
    for (const status of [200, 204]) {
      const connection = await dial(port);
      const lines = [`X-Sender: ${bytes}`, 'Connection: close', `Content-Length: ${event.length}`];
      connection.socket.write(Buffer.from(raw(lines, event), 'latin1'));
      const { text } = await connection.ended();
      expect(text).toContain(`HTTP/1.1 ${status}`);
      expect(text).toContain(`X-App: ${bytes}\r\n`);
      expect(requests.pop()).toContain(`X-Sender: ${bytes}\r\n`);
    }
  });

  test('it returns a 204 without a length, whatever the app says', async () => {
    const { url: to } = await rawTarget((socket) => socket.end('HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n'));
    const { url } = await forwarding(to);
    const response = await post(url);
    expect([response.status, response.headers.get('content-length')]).toEqual([204, null]);
  });

  test('it returns a redirect unchanged, without following it', async () => {
    const elsewhere = await target();
    const { url: to } = await app((_, res) => res.writeHead(307, { Location: elsewhere.url }).end());
    const { url } = await forwarding(to);
    const response = await post(url);
    expect([response.status, response.headers.get('location')]).toEqual([307, elsewhere.url]);
    expect(elsewhere.seen).toEqual([]);
  });

  test('it returns the body as it arrives, as a stream', async () => {
    const news = new EventEmitter();
    const { url: to } = await app((_, res) => {
      res.write('first');
      news.once('go', () => res.end('last'));
    });
    const { port } = await forwarding(to);
    const connection = await dial(port);
    connection.socket.write(raw(['Connection: close', `Content-Length: ${event.length}`], event));
    expect(await connection.until('first')).not.toContain('last');
    news.emit('go');
    expect((await connection.ended()).text).toMatch(/last\r\n0\r\n\r\n$/);
  });

  test('it reads the body no faster than the sender does', async () => {
    let written = 0;
    const { url: to } = await app((req, res) => {
      if (req.headers['x-small']) return void res.end();
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        do written += chunk.length;
        while (res.write(chunk));
      };
      res.on('drain', more);
      more();
    });
    const { port, url } = await forwarding(to);
    const connection = await dial(port);
    connection.socket.pause();
    connection.socket.write(raw([`Content-Length: ${event.length}`], event));
    // It has stopped once it writes no more while many others are served.
    for (let before = -1, calm = 0; calm < 20; before = written) {
      await post(url, event, { 'X-Small': '1' });
      calm = written === before && written > 0 ? calm + 1 : 0;
      expect(written).toBeLessThan(64 * 1024 * 1024);
    }
    connection.socket.destroy();
  });

  test('it breaks off if the body breaks off, and reports it', async () => {
    const { url: to } = await rawTarget((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      socket.end();
    });
    const { url, nextTold, kept } = await forwarding(to);
    const response = await post(url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect((await nextTold()).status).toBe(200);
    expect(kept).toMatchObject([{ forwarded: { status: 200, bodyBroken: true } }]);
  });
});

describe('--forward without an answer of the app', () => {
  test('is a 502 when nothing listens', async () => {
    const { host, href } = new URL(`http://127.0.0.1:${await closedPort()}/`);
    const { url, kept, nextTold } = await forwarding(href);
    const response = await post(url);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ error: 'the app behind this receiver did not answer' });
    const message = `nothing listens on ${host} (R1)`;
    expect(kept).toMatchObject([{ status: 502, forwarded: { status: null, reason: 'connection_refused', message } }]);
    expect((await nextTold()).status).toBe(502);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['an end', (socket) => socket.end()],
    ['no HTTP', (socket) => socket.end('hello\r\n\r\n')],
    ['101', (socket) => socket.end('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')],
    ['099', (socket) => socket.end('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n')],
  ])('is a 502 for %s, and the next event is answered', async (_name, speak) => {
    const { url: to } = await rawTarget(speak);
    const { url } = await forwarding(to);
    expect((await post(url)).status).toBe(502);
    expect((await post(url)).status).toBe(502);
  });

  test('is a 502 also after interim answers', async () => {
    const { url: to } = await rawTarget((socket) =>
      socket.end('HTTP/1.1 103 Early\r\nX: 1\r\n\r\nHTTP/1.1 201 OK\r\nContent-Length: 2\r\n\r\nok'),
    );
    const { url } = await forwarding(to);
    const response = await post(url);
    expect([response.status, await response.text()]).toEqual([201, 'ok']);
  });

  test('is a 504 at the deadline, and the connection to the app is closed', async () => {
    const news = new EventEmitter();
    const { url: to } = await rawTarget((socket) => socket.once('close', () => news.emit('gone')));
    const gone = once(news, 'gone');
    const { url, kept } = await forwarding(to, { timeoutMs: 30 });
    expect((await post(url)).status).toBe(504);
    await gone;
    expect(kept).toMatchObject([{ status: 504, forwarded: { status: null, reason: 'timeout' } }]);
    expect(kept[0]!.forwarded!.ms).toBeGreaterThan(28);
  });

  test('is no 504 for a body that takes longer than the deadline', async () => {
    const { url: to } = await app((_, res) => {
      res.write('a');
      setTimeout(() => res.end('b'), 250);
    });
    const { url } = await forwarding(to, { timeoutMs: 200 });
    expect(await (await post(url)).text()).toBe('ab');
  });
});

describe('--forward when the sender leaves', () => {
  test.each(['', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'])(
    'closes the connection to the app after %j',
    async (said) => {
      const news = new EventEmitter();
      const { url: to } = await rawTarget((socket) => {
        socket.once('close', () => news.emit('gone'));
        if (said) socket.write(said);
        news.emit('asked');
      });
      const { port, nextTold, kept } = await forwarding(to);
      const asked = once(news, 'asked');
      const gone = once(news, 'gone');
      const connection = await dial(port);
      connection.socket.write(raw([`Content-Length: ${event.length}`], event));
      await asked;
      if (said) await connection.until('half');
      connection.socket.destroy();
      await gone;
      expect((await nextTold()).status).toBe(said ? 200 : null);
      expect(kept).toMatchObject([{ forwarded: { status: said ? 200 : null, bodyBroken: false } }]);
    },
  );

  test('closes it also when the receiver ends, and records and reports the event', async () => {
    const news = new EventEmitter();
    const { url: to } = await rawTarget(() => news.emit('asked'));
    const { port, receiver, nextTold, kept } = await forwarding(to);
    const asked = once(news, 'asked');
    const connection = await dial(port);
    connection.socket.write(raw([`Content-Length: ${event.length}`], event));
    await asked;
    await receiver.close({ graceMs: 20 });
    expect(kept).toMatchObject([{ status: null, forwarded: { status: null, reason: 'interrupted' } }]);
    expect((await nextTold()).status).toBeNull();
  });
});

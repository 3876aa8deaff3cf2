import type { IncomingMessage } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { createInFlight } from '../../src/receiver/limits/in-flight.ts';
import type { ReceiverNotice } from '../../src/receiver/limits/notices.ts';
import { dial, openReceiver } from './open-receiver.ts';

const kib = 1024;
const mib = 1024 * kib;
const event = '{"event_type":"test_request"}';
const head = (bytes: number): string =>
  `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`;

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));

/** Accounts of bodies, by their names; `gone` has those that had to go. */
function accounts(maxBytes: number) {
  const gone: string[] = [];
  const onCrowded = vi.fn<() => void>();
  const inFlight = createInFlight(onCrowded, maxBytes);
  const body = (name: string) => {
    const req = { name } as unknown as IncomingMessage;
    return { ...inFlight.open(req, () => gone.push(name)), close: () => inFlight.close(req) };
  };
  return { body, gone, onCrowded };
}

describe('the limit on bodies in flight', () => {
  test('drops the largest incomplete bodies first, and no more than necessary', () => {
    const { body, gone, onCrowded } = accounts(400 * kib);
    const [small, large, middle] = [body('small'), body('large'), body('middle')];
    small.add(70 * kib);
    large.add(200 * kib);
    middle.add(130 * kib);
    expect(gone).toEqual([]);
    small.add(1);
    expect([gone, onCrowded.mock.calls.length]).toEqual([['large'], 1]);
    large.add(mib);
    small.add(199 * kib);
    expect(gone).toEqual(['large']);
  });
  test('never drops a body up to 64 KiB, or a complete one', () => {
    const { body, gone } = accounts(100 * kib);
    const complete = body('complete');
    complete.add(90 * kib);
    complete.complete(Buffer.alloc(0));
    for (const name of ['a', 'b', 'c']) body(name).add(64 * kib);
    expect(gone).toEqual([]);
    body('d').add(64 * kib + 1);
    expect(gone).toEqual(['d']);
  });
  test('counts a complete body of many objects with its size in memory, and still keeps it', () => {
    const { body, gone } = accounts(4 * mib);
    const other = body('other');
    other.add(65 * kib);
    const objects = body('objects');
    const json = Buffer.from(`[${'{},'.repeat(50_000)}0]`);
    objects.add(json.length);
    expect(gone).toEqual([]);
    objects.complete(json);
    expect(gone).toEqual([]);
    other.add(1 * mib);
    expect(gone).toEqual(['other']);
  });
  test('counts the few parts of a long text as it counts many', () => {
    const { body, gone } = accounts(400 * kib);
    const other = body('other');
    other.add(65 * kib);
    const text = body('text');
    // 100 parts of 32 bytes: 3,200 bytes more than the text.
    text.complete(Buffer.from('[,{'.padEnd(3000, 'x').repeat(100).slice(0, -97)));
    text.add(400 * kib - 65 * kib - 300 * 32);
    expect(gone).toEqual([]);
    text.add(1);
    expect(gone).toEqual(['other']);
  });
  test('frees the bytes of an answered request, and only once', () => {
    const { body, gone } = accounts(100 * kib);
    const first = body('first');
    first.add(90 * kib);
    first.complete(Buffer.alloc(0));
    first.close();
    first.close();
    body('second').add(100 * kib);
    expect(gone).toEqual([]);
    body('third').add(1);
    expect(gone).toEqual(['second']);
  });
});

describe('the limit on bodies in flight, over real sockets', () => {
  test('answers the largest of more than 128 MB of unfinished bodies 503, and an ordinary event 200', async () => {
    const onNotice = vi.fn<(notice: ReceiverNotice) => void>();
    const { port, url, toldStatuses } = await openReceiver({ onNotice });
    const part = Buffer.alloc(4.9 * mib, 'x');
    const connections = await Promise.all(Array.from({ length: 40 }, () => dial(port)));
    const refused = connections.map((connection) => connection.until(' 503 ').then(() => connection));
    for (const { socket } of connections) socket.write(Buffer.concat([Buffer.from(head(5 * mib)), part]));
    const first = await Promise.race(refused);
    expect((await first.ended()).text).toContain('too much is arriving at once');
    const answer = await fetch(url, { method: 'POST', body: event, headers: { 'Content-Type': 'application/json' } });
    expect(answer.status).toBe(200);
    expect(onNotice.mock.calls).toEqual([[{ kind: 'crowded' }]]);
    expect(toldStatuses().filter((status) => status === 503).length).toBeGreaterThan(0);
    await Promise.allSettled([...connections.map(({ socket }) => socket.destroy()), ...refused]);
  });

  test('stops reading from a connection after a hundred waiting requests', async () => {
    let asked = 0;
    const { port, url } = await openReceiver({
      answer(_received, proposed) {
        asked += 1;
        return _received.path === '/other' ? proposed : { action: 'hang' };
      },
    });
    const connection = await dial(port);
    // A request each packet of the parser's, so that it can stop in between.
    const body = event + ' '.repeat(64 * kib - event.length);
    for (let sent = 0; sent < 300; sent++) connection.socket.write(head(body.length) + body);
    for (let before = -1, calm = 0; calm < 20; before = asked) {
      const answer = await fetch(`${url}/other`, {
        method: 'POST',
        body: event,
        headers: { 'Content-Type': 'application/json' },
      });
      expect(answer.status).toBe(200);
      asked -= 1;
      calm = asked === before ? calm + 1 : 0;
    }
    expect(asked).toBeGreaterThan(90);
    expect(asked).toBeLessThan(110);
  });

  test('reads on once these are answered, so that all pipelined requests get their answers', async () => {
    const { port } = await openReceiver();
    const connection = await dial(port);
    const body = event + ' '.repeat(10 * kib);
    connection.socket.write((head(body.length) + body).repeat(450));
    connection.socket.end(`POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    const { text } = await connection.ended();
    expect(statusesIn(text)).toEqual([...Array.from({ length: 450 }, () => 200), 400]);
  });

  test('does not keep a connection forever that is no longer read', async () => {
    const { port } = await openReceiver({
      answer: () => ({ action: 'hang' }),
      patience: { requestTimeout: 100, headersTimeout: 100, connectionsCheckingInterval: 20 },
    });
    const connection = await dial(port);
    connection.socket.write((head(event.length) + event).repeat(150));
    expect((await connection.ended()).text).toBe('');
  });
});

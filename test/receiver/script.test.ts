import { EventEmitter, once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { parseScript } from '../../src/receiver/parse-script.ts';
import { createScript } from '../../src/receiver/script.ts';
import { dial, openReceiver } from './open-receiver.ts';

const event = '{"event_type":"test_request"}';

const post = (url: string, body: string | Buffer = event, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });

const raw = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${event.length}\r\n\r\n${event}`;

async function scripted(script: string, bodies?: ReadonlyMap<string, Buffer>, secret?: string) {
  const news = new EventEmitter();
  const answer = createScript(parseScript(script), bodies);
  const opened = await openReceiver({
    secret,
    answer(...args) {
      const reaction = answer(...args);
      news.emit('taken');
      return reaction;
    },
  });
  /** Resolves once the next request has taken its step. */
  return { ...opened, taken: () => once(news, 'taken') };
}

describe('a --respond script, over real sockets', () => {
  test('uses its steps in turn, and the last one forever', async () => {
    const { url } = await scripted('503x2,200,201@5ms');
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await post(url)).status);
    expect(statuses).toEqual([503, 503, 200, 201, 201, 201]);
  });

  test('does not use a step for a request that is refused', async () => {
    const { url } = await scripted('503,200', undefined, 's');
    expect((await post(url)).status).toBe(401);
    expect((await post(url, '{', { Authorization: 'Bearer s' })).status).toBe(400);
    expect((await post(url, event, { Authorization: 'Bearer s' })).status).toBe(503);
    expect((await post(url, event, { Authorization: 'Bearer s' })).status).toBe(200);
  });

  test('answers only after the delay', async () => {
    const { url, nextTold } = await scripted('200@30ms');
    expect((await post(url)).status).toBe(200);
    // A timer of Node may fire a millisecond early.
    expect((await nextTold()).answeredAfterMs).toBeGreaterThan(28);
  });

  test('resets a connection, after a delay or at once', async () => {
    const { port, nextTold } = await scripted('reset,reset@5ms');
    for (let count = 0; count < 2; count += 1) {
      const connection = await dial(port);
      connection.socket.write(raw);
      expect(await connection.ended()).toEqual({ text: '', reset: true });
      expect((await nextTold()).status).toBeNull();
    }
  });

  test('never answers a hang, but answers the next request', async () => {
    const { port, url, nextTold, taken } = await scripted('hang,200');
    const [connection] = await Promise.all([dial(port).then((to) => (to.socket.write(raw), to)), taken()]);
    expect((await post(url)).status).toBe(200);
    expect((await nextTold()).status).toBe(200);
    expect(connection.received()).toBe('');
    connection.socket.destroy();
    expect((await nextTold()).status).toBeNull();
  });

  test.each<[string, string, Buffer]>([
    ['a.json', 'application/json', Buffer.from('{"broken":')],
    ['b', 'application/json', Buffer.from('["ж"]')],
    ['c', 'text/plain; charset=utf-8', Buffer.from('жизнь')],
    ['d', 'application/octet-stream', Buffer.from([0xff, 0xfe, 0])],
    ['e', 'text/plain; charset=utf-8', Buffer.alloc(0)],
  ])('sends the body of %s as %s', async (file, type, body) => {
    const { url } = await scripted(`418:${file}`, new Map([[file, body]]));
    const response = await post(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([418, type]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
  });

  test.each([204, 304])('sends no body with %i', async (status) => {
    const { url } = await scripted(String(status));
    const response = await post(url);
    expect([response.status, await response.text()]).toEqual([status, '']);
  });
});

describe('a long delay of a --respond script ends early', () => {
  test('when the client leaves', async () => {
    const { port, nextTold, taken } = await scripted('200@1h');
    const [connection] = await Promise.all([dial(port).then((to) => (to.socket.write(raw), to)), taken()]);
    connection.socket.destroy();
    expect((await nextTold()).status).toBeNull();
  });

  test('when the receiver closes, and the request is still reported', async () => {
    const { port, receiver, nextTold, taken } = await scripted('200@1h');
    await Promise.all([dial(port).then((to) => to.socket.write(raw)), taken()]);
    await receiver.close({ graceMs: 10 });
    expect((await nextTold()).status).toBeNull();
  });
});

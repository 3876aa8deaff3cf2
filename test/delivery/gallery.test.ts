import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attempt } from '../../src/delivery/attempt.ts';
import { maxAnswerBytes } from '../../src/delivery/deliver.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { start } from '../helpers/process.ts';
import { rawTarget } from '../helpers/target.ts';
import { judgedReceivers } from './gallery-outcomes.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}', secret: 's3cret' });
const timeoutMs = 400;

test.each(judgedReceivers)(
  'deliver reports the right outcome for a receiver that $name',
  async ({ speak, reason, warnings = [] }) => {
    let connections = 0;
    const sockets: Socket[] = [];
    const { url } = await rawTarget((socket) => {
      connections += 1;
      sockets.push(socket);
      speak(socket);
    });
    const startedAt = performance.now();
    const { outcome, verdict } = await attempt(payload, { url, timeoutMs });
    expect([verdict.reason, verdict.warnings]).toEqual([reason, warnings]);
    expect(verdict.delivered).toBe(reason === null);
    // One attempt, no redirects, and no more kept than is shown.
    expect(connections).toBe(1);
    expect(outcome.response?.body.byteLength ?? 0).toBeLessThanOrEqual(maxAnswerBytes);
    expect(performance.now() - startedAt).toBeLessThan(timeoutMs + 2000);
    // And the connection is let go, whatever the receiver thinks of it.
    await Promise.all(
      sockets.map((socket) => socket.destroyed || new Promise((resolve) => socket.once('close', resolve))),
    );
  },
);

describe('judge looks at the status of a real answer', () => {
  test('it takes exactly 200 to 299 as delivered', { timeout: 60_000 }, async () => {
    let status = 100;
    const { url } = await rawTarget((socket) => {
      socket.end(`HTTP/1.1 ${status} Words\r\nContent-Length: 0\r\n\r\n`);
    });
    const delivered: number[] = [];
    for (; status <= 999; status += 1) {
      const { verdict, outcome } = await attempt(payload, { url, timeoutMs: 5000 });
      if (verdict.delivered) delivered.push(status);
      // What is below 200 only announces an answer (101 is one).
      expect(outcome.response?.status ?? status).toBe(status);
    }
    expect(delivered).toEqual(Array.from({ length: 100 }, (_, at) => 200 + at));
  });
});

describe('judge looks at the deadline of a real answer', () => {
  test.each([
    ['before', 0.5, null],
    ['after', 2, 'timeout'],
  ])('it is right about headers that come %s the deadline', async (_name, share, reason) => {
    const { url } = await rawTarget((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      setTimeout(() => socket.write('Content-Length: 0\r\n\r\n'), timeoutMs * share);
    });
    const { verdict } = await attempt(payload, { url, timeoutMs });
    expect(verdict.reason).toBe(reason);
  });
});

test.each([
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ['closes', (socket: Socket) => socket.end()],
  ['answers', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')],
])('a receiver that %s before it has read anything', async (does, act) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    act(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { verdict } = await attempt(payload, { url, timeoutMs });
  // What comes before the request is an answer to nobody, or to whoever was quick enough.
  expect(does === 'answers' ? [null, 'protocol', 'connection_reset'] : ['connection_reset', 'protocol']).toContain(
    verdict.reason,
  );
});

test.each([
  ['an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 0],
  ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nok', 0],
  ['nothing', '', 1],
])('the process ends although the receiver keeps its side open, after %s', async (_name, bytes, code) => {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.once('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const startedAt = performance.now();
  const send = start(['send', 'fixture', 'text', '--timeout', '500ms', '--url', `http://127.0.0.1:${port}/`]);
  expect((await send.exited).code).toBe(code);
  expect(performance.now() - startedAt).toBeLessThan(8000);
});

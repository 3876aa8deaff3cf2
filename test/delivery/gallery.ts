import type { Socket } from 'node:net';
import type { loadDifferences } from '../../src/load/differences.ts';

export interface BadReceiver {
  name: string;
  speak: (socket: Socket) => void;
  /** Where load mode must conclude otherwise. */
  difference?: keyof typeof loadDifferences;
}

const answer = (head: string, body = ''): ((socket: Socket) => void) => {
  return (socket) => socket.write(`HTTP/1.1 ${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
};
const raw = (bytes: string, end = false): ((socket: Socket) => void) => {
  return (socket) => (end ? socket.end(bytes, 'latin1') : socket.write(bytes, 'latin1'));
};
const ok = 'HTTP/1.1 200 OK\r\n';

/** Receivers that answer as no receiver should, or not at all: both transports have to live with them. */
export const gallery: BadReceiver[] = [
  ...[200, 204, 299, 301, 307, 400, 401, 403, 404, 500, 599, 999].map((status) => ({
    name: `status ${status}`,
    speak: answer(`${status} Words`),
  })),
  ...['000', '007'].map((status) => ({
    name: `status ${status}`,
    speak: answer(`${status} Words`),
    difference: 'status-under-100' as const,
  })),
  ...['99', '1000', 'OK'].map((status) => ({ name: `status ${status}`, speak: answer(`${status} Words`) })),
  {
    name: 'a reason phrase without end',
    speak: raw(`HTTP/1.1 200 ${'x'.repeat(300_000)}`),
    difference: 'endless-reason-phrase',
  },
  {
    name: 'a chunk extension without end',
    speak: raw(`${ok}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(300_000)}`),
    difference: 'endless-chunk-extension',
  },
  { name: 'no reason phrase', speak: answer('200') },
  { name: 'closes', speak: (socket) => socket.end() },
  { name: 'resets', speak: (socket) => socket.resetAndDestroy() },
  {
    name: 'resets within the headers',
    speak: (socket) => socket.write(`${ok}X: `, () => socket.resetAndDestroy()),
  },
  { name: 'closes within the headers', speak: raw(`${ok}X: `, true) },
  { name: 'is not HTTP', speak: raw('220 smtp.example ready\r\n', true) },
  { name: 'is HTTP/2', speak: raw('\0\0\u0012\u0004\0\0\0\0\0', true) },
  { name: 'sends an endless header', speak: raw(`${ok}X: ${'a'.repeat(200_000)}`) },
  { name: 'sends endless headers', speak: raw(ok + 'X: a\r\n'.repeat(50_000)) },
  { name: 'sends a header without a colon', speak: raw(`${ok}nonsense\r\n\r\n`) },
  { name: 'sends two lengths', speak: raw(`${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`) },
  { name: 'sends a length that is no number', speak: raw(`${ok}Content-Length: many\r\n\r\n`) },
  { name: 'sends a broken chunk', speak: raw(`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n`) },
  { name: 'sends interim answers without end', speak: raw('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(2000)) },
  {
    name: 'sends a few interim answers',
    speak: raw(
      `${'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(3)}HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n`,
    ),
  },
  {
    name: 'sends a 100 that nobody asked for',
    speak: raw(`HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 0\r\n\r\n`),
    difference: 'unasked-100',
  },
  {
    name: 'switches protocols',
    speak: raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    difference: 'switching-protocols',
  },
  { name: 'never answers', speak: () => {} },
  { name: 'hangs within the headers', speak: raw(`${ok}X: a`) },
  { name: 'hangs within the body', speak: raw(`${ok}Content-Length: 10\r\n\r\nabc`) },
  { name: 'breaks off within the body', speak: raw(`${ok}Content-Length: 10\r\n\r\nabc`, true) },
  { name: 'ends the body by closing', speak: raw(`${ok}\r\nabc`, true) },
  { name: 'sends a huge body', speak: answer('200 OK', 'x'.repeat(300_000)) },
  {
    name: 'sends more than it announced',
    speak: raw(`${ok}Content-Length: 2\r\n\r\nok and more`),
    difference: 'excess-bytes',
  },
  { name: 'says close', speak: raw(`${ok}Connection: close\r\nContent-Length: 2\r\n\r\nok`) },
];

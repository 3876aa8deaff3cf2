import type { Socket } from 'node:net';
import type { Reason, Warning } from '../../src/delivery/judge.ts';

/** A receiver that answers as no receiver should, and what Suvvy would conclude from it. */
export interface JudgedReceiver {
  name: string;
  /** Given the connection once the first byte of the request came. */
  speak: (socket: Socket) => void;
  /** Null where the event counts as delivered. */
  reason: Reason | null;
  warnings?: Warning[];
}

const ok = 'HTTP/1.1 200 OK\r\n';
const empty = `${ok}Content-Length: 0\r\n\r\n`;

const say =
  (bytes: string | Buffer): JudgedReceiver['speak'] =>
  (socket) =>
    void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
const sayAndClose =
  (bytes: string): JudgedReceiver['speak'] =>
  (socket) =>
    void socket.end(bytes, 'latin1');
const sayAndReset =
  (bytes: string): JudgedReceiver['speak'] =>
  (socket) =>
    void socket.write(bytes, 'latin1', () => setImmediate(() => socket.resetAndDestroy()));

/** Says it again and again, as fast as it is taken, until nobody takes it any more. */
const pour =
  (head: string, part: Buffer): JudgedReceiver['speak'] =>
  (socket) => {
    socket.write(head, 'latin1');
    const more = (): void => {
      while (!socket.destroyed && socket.write(part));
    };
    socket.on('drain', more);
    more();
  };
const drip =
  (bytes: string, everyMs: number): JudgedReceiver['speak'] =>
  (socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write(bytes[at++ % bytes.length]!, 'latin1'), everyMs);
    socket.once('close', () => clearInterval(timer));
  };

const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251));

/** Beyond those of `gallery.ts`. To be run with a deadline of some hundred milliseconds. */
export const judgedReceivers: JudgedReceiver[] = [
  // Stages at which it leaves.
  { name: 'resets after half a status line', speak: sayAndReset('HTTP/1.1 2'), reason: 'connection_reset' },
  { name: 'closes after half a status line', speak: sayAndClose('HTTP/1.1 2'), reason: 'connection_reset' },
  {
    name: 'closes after an interim answer',
    speak: sayAndClose('HTTP/1.1 100 Continue\r\n\r\n'),
    reason: 'connection_reset',
  },
  {
    name: 'resets after the headers',
    speak: sayAndReset(`${ok}Content-Length: 10\r\n\r\n`),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'closes within a chunk',
    speak: sayAndClose(`${ok}Transfer-Encoding: chunked\r\n\r\nff\r\nab`),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'closes without the last chunk',
    speak: sayAndClose(`${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`),
    reason: null,
    warnings: ['body_truncated'],
  },
  // Time.
  { name: 'drips its headers', speak: drip(`${ok}X: ${'x'.repeat(1000)}`, 5), reason: 'timeout' },
  { name: 'drips empty lines', speak: drip('\r\n', 5), reason: 'timeout' },
  { name: 'drips interim answers', speak: drip('HTTP/1.1 102 Processing\r\n\r\n', 5), reason: 'timeout' },
  {
    name: 'drips its body',
    speak: (socket) => {
      socket.write(`${ok}Content-Length: 100000\r\n\r\n`);
      drip('x', 5)(socket);
    },
    reason: null,
    warnings: ['body_timeout'],
  },
  { name: 'closes its side at once, and hangs', speak: (socket) => void socket.end(), reason: 'connection_reset' },
  // Size.
  {
    name: 'pours a body without an end',
    speak: pour(`${ok}Content-Length: 10000000000\r\n\r\n`, Buffer.alloc(65_536)),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'pours a body that only closing would end',
    speak: pour(`${ok}\r\n`, Buffer.alloc(65_536)),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'pours small chunks',
    speak: pour(`${ok}Transfer-Encoding: chunked\r\n\r\n`, Buffer.from('8\r\n12345678\r\n'.repeat(1000))),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'pours trailers',
    speak: pour(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`, Buffer.from('X: y\r\n'.repeat(1000))),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'pours a chunk extension',
    speak: pour(`${ok}Transfer-Encoding: chunked\r\n\r\n1;`, Buffer.alloc(65_536, 'x')),
    reason: null,
    warnings: ['body_truncated'],
  },
  { name: 'pours a reason phrase', speak: pour('HTTP/1.1 200 ', Buffer.alloc(65_536, 'x')), reason: 'protocol' },
  { name: 'pours headers', speak: pour(ok, Buffer.from('X: y\r\n'.repeat(1000))), reason: 'protocol' },
  {
    name: 'pours interim answers',
    speak: pour('', Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100))),
    reason: 'protocol',
  },
  { name: 'pours empty lines', speak: pour('', Buffer.from('\r\n'.repeat(1000))), reason: 'timeout' },
  { name: 'pours noise', speak: pour('', noise), reason: 'protocol' },
  // Framing.
  {
    name: 'says 204 with a body',
    speak: say('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'),
    reason: null,
    warnings: ['body_truncated'],
  },
  {
    name: 'says 304 with a body',
    speak: say('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello'),
    reason: 'redirect',
    warnings: ['body_truncated'],
  },
  {
    name: 'announces more than comes',
    speak: sayAndClose(`${ok}Content-Length: 99\r\n\r\nhello`),
    reason: null,
    warnings: ['body_truncated'],
  },
  { name: 'announces less than nothing', speak: say(`${ok}Content-Length: -1\r\n\r\n`), reason: 'protocol' },
  {
    name: 'announces 8 EiB',
    speak: say(`${ok}Content-Length: 9223372036854775807\r\n\r\n`),
    reason: null,
    warnings: ['body_timeout'],
  },
  {
    name: 'announces more than any number',
    speak: say(`${ok}Content-Length: 99999999999999999999999\r\n\r\n`),
    reason: 'protocol',
  },
  {
    name: 'says both lengths',
    speak: say(`${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    reason: 'protocol',
  },
  { name: 'answers twice', speak: say(empty + empty.replace('200 OK', '500 No')), reason: null },
  { name: 'answers in HTTP/1.0', speak: sayAndClose('HTTP/1.0 200 OK\r\n\r\nhello'), reason: null },
  { name: 'answers in HTTP/2.0', speak: say(empty.replace('1.1', '2.0')), reason: null },
  { name: 'answers in HTTP/9.9', speak: say(empty.replace('1.1', '9.9')), reason: 'protocol' },
  { name: 'answers in small letters', speak: say(empty.toLowerCase()), reason: 'protocol' },
  { name: 'begins with an empty line', speak: say(`\r\n\r\n${empty}`), reason: null },
  { name: 'begins with a blank', speak: say(` ${empty}`), reason: 'protocol' },
  { name: 'ends its lines with LF', speak: say(empty.replaceAll('\r', '')), reason: 'protocol' },
  { name: 'ends its lines with CR', speak: say(empty.replaceAll('\n', '')), reason: 'protocol' },
  { name: 'has a NUL in a header', speak: say(`${ok}X: a\0b\r\n\r\n`), reason: 'protocol' },
  { name: 'folds a header', speak: say(`${ok}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`), reason: 'protocol' },
  { name: 'is TLS', speak: say(Buffer.from('15030300020246', 'hex')), reason: 'protocol' },
  { name: 'is a page of text', speak: sayAndClose('<!doctype html><h1>hello</h1>'), reason: 'protocol' },
  // Words.
  {
    name: 'says gzip over noise',
    speak: say(Buffer.concat([Buffer.from(`${ok}Content-Encoding: gzip\r\nContent-Length: 4096\r\n\r\n`), noise])),
    reason: null,
  },
  {
    name: 'says a thousand encodings',
    speak: say(`${ok}Content-Encoding: ${Array(1000).fill('gzip').join(', ')}\r\nContent-Length: 0\r\n\r\n`),
    reason: null,
  },
  {
    name: 'sets a thousand cookies',
    speak: say(`${ok}${'Set-Cookie: a=b\r\n'.repeat(900)}Content-Length: 0\r\n\r\n`),
    reason: null,
  },
  {
    name: 'has a header called __proto__',
    speak: say(`${ok}__proto__: x\r\nconstructor: y\r\nContent-Length: 0\r\n\r\n`),
    reason: null,
  },
  {
    name: 'has control characters in its reason phrase',
    speak: say('HTTP/1.1 200 \x1b[2J\x9b31m\r\nContent-Length: 0\r\n\r\n'),
    reason: null,
  },
  {
    name: 'wants an upgrade',
    speak: say('HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n'),
    reason: 'status',
  },
  {
    name: 'wants a password',
    speak: say('HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n'),
    reason: 'status',
  },
  ...[300, 301, 302, 303, 307, 308].flatMap((status) =>
    ['/', '//evil.example/', 'javascript:alert(1)', 'http://[', '', 'x'.repeat(8000)].map((location) => ({
      name: `redirects with ${status} to "${location.slice(0, 20)}"`,
      speak: say(`HTTP/1.1 ${status} Over there\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
      reason: 'redirect' as const,
    })),
  ),
];

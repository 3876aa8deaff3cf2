import { METHODS } from 'node:http';
import { describe, expect, test } from 'vitest';
import { serverOptions } from '../../src/receiver/server.ts';
import { dial, openReceiver, type OpenReceiver } from './open-receiver.ts';

const event = '{"event_type":"test_request"}';
const secret = 's3cret';
const right = `Authorization: Bearer ${secret}`;

const head = (lines: string[], start = 'POST / HTTP/1.1'): string =>
  `${[start, 'Host: h', ...lines].join('\r\n')}\r\n\r\n`;
const sized = (body: string | Buffer, lines: string[] = []): Buffer =>
  Buffer.concat([
    Buffer.from(head([right, `Content-Length: ${Buffer.byteLength(body)}`, ...lines]), 'latin1'),
    Buffer.from(body),
  ]);
const chunked = (chunks: string, lines: string[] = []): string =>
  head([right, 'Transfer-Encoding: chunked', ...lines]) + chunks;
const oneChunk = `${event.length.toString(16)}\r\n${event}\r\n0\r\n\r\n`;
/** A request that must never be taken for one: it stands where a body, a chunk or a header of another one ends. */
const smuggled = sized(event).toString().replace('POST / ', 'POST /smuggled ');

interface Attack {
  bytes: string | Buffer;
  /** The statuses that come back, in order. */
  statuses: number[];
}

/** Sends the bytes and the end of them, and gives the statuses that came back. */
async function attack(port: number, bytes: string | Buffer): Promise<number[]> {
  const connection = await dial(port);
  connection.socket.end(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  const { text } = await connection.ended();
  return statusesIn(text);
}

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/(?:^|\n|\})HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));

/** What comes back to an ordinary event on a connection of its own: 200, unless a request was smuggled in before it. */
async function nextEvent({ port, nextTold }: OpenReceiver): Promise<number[]> {
  const statuses = await attack(port, sized(event, ['X-Ordinary: 1']));
  for (;;) {
    const { received } = await nextTold();
    if (received.path === '/smuggled') throw new Error('a request was smuggled in');
    if (received.rawHeaders.some(([name]) => name === 'X-Ordinary')) return statuses;
  }
}

const closed: number[] = [];
const broken = [400];

const framing: Record<string, Attack> = {
  'nothing at all': { bytes: '', statuses: closed },
  'a thousand empty lines': { bytes: '\r\n'.repeat(1000), statuses: closed },
  'a TLS hello': { bytes: Buffer.from('16030100c8010000c40303', 'hex'), statuses: broken },
  'the preface of HTTP/2': { bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', statuses: broken },
  noise: { bytes: Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 7919) % 251)), statuses: broken },
  'HTTP/0.9, which has no headers to bring a secret': { bytes: 'POST /\r\n\r\n', statuses: [401] },
  'HTTP/9.9': { bytes: head([], 'POST / HTTP/9.9'), statuses: broken },
  'another protocol': { bytes: head([], 'POST / SIP/2.0'), statuses: broken },
  'http in small letters': { bytes: head([], 'POST / http/1.1'), statuses: broken },
  'a response': { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', statuses: broken },
  'no target': { bytes: head([], 'POST  HTTP/1.1'), statuses: broken },
  'two targets': { bytes: head([], 'POST / / HTTP/1.1'), statuses: broken },
  'a request that ends in its headers': { bytes: 'POST / HTTP/1.1\r\nHost: h\r\nX: ', statuses: broken },
  'a header without a colon': { bytes: head(['nonsense']), statuses: broken },
  'a header without a name': { bytes: head([': value']), statuses: broken },
  'a name with a blank': { bytes: head(['X Y: z']), statuses: broken },
  'a blank before the colon': { bytes: head([`Authorization : Bearer ${secret}`]), statuses: broken },
  'a NUL in a header': { bytes: head(['X: a\0b']), statuses: broken },
  'a bare CR in a header': { bytes: head(['X: a\rb']), statuses: broken },
  'a folded header': { bytes: head(['X: a', ' b']), statuses: broken },
  'a folded secret': { bytes: head(['Authorization: Bearer', ` ${secret}`, 'Content-Length: 0']), statuses: broken },
  'bare line feeds': { bytes: sized(event).toString().replaceAll('\r\n', '\n'), statuses: broken },
  'a header of 1 MB': { bytes: head([`X: ${'x'.repeat(1e6)}`]), statuses: [431] },
  'a name of 1 MB': { bytes: head([`${'x'.repeat(1e6)}: y`]), statuses: [431] },
  'a target of 1 MB': { bytes: head([], `POST /${'x'.repeat(1e6)} HTTP/1.1`), statuses: [431] },
  '100,000 headers': { bytes: head(Array.from({ length: 1e5 }, (_, at) => `X-${at}: y`)), statuses: [431] },
  'headers just within the limit': { bytes: sized(event, [`X: ${'x'.repeat(15_000)}`]), statuses: [200] },
};

const smuggling: Record<string, Attack> = {
  'both lengths': { bytes: chunked(`0\r\n\r\n${smuggled}`, ['Content-Length: 4']), statuses: broken },
  'both lengths, the other way round': {
    bytes: head([right, 'Content-Length: 4', 'Transfer-Encoding: chunked']) + `0\r\n\r\n${smuggled}`,
    statuses: broken,
  },
  'the same length twice': { bytes: sized(event, [`Content-Length: ${event.length}`]), statuses: broken },
  'two lengths': { bytes: sized(smuggled, ['content-length: 0']), statuses: broken },
  'a list of lengths': { bytes: head([right, 'Content-Length: 0, 5']) + smuggled, statuses: broken },
  ...Object.fromEntries(
    ['+5', '-5', '0x5', '5 5', '5.0', '1e1', 'five', '99999999999999999999', ' ', '5;'].map((length) => [
      `a length of "${length}"`,
      { bytes: head([right, `Content-Length: ${length}`]) + smuggled, statuses: broken },
    ]),
  ),
  'chunked twice': { bytes: chunked(oneChunk, ['Transfer-Encoding: chunked']), statuses: broken },
  'a coding after chunked': {
    bytes: head([right, 'Transfer-Encoding: chunked, identity']) + smuggled,
    statuses: broken,
  },
  'a coding that nobody knows': { bytes: head([right, 'Transfer-Encoding: xchunked']) + smuggled, statuses: broken },
  identity: { bytes: head([right, 'Transfer-Encoding: identity']) + smuggled, statuses: broken },
  // An empty list of codings is none: without a length either there is no body, and what follows is a request of its own.
  'no coding': { bytes: head([right, 'Transfer-Encoding:']) + sized(event).toString(), statuses: [400, 200] },
  'a blank before the colon of a coding': {
    bytes: head([right, 'Transfer-Encoding : chunked', 'Content-Length: 5']) + `0\r\n\r\n${smuggled}`,
    statuses: broken,
  },
  'chunked under HTTP/1.0': {
    bytes: head([right, 'Transfer-Encoding: chunked'], 'POST / HTTP/1.0') + `0\r\n\r\n${smuggled}`,
    statuses: [400],
  },
  ...Object.fromEntries(
    ['-1', '+1', '0x1', ' 1', '1 1', 'g', '', 'ffffffffffffffffff', '1\t', '1.0'].map((size) => [
      `a chunk of size "${size}"`,
      { bytes: chunked(`${size}\r\n{\r\n0\r\n\r\n${smuggled}`), statuses: broken },
    ]),
  ),
  'a bare LF after a chunk size': { bytes: chunked(`1\n{\n0\n\n${smuggled}`), statuses: broken },
  'a chunk longer than it says': { bytes: chunked(`1\r\n{}\r\n0\r\n\r\n${smuggled}`), statuses: broken },
  'a chunk without its end': { bytes: chunked(`1\r\n{0\r\n\r\n${smuggled}`), statuses: broken },
  'a chunk that does not come': { bytes: chunked('ff\r\n{'), statuses: broken },
  'no last chunk': { bytes: chunked(`${event.length.toString(16)}\r\n${event}\r\n`), statuses: broken },
  'an LF in a chunk extension': { bytes: chunked(`1;a\nb\r\n{\r\n0\r\n\r\n${smuggled}`), statuses: broken },
  'a chunk extension of 1 MB': { bytes: chunked(`1;${'x'.repeat(1e6)}\r\n{\r\n0\r\n\r\n`), statuses: broken },
  'a secret in a trailer': {
    bytes: head(['Transfer-Encoding: chunked']) + oneChunk.replace(/\r\n$/, `${right}\r\n\r\n`),
    statuses: [401],
  },
  'a length in a trailer': { bytes: chunked(oneChunk.replace(/\r\n$/, 'Content-Length: 5\r\n\r\n')), statuses: broken },
  'trailers of 1 MB': { bytes: chunked(oneChunk.replace(/\r\n$/, `${'X: y\r\n'.repeat(2e5)}\r\n`)), statuses: [431] },
  'chunk extensions that are fine': { bytes: chunked(oneChunk.replace('\r\n', ';a=b;c="d"\r\n')), statuses: [200] },
};

const headers: Record<string, Attack> = {
  ...Object.fromEntries(
    METHODS.filter((method) => method !== 'POST' && method !== 'CONNECT').map((method) => [
      `${method}, which HTTP knows`,
      { bytes: head([right], `${method} / HTTP/1.1`), statuses: [405] },
    ]),
  ),
  ...Object.fromEntries(
    ['post', 'POSTS', 'BREW', 'P\0ST', 'PO ST', '\u007fPOST', '{}'].map((method) => [
      `the method ${JSON.stringify(method)}`,
      { bytes: sized(event).toString().replace('POST', method), statuses: broken },
    ]),
  ),
  ...Object.fromEntries(
    [
      '*',
      '//',
      '/%',
      '/%00%zz',
      '/..;/../../etc/passwd',
      'http://',
      'http://[::1/',
      '/\\..\\',
      '/?__proto__[a]=b',
      '/#x',
      'file:///etc/passwd',
    ].map((target) => [
      `the target ${target}`,
      { bytes: sized(event).toString().replace('POST / ', `POST ${target} `), statuses: [200] },
    ]),
  ),
  'a target that is a script': { bytes: head([], 'POST javascript:alert(1) HTTP/1.1'), statuses: broken },
  'a NUL in the target': { bytes: head([], 'POST /a\0b HTTP/1.1'), statuses: broken },
  'bytes above ASCII in the target': { bytes: head([], 'POST /\u00e9 HTTP/1.1'), statuses: broken },
  'a target that is a host': { bytes: head([], 'POST h:80 HTTP/1.1'), statuses: broken },
  CONNECT: { bytes: `CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n${smuggled}`, statuses: [405] },
  'an upgrade': {
    bytes: sized(event, ['Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']),
    statuses: [200],
  },
  'two hosts, neither of which decides anything': { bytes: sized(event, ['Host: other']), statuses: [200] },
  'two content types': {
    bytes: sized(event, ['Content-Type: application/json', 'Content-Type: text/plain']),
    statuses: [415],
  },
  'two encodings': { bytes: sized(event, ['Content-Encoding: identity', 'Content-Encoding: gzip']), statuses: [415] },
  'a header called __proto__': {
    bytes: sized(event, ['__proto__: x', 'constructor: y', 'toString: z']),
    statuses: [200],
  },
  'a page of another site': {
    bytes: sized(event, ['Sec-Fetch-Site: same-origin', 'sec-fetch-site: Cross-Site']),
    statuses: [403],
  },
  'an origin': { bytes: sized(event, ['Origin: http://h']), statuses: [403] },
  'an empty origin': { bytes: sized(event, ['Origin:']), statuses: [403] },
};

const withAuthorization = (...values: string[]): Buffer =>
  Buffer.from(head([...values, `Content-Length: ${event.length}`]) + event, 'latin1');

const secrets: Record<string, Attack> = {
  ...Object.fromEntries(
    [
      'Bearer s3cre',
      'Bearer s3crets',
      'Bearer S3cret',
      'bearer s3cret',
      'Bearer  s3cret',
      'Bearer\ts3cret',
      's3cret',
      'Bearer',
      '',
      'Basic s3cret',
      'Bearer s3cret, Bearer s3cret',
      'Bearer "s3cret"',
      'Bearer s3cret=',
      'Bearer 3s3cret',
      'Bearer \u00a0s3cret',
      'Bearer s3cr\u00e9t',
      'Bearer s3cret\u00a0',
      'Bearer undefined',
      'Bearer null',
      'Bearer *',
    ].map((value) => [`"${value}"`, { bytes: withAuthorization(`Authorization: ${value}`), statuses: [401] }]),
  ),
  none: { bytes: withAuthorization(), statuses: [401] },
  'the right one twice': { bytes: withAuthorization(right, right), statuses: [401] },
  'the right one, then a wrong one': { bytes: withAuthorization(right, 'authorization: Bearer x'), statuses: [401] },
  'a wrong one, then the right one': { bytes: withAuthorization('Authorization: Bearer x', right), statuses: [401] },
  'the right one, then an empty one': { bytes: withAuthorization(right, 'Authorization:'), statuses: [401] },
  'the right one, then another behind the 3000th header': {
    bytes: withAuthorization(right, ...Array.from({ length: 3000 }, () => 'a:'), 'Authorization: Bearer x'),
    statuses: [401],
  },
  'in another header': { bytes: withAuthorization(`Proxy-Authorization: Bearer ${secret}`), statuses: [401] },
  'in the target': {
    bytes: withAuthorization().toString().replace('POST / ', `POST /?authorization=Bearer%20${secret} `),
    statuses: [401],
  },
  'with blanks around it, which HTTP takes off': {
    bytes: withAuthorization(`Authorization: \t Bearer ${secret} \t`),
    statuses: [200],
  },
};

const json = (bytes: string | Buffer, ...lines: string[]): Buffer => sized(bytes, lines);

const bodies: Record<string, Attack> = {
  ...Object.fromEntries(
    ['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x', '"', 'GZIP'].map((encoding) => [
      `encoded as ${encoding}`,
      { bytes: json(event, `Content-Encoding: ${encoding}`), statuses: [415] },
    ]),
  ),
  'UTF-16': { bytes: json(Buffer.from(`\ufeff${event}`, 'utf16le')), statuses: [400] },
  'a byte order mark': { bytes: json(`\ufeff${event}`), statuses: [400] },
  'overlong UTF-8': { bytes: json(Buffer.from('{"event_type":"\xc0\xaf"}', 'latin1')), statuses: [400] },
  'surrogates as UTF-8': { bytes: json(Buffer.from('{"event_type":"\xed\xa0\x80"}', 'latin1')), statuses: [400] },
  'UTF-8 that is cut': { bytes: json(Buffer.from('{"event_type":"\xe2\x82"}', 'latin1')), statuses: [400] },
  'Latin-1': { bytes: json(Buffer.from('{"event_type":"\xe9"}', 'latin1')), statuses: [400] },
  'lone surrogates as escapes': { bytes: json('{"event_type":"\\ud800"}'), statuses: [200] },
  nothing: { bytes: json(''), statuses: [400] },
  'a NUL': { bytes: json('\0'), statuses: [400] },
  ...Object.fromEntries(
    ['null', '1', '"x"', '[]', '{}', 'true', '1e400', `${'9'.repeat(100_000)}`].map((value) => [
      `the JSON ${value.slice(0, 10)}`,
      { bytes: json(value), statuses: [200] },
    ]),
  ),
  'two JSON values': { bytes: json(`${event}${event}`), statuses: [400] },
  '200 levels': { bytes: json('['.repeat(200) + ']'.repeat(200)), statuses: [200] },
  '201 levels': { bytes: json('['.repeat(201) + ']'.repeat(201)), statuses: [400] },
  'a million arrays that open': { bytes: json('['.repeat(1e6)), statuses: [400] },
  'a million objects that open': { bytes: json('{"a":'.repeat(1e6 / 5)), statuses: [400] },
  'a million brackets in a string': { bytes: json(`{"event_type":"${'['.repeat(1e5)}"}`), statuses: [200] },
  'a string that never ends': { bytes: json(`"${'\\"'.repeat(1e5)}`), statuses: [400] },
  '__proto__ all the way': {
    bytes: json('{"__proto__":{"__proto__":{"event_type":"test_request"}}}'),
    statuses: [200],
  },
  'a hundred thousand members': {
    bytes: json(`{"event_type":"test_request",${Array.from({ length: 5e4 }, (_, at) => `"k${at}":1`).join(',')}}`),
    statuses: [200],
  },
  'a hundred thousand wrong messages': {
    bytes: json(`{"event_type":"new_messages","new_messages":[${Array.from({ length: 1e5 }, () => '{}').join(',')}]}`),
    statuses: [200],
  },
  'just the limit': { bytes: json(`${event}${' '.repeat(1e6 - event.length)}`), statuses: [200] },
  'a byte more': { bytes: json(`${event}${' '.repeat(1e6 - event.length + 1)}`), statuses: [413] },
  'announced as 8 EiB': { bytes: head([right, 'Content-Length: 9223372036854775807']), statuses: [413] },
  'chunks beyond the limit': { bytes: chunked(`186a0\r\n${' '.repeat(1e5)}\r\n`.repeat(11)), statuses: [413] },
};

describe.each(Object.entries({ framing, smuggling, headers, secrets, bodies }))(
  'an attack on %s does not stop the receiver',
  (_area, attacks) => {
    test.each(Object.entries(attacks))('it answers as it should to: %s', async (_name, { bytes, statuses }) => {
      const receiver = await openReceiver({ secret, maxBodyBytes: 1e6 });
      expect(await attack(receiver.port, bytes)).toEqual(statuses);
      expect(await nextEvent(receiver)).toEqual([200]);
    });
  },
);

/** Times that a test can wait for; Node looks after them in steps. */
const patience = { headersTimeout: 60, requestTimeout: 120, connectionsCheckingInterval: 10 };

describe('a slow client is dropped', () => {
  const part = Math.floor(event.length / 2);
  test.each<[string, string, number[]]>([
    ['nothing', '', [408]],
    ['half a request line', 'POST / HT', [408]],
    ['half of the headers', `POST / HTTP/1.1\r\nHost: h\r\n${right}\r\nX: `, [408]],
    ['half of a body', sized(event).toString().slice(0, -part), [408]],
    ['half of a chunk', chunked(oneChunk.slice(0, part)), [408]],
    ['chunks but not the last', chunked(`${event.length.toString(16)}\r\n${event}\r\n`), [408]],
    ['half of a body that is refused from its headers', sized(event, ['Origin: x']).toString().slice(0, -part), [403]],
    ['half of a second request', `${sized(event).toString()}POST / HTTP/1.1\r\nX: `, [200, 408]],
  ])('a client that sends %s, and then nothing more, is dropped', async (_name, bytes, statuses) => {
    const receiver = await openReceiver({ secret, patience });
    const connection = await dial(receiver.port);
    connection.socket.write(bytes);
    expect(statusesIn((await connection.ended()).text)).toEqual(statuses);
    expect(await nextEvent(receiver)).toEqual([200]);
  });

  test.each([
    ['headers', head([right, `X: ${'x'.repeat(10_000)}`])],
    ['a body', sized(event.padEnd(10_000)).toString()],
    ['chunks', chunked('1\r\n \r\n'.repeat(10_000))],
  ])('a client that sends %s byte by byte is dropped too', async (_name, bytes) => {
    const receiver = await openReceiver({ secret, patience });
    const connection = await dial(receiver.port);
    let at = 0;
    const drip = setInterval(() => connection.socket.write(bytes.slice(at, (at += 1)), 'latin1'), 2);
    const { text } = await connection.ended();
    clearInterval(drip);
    expect(statusesIn(text)).toEqual([408]);
    expect(at).toBeLessThan(bytes.length);
    expect(await nextEvent(receiver)).toEqual([200]);
  });

  test('the time limits are by default those that the page names', () => {
    expect(serverOptions.headersTimeout).toBe(10_000);
    expect(serverOptions.requestTimeout).toBe(20_000);
    expect(serverOptions.connectionsCheckingInterval).toBeLessThanOrEqual(2000);
  });
});

describe('many bad connections do not stop the receiver', () => {
  test('a thousand connections that stop anywhere do not hold up an event', { timeout: 30_000 }, async () => {
    const receiver = await openReceiver({ secret });
    const stops = ['', 'POST / HTTP/1.1\r\nX: ', sized(event).toString().slice(0, -5)];
    const sockets = await Promise.all(
      Array.from({ length: 1000 }, async (_, at) => {
        const { socket } = await dial(receiver.port);
        socket.write(stops[at % stops.length]!);
        return socket;
      }),
    );
    expect(await nextEvent(receiver)).toEqual([200]);
    for (const socket of sockets) socket.destroy();
    expect(await nextEvent(receiver)).toEqual([200]);
  });

  test('a thousand connections that reset in the middle do not hold up an event', { timeout: 30_000 }, async () => {
    const receiver = await openReceiver({ secret });
    await Promise.all(
      Array.from({ length: 1000 }, async (_, at) => {
        const { socket } = await dial(receiver.port);
        const bytes = sized(event);
        socket.write(bytes.subarray(0, at % bytes.length), () => socket.resetAndDestroy());
      }),
    );
    expect(await nextEvent(receiver)).toEqual([200]);
  });

  test.each<[string, string, number[]]>([
    ['nothing', '', []],
    ['half of the headers', 'POST / HTTP/1.1\r\nX: ', [400]],
    ['half of a body', sized(event).toString().slice(0, -5), [400]],
    ['all of it', sized(event).toString(), [200]],
  ])('a half-open connection is answered after %s', async (_name, bytes, statuses) => {
    const receiver = await openReceiver({ secret });
    expect(await attack(receiver.port, bytes)).toEqual(statuses);
    expect(await nextEvent(receiver)).toEqual([200]);
  });

  test('a client that never reads its answers does not affect others', async () => {
    const receiver = await openReceiver({ secret });
    const { socket } = await dial(receiver.port);
    socket.pause();
    for (let times = 0; times < 2000; times += 1) socket.write(sized(event));
    expect(await nextEvent(receiver)).toEqual([200]);
  });

  test('a body of 10 GB, chunk by chunk, is neither kept nor read to its end', async () => {
    const receiver = await openReceiver({ secret, maxBodyBytes: 1e6 });
    const connection = await dial(receiver.port);
    connection.socket.write(chunked(''));
    const chunk = Buffer.from(`10000\r\n${' '.repeat(65_536)}\r\n`);
    let sent = 0;
    const pour = (): void => {
      while (!connection.socket.destroyed && sent < 10e9 && connection.socket.write(chunk)) sent += chunk.length;
    };
    connection.socket.on('drain', pour);
    pour();
    expect(statusesIn((await connection.ended()).text)).toEqual([413]);
    connection.socket.destroy();
    expect(sent).toBeLessThan(100e6);
    expect(await nextEvent(receiver)).toEqual([200]);
  });
});

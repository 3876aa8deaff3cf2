import * as fc from 'fast-check';
import { deadlineMs } from '../../src/contract/limits.ts';
import { messageTypeNames } from '../../src/contract/message-types.ts';
import { judge, type Judged } from '../../src/delivery/judge.ts';
import type { FailureCode } from '../../src/delivery/outcome.ts';
import { bodyOf, parseEntry } from '../../src/journal/entry.ts';
import { createRedactor } from '../../src/contract/redact.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { reply } from '../../src/receiver/reply.ts';
import { createReceiver } from '../../src/receiver/server.ts';
import { cardLines } from '../../src/sinks/card.ts';
import { safe } from '../../src/text/safe.ts';
import { plainStyle } from '../helpers/fake-host.ts';
import { entryOf } from '../journal/entry-of.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { dial } from '../receiver/open-receiver.ts';

/** Fails with these words unless it holds: properties run outside of a test's own expectations. */
function must(holds: boolean, words: string): void {
  if (!holds) throw new Error(words);
}

const secret = 'tOp-s3cret';
const style = { ...plainStyle, columns: 80 };

// Events and what comes near them.

const names = fc.constantFrom(
  'event_type',
  'new_messages',
  'type',
  'message_sender',
  'text',
  'file',
  'name',
  'url',
  'size_bytes',
  'mime_type',
  'chat_id',
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
);
const words = fc.constantFrom(
  'new_messages',
  'test_request',
  ...messageTypeNames,
  'ai',
  'employee',
  secret,
  `\x1b[2J${secret}`,
  '\u202e',
  '\ud800',
  'http://a/b',
);
const leaf = fc.oneof(
  words,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
);

const { near } = fc.letrec<{ near: unknown }>((tie) => ({
  near: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('near'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(names, fc.string({ unit: 'binary', maxLength: 8 })), tie('near')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));
const message = fc.record(
  {
    type: words,
    message_sender: words,
    text: near,
    file: fc.record({ name: near, url: near, size_bytes: near, mime_type: near }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const event = fc.record(
  {
    event_type: fc.oneof(words, near),
    new_messages: fc.oneof(fc.array(message, { maxLength: 4 }), near),
    chat_id: near,
  },
  { requiredKeys: [] },
);
const json = fc.oneof({ weight: 3, arbitrary: event }, near).map((value) => Buffer.from(JSON.stringify(value) ?? ''));

/** Some of the bytes are others, some are missing. */
const damage = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(bytes, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(8)).map(([whole, hits, cut]) => {
    const hit = Buffer.from(whole);
    for (const [at, byte] of hits) if (hit.length > 0) hit[at % hit.length] = byte;
    return cut === 0 ? hit.subarray(0, Math.floor(hit.length / 2)) : hit;
  });
const body = fc.oneof(
  { weight: 3, arbitrary: json },
  damage(json),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

const redact = createRedactor(secret);

/** A body all the way: looked at, answered, shown, recorded, read back. */
export function fuzzBodies(numRuns: number): void {
  const property = fc.property(body, (bytes) => {
    const received = inspect(captureOf(bytes), { secret });
    must([200, 400].includes(reply(received).status), 'answered neither 200 nor 400');
    must([200, 400, 422].includes(reply(received, { strict: true }).status), 'under --strict answered otherwise');
    for (const verbose of [false, true]) {
      const lines = cardLines(received, { status: 200 }, { style, secret, verbose });
      must(
        lines.every((line) => safe(line) === line && !line.includes('\n')),
        'a card has something dangerous in it',
      );
      must(!redact(lines.join('\n')).replaceAll(/\s/g, '').includes(secret), 'a card has the secret in it');
    }
    const entry = entryOf(received, { status: 200 }, secret);
    const line = Buffer.from(JSON.stringify(entry));
    const again = parseEntry(line);
    must(
      typeof again === 'object' && JSON.stringify(again) === JSON.stringify(entry),
      'the journal reads back otherwise',
    );
    must(typeof again === 'object' && bodyOf(again)!.equals(bytes), 'the journal has other bytes');
  });
  fc.assert(property, { numRuns });
}

const journalLine = body.map((bytes) =>
  Buffer.from(JSON.stringify(entryOf(inspect(captureOf(bytes)), { status: 200 }, null))),
);
const nearEntry = fc
  .tuple(
    journalLine,
    fc.constantFrom(
      'v',
      'id',
      'receivedAt',
      'method',
      'path',
      'headers',
      'body',
      'bodyBase64',
      'auth',
      'eventType',
      'issues',
      'unknownFields',
      'answer',
    ),
    near,
  )
  .map(([line, member, value]) => Buffer.from(JSON.stringify({ ...JSON.parse(line.toString()), [member]: value })));

/** Lines of a journal that somebody else has been at: an entry comes out that can be used, or a word. */
export function fuzzJournalLines(numRuns: number): void {
  const property = fc.property(fc.oneof(damage(journalLine), nearEntry, body), (line) => {
    const entry = parseEntry(line);
    if (typeof entry === 'string') return must(['blank', 'bad', 'later'].includes(entry), 'another word');
    bodyOf(entry);
    must(!Number.isNaN(Date.parse(entry.receivedAt)), 'a time that is none');
    must(
      Object.values(entry.headers)
        .flat()
        .every((value) => typeof value === 'string'),
      'a header that is no text',
    );
    return must(entry.answer.status === null || Number.isInteger(entry.answer.status), 'a status that is none');
  });
  fc.assert(property, { numRuns });
}

const codes: FailureCode[] = [
  'timeout',
  'connection_refused',
  'connection_reset',
  'connect_timeout',
  'dns',
  'tls',
  'protocol',
  'interrupted',
];
const outcome: fc.Arbitrary<Judged> = fc.oneof(
  fc.record({
    failure: fc.constant(null),
    response: fc.record({
      status: fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constantFrom(199, 200, 299, 300)),
      headersMs: fc.oneof(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.constantFrom(0, deadlineMs, deadlineMs + 0.001, 1e308),
      ),
      bodyCut: fc.constantFrom(null, 'timeout', 'too_large', 'broken'),
    }),
  }),
  fc.record({
    failure: fc.record({ code: fc.constantFrom(...codes), message: fc.string() }),
    response: fc.constant(null),
  }),
);
const expectations = fc.record(
  { status: fc.constantFrom('2xx', '401', '4xx', '200'), maxTimeMs: fc.nat(30_000) },
  { requiredKeys: [] },
);

/** R1 and R2, said in one line, hold for every outcome, whatever else the user expects. */
export function fuzzJudge(numRuns: number): void {
  const property = fc.property(outcome, expectations, (judged, expected) => {
    const verdict = judge(judged, expected);
    const { response } = judged;
    const delivered =
      response !== null && response.status >= 200 && response.status <= 299 && response.headersMs <= deadlineMs;
    must(verdict.delivered === delivered, 'delivered is not what R1 and R2 say');
    must((verdict.reason === null) === (verdict.delivered && verdict.passed), 'a reason where there is none, or none');
    must((verdict.reason === null) === (verdict.sentence === null), 'a reason without words');
    must(response !== null || !verdict.passed, 'passed without an answer');
    if (Object.keys(expected).length === 0) must(verdict.passed === delivered, 'passed otherwise than delivered');
  });
  fc.assert(property, { numRuns });
}

// Requests by their grammar, with a fault here and there.

const token = fc.constantFrom(
  'POST',
  'GET',
  'PUT',
  'HEAD',
  'post',
  'CONNECT',
  'OPTIONS',
  'P ST',
  'POST\t',
  '\r\nPOST',
  '',
  '\0',
);
const target = fc.oneof(
  fc.constantFrom('/', '/hook?a=%00', '*', 'http://[::1', 'h:80', '//', '', ' ', '/\x7f', `/${'x'.repeat(17_000)}`),
  fc.webPath(),
);
const version = fc.oneof(
  { weight: 5, arbitrary: fc.constant('HTTP/1.1') },
  fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'http/1.1', 'HTTP/1', ''),
);
const value = fc.oneof(
  fc.constantFrom(
    '',
    'chunked',
    'gzip',
    '0',
    '5',
    '-1',
    '99999999999',
    'Bearer s',
    'close',
    'keep-alive',
    'Upgrade',
    '100-continue',
    'application/json',
    'text/plain',
    'x'.repeat(5000),
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
);
const field = fc
  .tuple(
    fc.constantFrom(
      'Content-Length',
      'content-length',
      'Transfer-Encoding',
      'Authorization',
      'Content-Type',
      'Content-Encoding',
      'Connection',
      'Expect',
      'Upgrade',
      'Host',
      'Origin',
      'Sec-Fetch-Site',
      'Trailer',
      'X',
      ' X',
      'X ',
      '',
    ),
    fc.constantFrom(': ', ':', ' : ', ''),
    value,
  )
  .map((parts) => parts.join(''));
const eol = fc.oneof({ weight: 9, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r', '\r\n\r\n', '\r\n '));
const chunks = fc
  .array(
    fc
      .tuple(fc.constantFrom('5', '0', '1;a=b', 'ffffffff', 'g', ''), eol, fc.constantFrom('hello', '', 'x'), eol)
      .map((parts) => parts.join('')),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const sound = fc
  .constantFrom('{"event_type":"test_request"}', '{', '')
  .map(
    (text) =>
      `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
const odd = fc
  .tuple(
    token,
    target,
    version,
    eol,
    fc.array(
      fc.tuple(field, eol).map((parts) => parts.join('')),
      { maxLength: 6 },
    ),
    eol,
    fc.oneof(chunks, fc.string({ unit: 'binary-ascii', maxLength: 40 })),
  )
  .map(
    ([method, where, protocol, end, fields, blank, rest]) =>
      `${method} ${where} ${protocol}${end}Host: h\r\n${fields.join('')}${blank}${rest}`,
  );
const conversation = fc
  .array(fc.oneof({ weight: 2, arbitrary: odd }, sound), { minLength: 1, maxLength: 3 })
  .map((requests) => requests.join(''));

/** Conversations over raw sockets, in pieces: nothing but answers below 500 come back, and the next event gets its 200. */
export async function fuzzReceiver(numRuns: number): Promise<void> {
  const receiver = createReceiver({
    clock: { now: () => performance.now(), date: () => new Date() },
    maxBodyBytes: 1000,
  });
  const { port, url } = await receiver.listen({ port: 0, host: '127.0.0.1' });
  const converse = async (text: string, cuts: readonly number[]): Promise<string> => {
    const connection = await dial(port);
    const bytes = Buffer.from(text, 'latin1');
    let from = 0;
    for (const to of cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b)) {
      // Each write of its own packet, where the system is willing.
      await new Promise((resolve) => connection.socket.write(bytes.subarray(from, to), resolve));
      from = to;
    }
    connection.socket.end(bytes.subarray(from));
    const answer = await connection.ended();
    connection.socket.destroy();
    return answer.text;
  };
  const property = fc.asyncProperty(conversation, fc.array(fc.nat(), { maxLength: 3 }), async (text, cuts) => {
    const answers = await converse(text, cuts);
    const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
    must(answers === '' || answers.startsWith('HTTP/1.1 '), `not an answer: ${answers}`);
    must(
      statuses.every((status) => status < 500),
      `a status of ${statuses.join(', ')}`,
    );
    must(!/access-control/i.test(answers), 'a web page may read it');
    const next = await fetch(url, {
      method: 'POST',
      body: '{"event_type":"test_request"}',
      headers: { 'Content-Type': 'application/json' },
    });
    must(next.status === 200, `the next event was answered ${next.status}`);
  });
  try {
    await fc.assert(property, { numRuns });
  } finally {
    await receiver.close({ graceMs: 0 });
  }
}

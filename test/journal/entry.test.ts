import { describe, expect, test } from 'vitest';
import { createEntryLines } from '../../src/journal/entry-line.ts';
import { bodyOf, type JournalEntry, parseEntry } from '../../src/journal/entry.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { entryOf } from './entry-of.ts';

const secret = 's3cret';

test('an entry contains the secret only in a body that contained it', () => {
  const rawHeaders = [
    ['Authorization', `Bearer ${secret}`],
    ['Proxy-Authorization', `Basic ${secret}`],
    ['X-Note', `my ${secret}`],
    ['x-note', secret],
  ] as const;
  const received = inspect(
    captureOf('{"event_type":"s3cret"}', { rawHeaders, target: `/hook?key=${secret}`, path: '/hook' }),
    { secret },
  );
  const forwarded = { status: 500, ms: 1, reason: 'status', message: `it said ${secret}`, bodyBroken: false };
  const scripted = { action: 200, file: `${secret}.json`, delayMs: 0, times: 1 };
  const { body, ...rest } = entryOf(received, { status: 200, forwarded, scripted }, secret);
  expect(JSON.stringify(rest)).not.toContain(secret);
  // Exact, as it came: that is what a replay sends.
  expect(body).toContain(secret);
});

test.each([
  ['an escaped slash', String.raw`q7+Zk\/9aXw==`],
  ['an escaped letter', String.raw`\u00717+Zk/9aXw==`],
])('an entry does not reveal a secret that its body spells with %s', (_, spelled) => {
  const own = 'q7+Zk/9aXw==';
  const unknown = `{"event_type":"${spelled}"}`;
  const broken = `{"event_type":"new_messages","${spelled}":1,"new_messages":[{"type":"${spelled}"}]}`;
  for (const text of [unknown, broken]) {
    const { body, ...rest } = entryOf(inspect(captureOf(text)), { status: 200 }, own);
    expect(JSON.stringify(rest)).not.toContain(own);
    expect(body).toBe(text);
  }
});

test('an entry keeps every one of repeated headers, in order', () => {
  const rawHeaders = [
    ['X', '1'],
    ['Y', '2'],
    ['X', '3'],
    ['X', '4'],
    ['__proto__', '5'],
  ] as const;
  const { headers } = entryOf(inspect(captureOf('{}', { rawHeaders })), { status: 200 }, null);
  expect(Object.entries(headers)).toEqual([
    ['X', ['1', '3', '4']],
    ['Y', '2'],
    ['__proto__', '5'],
  ]);
});

test('a line with one damaged byte, also in its body, is not an entry', () => {
  const line = Buffer.from(JSON.stringify(entryOf(inspect(captureOf('{"a":"bc"}')), { status: 200 }, null)));
  const kept = Array.from(line.keys()).filter((at) => {
    const damaged = Buffer.from(line);
    damaged[at] = 0xff;
    return parseEntry(damaged) !== 'bad';
  });
  expect(kept).toEqual([]);
});

describe('a journal returns a body of any size and kind byte for byte', () => {
  const text = 'Здравствуйте, «мир» — 💬 '.repeat(100);
  const many = JSON.stringify(Array.from({ length: 500 }, () => '"'));
  test.each([
    ['JSON', JSON.stringify({ event_type: 'new_messages', text })],
    ['JSON on several lines', JSON.stringify({ event_type: 'new_messages', text }, null, 2)],
    ['JSON full of quotes', many],
    ['no JSON', `${text}\0"`],
    ['nothing', ''],
    ['other bytes', Buffer.from(text, 'utf16le')],
  ])('it returns %s', (_kind, sent) => {
    const bytes = Buffer.from(sent as string);
    // Headers that look like what stands around a body.
    const rawHeaders = [
      ['x', '},"auth":"ok","body":""}'],
      ['auth', '}'],
      ['body', ''],
    ] as const;
    const line = createEntryLines(null)(inspect(captureOf(bytes, { rawHeaders })), { status: 200 });
    const entry = parseEntry(Buffer.from(line));
    const headers = Object.fromEntries(rawHeaders);
    expect(entry).toMatchObject({ headers, auth: 'unchecked', answer: { status: 200 } });
    expect(bodyOf(entry as JournalEntry)).toEqual(bytes);
  });
});

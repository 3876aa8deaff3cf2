import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyOf, type JournalEntry, parseEntry } from '../../src/journal/entry.ts';
import { readJournal, type JournalCounts } from '../../src/journal/read.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { entryOf } from './entry-of.ts';

const entry = (id: string, body: Buffer | null = Buffer.from('{}')): JournalEntry =>
  entryOf(inspect(captureOf(body, { id })), { status: 200 }, null);
const line = (id: string): string => JSON.stringify(entry(id));

function journalOf(content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<{ ids: string[]; counts: JournalCounts }> {
  const ids: string[] = [];
  const reading = readJournal(path);
  for await (const { id } of reading) ids.push(id);
  return { ids, counts: reading.counts };
}

describe('readJournal reads what can be read, and counts the rest', () => {
  const a = line('a');
  const b = line('b');
  test.each<[string, string | Buffer, string[], Partial<JournalCounts>]>([
    ['whole', `${a}\n${b}\n`, ['a', 'b'], {}],
    ['empty', '', [], {}],
    ['without its last newline', `${a}\n${b}`, ['a', 'b'], {}],
    ['CRLF', `${a}\r\n${b}\r\n`, ['a', 'b'], {}],
    ['blank lines', `\n\n${a}\n \r\n${b}\n\n`, ['a', 'b'], {}],
    ['a torn tail', `${a}\n${b.slice(0, 40)}`, ['a'], { bad: 1 }],
    ['a torn line within', `${a.slice(0, 40)}\n${b}\n`, ['b'], { bad: 1 }],
    [
      'half binary',
      Buffer.concat([Buffer.from([0, 255, 10, 0, 10]), Buffer.from(`${a}\n`), Buffer.alloc(9000, 0x80)]),
      ['a'],
      { bad: 3 },
    ],
    ['one damaged byte in a line', Buffer.from(`${a}\n${b}\n`).fill(0xff, 30, 31), ['b'], { bad: 1 }],
    ['a later version', `${a.replace('"v":1', '"v":2')}\n{"v":3}\n${b}\n`, ['b'], { later: 2 }],
    ['other JSON', `1\n"x"\nnull\n[]\n{}\n{"v":1}\n{"v":"1"}\n${a}\n`, ['a'], { bad: 7 }],
    ['not a journal', 'hello\nworld\n', [], { bad: 2 }],
  ])('it reads a journal of this kind: %s', async (_, content, ids, counts) => {
    expect(await read(journalOf(content))).toEqual({ ids, counts: { read: ids.length, bad: 0, later: 0, ...counts } });
  });

  test('it reads lines across the chunks of a stream', async () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `id${index}`);
    const path = journalOf(ids.map((id) => `${JSON.stringify(entry(id, Buffer.alloc(500, 'я')))}\n`).join(''));
    expect(await read(path)).toEqual({ ids, counts: { read: 3000, bad: 0, later: 0 } });
  });

  test('it reads a growing journal only to its size at the start', async () => {
    const path = journalOf(`${a}\n${b}\n`);
    const ids: string[] = [];
    for await (const { id } of readJournal(path)) {
      ids.push(id);
      appendFileSync(path, `${line('more')}\n`);
    }
    expect(ids).toEqual(['a', 'b']);
  });
});

describe('the bytes of a recorded body', () => {
  test('come back exactly, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const body = Buffer.from(bytes);
          const parsed = parseEntry(Buffer.from(JSON.stringify(entry('a', body))));
          expect(bodyOf(parsed as JournalEntry)).toEqual(body);
        },
      ),
    );
  });

  test('come back exactly with a byte order mark, broken UTF-8, without a body, and above a kilobyte', () => {
    const long = Buffer.from('Привет \u{1f44b}\0"\\\u2028 '.repeat(100));
    for (const body of [
      Buffer.from('\ufeff{}'),
      Buffer.from([0x7b, 0xc3, 0x28, 0x7d]),
      Buffer.alloc(0),
      long,
      Buffer.from(`\ufeff${String(long)}`),
    ])
      expect(bodyOf(JSON.parse(JSON.stringify(entry('a', body))))).toEqual(body);
    expect(bodyOf(entry('a', null))).toBe(null);
  });
});

test.each([
  ['id', 1],
  ['receivedAt', 'yesterday'],
  ['headers', { a: 1 }],
  ['headers', []],
  ['headers', { 'Content-Type': 'text/plain\r\nX: y' }],
  ['headers', { 'Content-Type': ['text/plain', 'Žluťoučký'] }],
  ['body', 1],
  ['body', undefined],
  ['bodyBase64', 'e30='],
  ['eventType', 1],
  ['answer', { status: '200' }],
  ['answer', null],
])('a line whose %s is %j is not an entry', (field, value) => {
  expect(parseEntry(Buffer.from(JSON.stringify({ ...entry('a'), [field]: value })))).toBe('bad');
});

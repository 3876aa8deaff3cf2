import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/contract/event.ts';
import { maxJsonDepth } from '../../src/contract/parse-body.ts';
import { headerValues } from '../../src/http/headers.ts';
import { createIds, pathOf } from '../../src/receiver/capture.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { captureOf } from './capture-of.ts';

const textEvent = {
  event_type: 'new_messages',
  chat_id: '0',
  new_messages: [{ type: 'text', message_sender: 'ai', text: 'Привет 😀' }],
};

describe('inspect looks at a captured request', () => {
  test('it reads an event', () => {
    const received = inspect(captureOf(JSON.stringify(textEvent)), {});
    expect(received).toMatchObject({ auth: 'unchecked', eventType: 'new_messages', issues: [], unknownFields: [] });
    expect(received.json).toEqual({ ok: true, value: textEvent });
    expect(received.parsed).toMatchObject({ ok: true, known: true });
  });

  test.each([10, 1023, 1024, 100_000])('it keeps Cyrillic letters and emoji, %i characters', (count) => {
    const text = 'ж😀'.repeat(count / 2);
    expect(inspect(captureOf(JSON.stringify({ event_type: text })), {}).eventType).toBe(text);
  });

  test('it reports no issue for an unknown event type, and notes unknown fields', () => {
    expect(inspect(captureOf('{"event_type":"typing"}'), {})).toMatchObject({ eventType: 'typing', issues: [] });
    expect(inspect(captureOf('{"event_type":"test_request","x":1}'), {}).unknownFields).toEqual(['x']);
  });

  test('it keeps the event type of a body that breaks the contract', () => {
    const received = inspect(captureOf('{"event_type":"new_messages"}'), {});
    expect(received.eventType).toBe('new_messages');
    expect(received.issues.map(({ path, rule }) => [path, rule])).toEqual([['new_messages', 'R12']]);
  });

  test('it says nothing about a body that was not read', () => {
    expect(inspect(captureOf(null), {})).toMatchObject({ json: null, parsed: null, eventType: null, issues: [] });
  });

  test.each([
    ['nothing', '', 'it is empty'],
    ['half', '{"event_type":', 'Unexpected end of JSON input'],
    ['a byte order mark', '\uFEFF{}', 'it begins with a byte order mark'],
    ['lone continuation', Buffer.from([0x22, 0x80, 0x22]), 'it is not UTF-8'],
    ['overlong', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'it is not UTF-8'],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'it is not UTF-8'],
    ['one level too many', nested(maxJsonDepth + 1), `it is nested deeper than ${maxJsonDepth} levels`],
    ['far too many', '{"a":'.repeat(500_000), `it is nested deeper than ${maxJsonDepth} levels`],
  ])('it does not read as JSON: %s', (_name, body, message) => {
    expect(inspect(captureOf(body), {})).toMatchObject({ json: { ok: false, message }, parsed: null, issues: [] });
  });

  test.each([
    ['just deep enough', nested(maxJsonDepth)],
    ['brackets in strings', JSON.stringify('[{\\"'.repeat(1000))],
    ['wide, not deep', JSON.stringify(Array.from({ length: 1000 }, () => [{}]))],
  ])('it reads as JSON: %s', (_name, body) => {
    expect(inspect(captureOf(body), {}).json?.ok).toBe(true);
  });

  test('it treats __proto__ and constructor as ordinary keys', () => {
    const received = inspect(
      captureOf('{"__proto__":{"event_type":"new_messages"},"constructor":{"prototype":1}}'),
      {},
    );
    expect(received.eventType).toBeNull();
    expect(received.issues.map(({ path }) => path)).toEqual(['event_type']);
    expect(Object.hasOwn({}, 'event_type')).toBe(false);
    expect(({} as Record<string, unknown>)['event_type']).toBeUndefined();
  });

  test.each([
    'null',
    '0',
    '"x"',
    '[]',
    'true',
    '{"event_type":1}',
    '{"event_type":"new_messages","new_messages":{"length":9}}',
  ])('it reports issues in the body %s', (body) => {
    expect(inspect(captureOf(body), {}).issues.length).toBeGreaterThan(0);
  });

  test.each([
    [[], 'missing'],
    [['Bearer s'], 'ok'],
    [['bearer s'], 'wrong'],
    [['Bearer s', 'Bearer s'], 'wrong'],
  ])('it finds the Authorization %j to be %s', (values, auth) => {
    const rawHeaders = values.map((value): [string, string] => ['aUTHORIZATION', value]);
    expect(inspect(captureOf('{}', { rawHeaders }), { secret: 's' }).auth).toBe(auth);
  });
});

test.each([
  ['/', '/'],
  ['/hook?a=/b', '/hook'],
  ['/%zz', '/%zz'],
  ['//a/b', '//a/b'],
  ['http://h/hook?x', '/hook'],
  ['http://h', '/'],
  ['http://h?a=/b', '/'],
  ['*', '*'],
  ['', ''],
])('pathOf finds that the path of %j is %j', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

test('headerValues finds every header of a name, in any case', () => {
  const rawHeaders = [
    ['Host', 'h'],
    ['X-A', '1'],
    ['x-a', '2'],
  ] as [string, string][];
  expect(headerValues(rawHeaders, 'x-a')).toEqual(['1', '2']);
});

test('ids are unique and in the order of arrival, even if the clock is set back', () => {
  const nextId = createIds();
  const times = [1000, 1000, 2000, 1500, 2000, 1_760_000_000_000];
  const ids = times.map((ms) => nextId(new Date(ms)));
  expect(ids).toEqual([...new Set(ids)].toSorted());
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{16}$/);
});

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('an asset: link in a request', () => {
  const eventWith = (...urls: unknown[]): string =>
    JSON.stringify({
      event_type: 'new_messages',
      new_messages: urls.map((url) => ({
        type: 'document',
        message_sender: 'ai',
        file: { name: 'a', url, size_bytes: 1, mime_type: 'a/b' },
      })),
    });
  const issuesOf = (body: string) => inspect(captureOf(body)).issues.map(({ path, rule }) => `${path} ${rule}`);

  test('breaks the contract, although it is correct in a file', () => {
    expect(issuesOf(eventWith('https://a/asset:', 'asset:b.pdf'))).toEqual(['new_messages[1].file.url R17']);
    const sent = parseEvent(JSON.parse(eventWith('asset:b.pdf')));
    expect(sent.ok).toBe(true);
  });

  test('is reported beside other issues, at most a hundred times', () => {
    expect(issuesOf(eventWith(5, 'asset:b.pdf'))).toEqual([
      'new_messages[0].file.url R17',
      'new_messages[1].file.url R17',
    ]);
    expect(issuesOf(eventWith(...Array.from({ length: 300 }, () => 'asset:b')))).toHaveLength(100);
  });

  test.each([
    '"asset:"',
    '{"new_messages":"asset:"}',
    '{"new_messages":[null,{"file":"asset:"},{"file":{"url":["asset:"]}}]}',
  ])('is searched for safely in %s', (body) => {
    expect(issuesOf(body).join()).not.toContain('R17');
  });
});

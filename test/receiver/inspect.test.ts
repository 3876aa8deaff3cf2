import { describe, expect, test } from 'vitest';
import { createIds, headerValues, pathOf } from '../../src/receiver/capture.ts';
import { createRedactor } from '../../src/contract/redact.ts';
import { inspect, withoutSecret } from '../../src/receiver/inspect.ts';
import { maxJsonDepth } from '../../src/receiver/parse-body.ts';
import { captureOf } from './capture-of.ts';

const textEvent = {
  event_type: 'new_messages',
  chat_id: '0',
  new_messages: [{ type: 'text', message_sender: 'ai', text: 'Привет 😀' }],
};

describe('inspect', () => {
  test('an event', () => {
    const received = inspect(captureOf(JSON.stringify(textEvent)), {});
    expect(received).toMatchObject({ auth: 'unchecked', eventType: 'new_messages', issues: [], unknownFields: [] });
    expect(received.json).toEqual({ ok: true, value: textEvent });
    expect(received.parsed).toMatchObject({ ok: true, known: true });
  });

  test.each([10, 1023, 1024, 100_000])('Cyrillic and emoji survive, %i characters', (count) => {
    const text = 'ж😀'.repeat(count / 2);
    expect(inspect(captureOf(JSON.stringify({ event_type: text })), {}).eventType).toBe(text);
  });

  test('an unknown type is no issue, an unknown field is noted', () => {
    expect(inspect(captureOf('{"event_type":"typing"}'), {})).toMatchObject({ eventType: 'typing', issues: [] });
    expect(inspect(captureOf('{"event_type":"test_request","x":1}'), {}).unknownFields).toEqual(['x']);
  });

  test('a body that breaks the contract keeps its event type', () => {
    const received = inspect(captureOf('{"event_type":"new_messages"}'), {});
    expect(received.eventType).toBe('new_messages');
    expect(received.issues.map(({ path, rule }) => [path, rule])).toEqual([['new_messages', 'R12']]);
  });

  test('an unread body says nothing', () => {
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
  ])('%s is not JSON', (_name, body, message) => {
    expect(inspect(captureOf(body), {})).toMatchObject({ json: { ok: false, message }, parsed: null, issues: [] });
  });

  test.each([
    ['just deep enough', nested(maxJsonDepth)],
    ['brackets in strings', JSON.stringify('[{\\"'.repeat(1000))],
    ['wide, not deep', JSON.stringify(Array.from({ length: 1000 }, () => [{}]))],
  ])('%s is JSON', (_name, body) => {
    expect(inspect(captureOf(body), {}).json?.ok).toBe(true);
  });

  test('an event type that is no text is none', () => {
    expect(inspect(captureOf('{"event_type":1}')).eventType).toBeNull();
    expect(inspect(captureOf('"event_type"')).eventType).toBeNull();
    expect(inspect(captureOf('null')).eventType).toBeNull();
  });

  test('what is no JSON has no issues and no unknown fields', () => {
    expect(inspect(captureOf('{'))).toMatchObject({ issues: [], unknownFields: [] });
  });

  test('__proto__ and constructor are just keys', () => {
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
  ])('%s has issues', (body) => {
    expect(inspect(captureOf(body), {}).issues.length).toBeGreaterThan(0);
  });

  test.each([
    [[], 'missing'],
    [['Bearer s'], 'ok'],
    [['bearer s'], 'wrong'],
    [['Bearer s', 'Bearer s'], 'wrong'],
  ])('Authorization %j is %s', (values, auth) => {
    const rawHeaders = values.map((value): [string, string] => ['aUTHORIZATION', value]);
    expect(inspect(captureOf('{}', { rawHeaders }), { secret: 's' }).auth).toBe(auth);
  });
});

describe('withoutSecret', () => {
  const redact = createRedactor('s3c/ret');
  const without = (body: string | Buffer | null, target = '/') =>
    withoutSecret(inspect(captureOf(body, { target }), { auth: 'ok' }), redact);

  test.each([
    ['nothing to take out', '{"event_type":"test_request"}'],
    ['escapes, none of the secret', '{"event_type":"\\u0074est_request","a":"b\\/c"}'],
    ['no body', null],
  ])('%s: it is the very same', (_name, body) => {
    const received = inspect(captureOf(body), { auth: 'ok' });
    expect(withoutSecret(received, redact)).toBe(received);
  });

  test.each([
    ['as it is', '{"event_type":"s3c/ret"}'],
    ['with an escaped slash', '{"event_type":"s3c\\/ret"}'],
    ['with an escaped letter', '{"event_type":"\\u00733c/ret"}'],
  ])('a secret in the body, %s, is gone from all that is said', (_name, body) => {
    expect(without(body)).toMatchObject({
      auth: 'ok',
      eventType: '***',
      json: { ok: true, value: { event_type: '***' } },
    });
    expect(String(without(body).body)).toBe('{"event_type":"***"}');
  });

  test('what else was received stays', () => {
    expect(without('{"event_type":"s3c/ret"}', '/hook?a=s3c/ret')).toMatchObject({ id: 'id', target: '/hook?a=***' });
  });

  test('a body that is no JSON is looked through as text', () => {
    expect(String(without('s3c/ret, ж').body)).toBe('***, ж');
    expect(without('s3c/ret').json).toMatchObject({ ok: false });
  });

  test('a secret in the target alone leaves the body as it is', () => {
    const received = inspect(captureOf('{}', { target: '/?s3c/ret' }), { auth: 'ok' });
    expect(withoutSecret(received, redact)).toEqual({ ...received, target: '/?***' });
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
])('the path of %j is %j', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

test('headerValues finds every line in any case', () => {
  const rawHeaders = [
    ['Host', 'h'],
    ['X-A', '1'],
    ['x-a', '2'],
  ] as [string, string][];
  expect(headerValues(rawHeaders, 'x-a')).toEqual(['1', '2']);
});

test('ids are unique and sort by arrival, also when the calendar is set back', () => {
  const nextId = createIds();
  const times = [1000, 1000, 2000, 1500, 2000, 1_760_000_000_000];
  const ids = times.map((ms) => nextId(new Date(ms)));
  expect(ids).toEqual([...new Set(ids)].toSorted());
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{16}$/);
});

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

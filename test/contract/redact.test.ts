import { expect, test } from 'vitest';
import { createRedactor, redactSecret } from '../../src/contract/redact.ts';

test('every occurrence goes, also as JSON would write it', () => {
  expect(redactSecret('you sent s3cret, s3cret!', 's3cret')).toBe('you sent ***, ***!');
  expect(redactSecret('a"b a\\"b a"b a\\"b', 'a"b')).toBe('*** *** *** ***');
});

test('also as a URL would write it', () => {
  const secret = 'q7+Zk/9a Xw==';
  for (const spelled of [encodeURIComponent(secret), encodeURI(secret)])
    expect(redactSecret(`/hook?token=${spelled}&a=1`, secret)).toBe('/hook?token=***&a=1');
});

test.each([null, undefined, ''])('without a secret (%j) nothing goes', (secret) => {
  const redact = createRedactor(secret);
  expect(redact('anything')).toBe('anything');
  expect(redact.finds(Buffer.from('anything'))).toBe(false);
});

test.each([
  ['{"text":"my s3cret"}', 's3cret', true],
  ['{"text":"my secret"}', 's3cret', false],
  ['{"text":"a\\"b"}', 'a"b', true],
  ['', 's3cret', false],
])('in %j, %j is found: %j', (body, secret, found) => {
  expect(createRedactor(secret).finds(Buffer.from(body))).toBe(found);
});

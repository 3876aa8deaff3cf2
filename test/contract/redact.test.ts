import { expect, test } from 'vitest';
import { createRedactor, redactSecret } from '../../src/contract/redact.ts';

test('redactSecret takes out every occurrence, also as JSON spells it', () => {
  expect(redactSecret('you sent s3cret, s3cret!', 's3cret')).toBe('you sent ***, ***!');
  expect(redactSecret('a"b a\\"b a"b a\\"b', 'a"b')).toBe('*** *** *** ***');
});

test('redactSecret also takes out the secret as a URL spells it', () => {
  const secret = 'q7+Zk/9a Xw==';
  for (const spelled of [encodeURIComponent(secret), encodeURI(secret)])
    expect(redactSecret(`/hook?token=${spelled}&a=1`, secret)).toBe('/hook?token=***&a=1');
});

test.each([null, undefined, ''])('redactSecret takes out nothing without a secret (%j)', (secret) => {
  const redact = createRedactor(secret);
  expect(redact('anything')).toBe('anything');
  expect(redact.finds(Buffer.from('anything'))).toBe(false);
});

test.each([
  ['{"text":"my s3cret"}', 's3cret', true],
  ['{"text":"my secret"}', 's3cret', false],
  ['{"text":"a\\"b"}', 'a"b', true],
  ['', 's3cret', false],
])('the redactor searches %j for %j and finds it: %j', (body, secret, found) => {
  expect(createRedactor(secret).finds(Buffer.from(body))).toBe(found);
});

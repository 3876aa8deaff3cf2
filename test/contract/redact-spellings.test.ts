import { expect, test } from 'vitest';
import { createRedactor } from '../../src/contract/redact.ts';

const secret = `q7+Zk/9"a'<X&%w\\=`;
const jsonOf = (text: string): string => JSON.stringify(text).slice(1, -1);
const each = (spell: (char: string) => string): string => Array.from(secret, spell).join('');
const code = (char: string): number => char.charCodeAt(0);
const hex = (char: string): string => code(char).toString(16).padStart(2, '0');

test.each([
  ['itself', secret],
  ['JSON', jsonOf(secret)],
  ['JSON in JSON', jsonOf(jsonOf(secret))],
  ['JSON in JSON in JSON', jsonOf(jsonOf(jsonOf(secret)))],
  ["PHP's json_encode", jsonOf(secret).replaceAll('/', '\\/')],
  ["PHP's json_encode in JSON", jsonOf(jsonOf(secret).replaceAll('/', '\\/'))],
  [
    ".NET's System.Text.Json",
    jsonOf(secret).replaceAll(/[+<&'"]|\\"/g, (char) => `\\u00${hex(char.at(-1)!).toUpperCase()}`),
  ],
  ['\\u escapes in lower case', each((char) => `\\u00${hex(char)}`)],
  ['\\x escapes', each((char) => `\\x${hex(char)}`)],
  ['octal escapes', each((char) => `\\${code(char).toString(8).padStart(3, '0')}`)],
  ["a Python string's repr", secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'")],
  ['encodeURIComponent', encodeURIComponent(secret)],
  ['encodeURI', encodeURI(secret)],
  ['a URL in lower case', each((char) => `%${hex(char)}`)],
  ['a URL in upper case', each((char) => `%${hex(char).toUpperCase()}`)],
  ['a URL encoded twice', encodeURIComponent(encodeURIComponent(secret))],
  ["URL.href's own", new URL(`http://x/?t=${encodeURIComponent(secret).replaceAll("'", '%27')}`).search.slice(3)],
  [
    'HTML with names',
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ],
  ['HTML with numbers', each((char) => `&#${code(char)};`)],
  ['HTML with hex numbers', each((char) => `&#x${hex(char).toUpperCase()};`)],
  [
    'HTML escaped twice',
    secret
      .replaceAll('&', '&amp;amp;')
      .replaceAll('<', '&amp;lt;')
      .replaceAll('"', '&amp;quot;')
      .replaceAll("'", '&amp;#39;'),
  ],
  ['hex', Buffer.from(secret).toString('hex')],
  ['hex in upper case', Buffer.from(secret).toString('hex').toUpperCase()],
  ['wrapped over lines', `${secret.slice(0, 5)}\n  │ ${secret.slice(5)}`],
])('the redactor takes out a secret that is spelled as %s', (_, spelled) => {
  const redact = createRedactor(secret);
  expect(redact(`before ${spelled} after`)).toBe('before *** after');
  expect(redact.finds(Buffer.from(`x${spelled}x`))).toBe(true);
  // Long texts are looked at in another way, and those with few escapes in yet another.
  for (const filler of ['Здравствуйте, '.repeat(5000), 'a\\n'.repeat(5000)]) {
    expect(redact(`${filler}${spelled}${filler}`)).toBe(`${filler}***${filler}`);
    expect(redact.finds(Buffer.from(`${filler}${spelled}${filler}`))).toBe(true);
    expect(redact.leaves([filler, { [`${filler}k`]: [spelled] }])).toEqual([filler, { [`${filler}k`]: ['***'] }]);
  }
});

test.each(['my secret value', ' starts with one', 'a + b, and a c'])(
  'the redactor takes out %j in the spelling of a form, with + in place of spaces',
  (words) => {
    const redact = createRedactor(words);
    const spelled = words.replaceAll('+', '%2B').replaceAll(' ', '+');
    for (const filler of ['', 'Здравствуйте, '.repeat(5000), 'a+'.repeat(5000)])
      expect(redact(`${filler}&token=${spelled}&${filler}`)).toBe(`${filler}&token=***&${filler}`);
  },
);

test.each(['', 'a:', 'user:', 'longer user:'])('the redactor takes out a secret after %j in base64', (before) => {
  const text = Buffer.from(before + secret).toString('base64');
  const url = Buffer.from(before + secret).toString('base64url');
  for (const spelled of [text, url]) {
    const shown = createRedactor(secret)(`Basic ${spelled}`);
    expect(shown).toContain('***');
    expect(shown.length).toBeLessThan(12 + Math.ceil((before.length * 4) / 3));
  }
});

test('the redactor takes out the possible beginning of a secret at the end of a cut text', () => {
  const redact = createRedactor('s3cret-value');
  for (let length = 4; length <= 12; length += 1)
    expect(redact.cut(`the token is ${'s3cret-value'.slice(0, length)}`)).toBe('the token is ***');
  expect(redact.cut('the token is s3c')).toBe('the token is s3c');
  expect(redact.cut('s3cret was not it')).toBe('s3cret was not it');
});

test.each(['…', '… (+12 characters)', '\n  … 12 more characters'])(
  'the redactor takes out the beginning of a secret before %j',
  (mark) => {
    expect(createRedactor('s3cret-value')(`the token is s3cret-v${mark}`)).toBe(`the token is ***${mark}`);
  },
);

test.each([
  ['test', 'a test_request, testing, test!', 'a test_request, testing, ***!'],
  ['test', 'Bearer test', 'Bearer ***'],
  ['test', 'Bearer tests', 'Bearer ***s'],
  ['abc', 'abcabc abc "abc" abc-d', 'abcabc *** "***" ***-d'],
])('the redactor takes out the short secret %j only as a whole word: %j', (short, text, shown) => {
  expect(createRedactor(short)(text)).toBe(shown);
});

test.each(['ai', 'text', 'test_request', 'new_messages'])(
  'the redactor takes out the secret %j, a word of every event, only after Bearer',
  (word) => {
    expect(createRedactor(word)(`${word} sent Bearer ${word}`)).toBe(`${word} sent Bearer ***`);
  },
);

test('the redactor takes out all secrets of a run, the longest first', () => {
  expect(
    createRedactor(['webhook-secret', 'webhook-secret-2', null, ''])('a webhook-secret-2 b webhook-secret c'),
  ).toBe('a *** b *** c');
});

test('the redactor changes only the strings of a value, and no names of our fields', () => {
  const value = { type: 'my type', list: [1, null, { 'x-type-y': 'type' }], typename: true };
  expect(createRedactor('type').leaves(value)).toEqual({
    type: 'my ***',
    list: [1, null, { 'x-***-y': '***' }],
    typename: true,
  });
  const own = { unknownFields: ['unknownFields'] };
  expect(createRedactor('unknownFields').leaves(own)).toEqual({ unknownFields: ['***'] });
});

test('the redactor is quick on a megabyte without the secret, whatever it contains', { tags: 'heavy' }, () => {
  const redact = createRedactor(secret);
  for (const text of [
    '\\\\u0041'.repeat(130_000),
    '%41'.repeat(300_000),
    '&amp;'.repeat(200_000),
    'q7'.repeat(500_000),
    '\n'.repeat(1_000_000),
    '\\'.repeat(1_000_000),
  ])
    expect(redact(text)).toBe(text);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteJson } from '../../src/journal/quote-json.ts';

const padding = 'п'.repeat(200);

test('any JSON, quoted, parses to the very same text', () => {
  const property = fc.property(fc.json({ maxDepth: 2, noUnicodeString: false }), fc.boolean(), (json, pretty) => {
    const text = JSON.stringify([JSON.parse(json), padding.repeat(20)], null, pretty ? '\t' : undefined);
    const quoted = quoteJson(Buffer.from(text));
    if (quoted) expect(JSON.parse(quoted.toString())).toBe(text);
  });
  fc.assert(property);
});

test('what has to be escaped is, all of it', () => {
  const text = `["\\" \\\\ \\u0000",\r\n\t"${padding}"]`;
  expect(JSON.parse(quoteJson(Buffer.from(text))!.toString())).toBe(text);
});

test('one escape more than is worth it, and it is left to others', () => {
  const half = 'x'.repeat(31);
  expect(quoteJson(Buffer.from(`"${half}${half}"`))).toEqual(Buffer.from(`"\\"${half}${half}\\""`));
  expect(quoteJson(Buffer.from(`"${half}"`))).toBeNull();
});

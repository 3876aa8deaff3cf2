import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteJson } from '../../src/journal/quote-json.ts';

const padding = 'п'.repeat(2000);
const unquoted = (json: string): unknown => JSON.parse(String(quoteJson(Buffer.from(json))));

test('quoteJson quotes any JSON so that it parses to the same text', () => {
  const property = fc.property(fc.json({ maxDepth: 1, stringUnit: 'binary' }), fc.boolean(), (json, pretty) => {
    const text = JSON.stringify([json.slice(0, 20), padding], null, pretty ? '\t' : undefined);
    return unquoted(text) === text;
  });
  expect(() => fc.assert(property)).not.toThrow();
});

test('quoteJson escapes every character that must be escaped', () => {
  const text = `["\\" \\\\ \\u0000",\r\n\t"${padding}"]`;
  expect(unquoted(text)).toBe(text);
});

test('quoteJson gives up at one escape too many', () => {
  const half = 'x'.repeat(31);
  expect(unquoted(`"${half}${half}"`)).toBe(`"${half}${half}"`);
  expect(quoteJson(Buffer.from(`"${half}"`))).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { decodeUtf8, maxJsonDepth, parseBody } from '../../src/contract/parse-body.ts';

const parse = (text: string) => parseBody(Buffer.from(text));
const tooDeep = { ok: false, message: `it is nested deeper than ${maxJsonDepth} levels` };
const nested = (levels: number, [open, close]: readonly [string, string], inside = '') =>
  open.repeat(levels) + inside + close.repeat(levels);
const arrays = ['[', ']'] as const;
const objects = ['{"a":', '}'] as const;
const mixed = ['[{"a":', '}]'] as const;

describe('parseBody limits the nesting of JSON', () => {
  test.each([
    ['arrays', nested(maxJsonDepth, arrays), nested(maxJsonDepth + 1, arrays)],
    ['objects', nested(maxJsonDepth, objects, '1'), nested(maxJsonDepth + 1, objects, '1')],
    ['both', nested(maxJsonDepth / 2, mixed, '1'), nested(maxJsonDepth / 2, mixed, '[1]')],
    ['never closed', '[1'.repeat(maxJsonDepth).slice(0, -1), '['.repeat(maxJsonDepth + 1)],
  ])('it accepts the deepest allowed nesting of %s, and no level more', (_name, fits, exceeds) => {
    expect(parse(fits)).not.toEqual(tooDeep);
    expect(parse(exceeds)).toEqual(tooDeep);
  });

  test.each([
    ['side by side', Array.from({ length: 300 }, () => [{}])],
    ['inside a text', { a: '[{'.repeat(300) }],
    ['behind an escaped quote in a text', Array.from({ length: 300 }, () => '"[{')],
    ['behind an escaped backslash', ['\\', ...Array.from({ length: 300 }, () => ['\\'])]],
  ])('it does not count brackets %s as levels', (_name, value) => {
    expect(parse(JSON.stringify(value))).toEqual({ ok: true, value });
  });

  test.each([
    ['behind a text', ['[{', '\\', '"', '\\"']],
    ['behind brackets that were closed', Array.from({ length: 300 }, () => [{}])],
  ])('it counts levels correctly %s', (_name, first) => {
    const deep = nested(maxJsonDepth, arrays);
    expect(parse(`[${JSON.stringify(first)},${deep}]`)).toEqual(tooDeep);
    expect(parse(`[${JSON.stringify(first)},${deep.slice(1, -1)}]`).ok).toBe(true);
  });
});

test('parseBody refuses a string without an end, however many brackets it contains', () => {
  expect(parse(`["${'['.repeat(300)}`)).toMatchObject({ ok: false, message: expect.stringContaining('Unterminated') });
});

describe('decodeUtf8 decodes a body', () => {
  test.each([0, 1, 511, 512, 513, 5000])('it keeps %i Cyrillic letters unchanged', (count) => {
    const text = `${'ж'.repeat(count)}é💬`;
    expect(decodeUtf8(Buffer.from(text))).toBe(text);
  });

  test('it keeps a byte order mark', () => {
    expect(decodeUtf8(Buffer.from('\ufeffa'))).toBe('\ufeffa');
    expect(decodeUtf8(Buffer.from(`\ufeff${'ж'.repeat(600)}`))?.charAt(0)).toBe('\ufeff');
  });

  test('it returns null for bytes that are not UTF-8', () => {
    expect(decodeUtf8(Buffer.from([0x80]))).toBeNull();
    expect(decodeUtf8(Buffer.alloc(2000, 0xff))).toBeNull();
  });
});

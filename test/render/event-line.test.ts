import { describe, expect, test } from 'vitest';
import { eventLine } from '../../src/render/event-line.ts';
import { jsonLine, safe } from '../../src/render/text.ts';

const eventOf = {
  text: (value: object): string => String(eventLine(JSON.stringify(value))),
  bytes: (value: object): string => Buffer.from(eventLine(Buffer.from(JSON.stringify(value)))).toString(),
};

/** All of Unicode but the halves of characters, a block of 128 code points at a time. */
function blocks(): string[][] {
  const starts = Array.from({ length: 0x110000 / 128 }, (_, index) => index * 128);
  return starts
    .filter((start) => start < 0xd800 || start > 0xdfff)
    .map((start) => Array.from({ length: 128 }, (_, index) => String.fromCodePoint(start + index)));
}

describe.each(['text', 'bytes'] as const)('an entry as %s', (kind) => {
  const lineOf = eventOf[kind];

  test('comes out as jsonLine would have it, character by character', () => {
    const wrong = blocks().flatMap((block) => {
      const whole = block.join('');
      const isHarmless = jsonLine({ a: whole }) === JSON.stringify({ a: whole });
      // What is to be escaped stands alone: a neighbour that is found would hide one that is not.
      const texts = isHarmless ? [whole] : block;
      return texts.filter((a) => lineOf({ a }) !== jsonLine({ type: 'event', a }));
    });
    expect(wrong).toEqual([]);
  });

  test('may be long: one dangerous character in it is found', () => {
    const body = `${'Здравствуйте — «мир» '.repeat(500)}\u202e💬`;
    expect(lineOf({ body })).toBe(jsonLine({ type: 'event', body }));
    expect(safe(lineOf({ body }))).toBe(lineOf({ body }));
  });
});

import { expect, test } from 'vitest';
import { eventLine } from '../../src/render/event-line.ts';
import { jsonLine, safe } from '../../src/render/text.ts';

const lineOf = (value: object): string => eventLine(Buffer.from(JSON.stringify(value))).toString();

test('every character comes out as jsonLine would have it', () => {
  const wrong: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (lineOf({ a: character }) !== jsonLine({ type: 'event', a: character })) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

test('one dangerous character in a long text is found', () => {
  const body = `${'Здравствуйте — «мир» '.repeat(500)}\u202e💬`;
  expect(lineOf({ body })).toBe(jsonLine({ type: 'event', body }));
  expect(safe(lineOf({ body }))).toBe(lineOf({ body }));
});

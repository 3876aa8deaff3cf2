import { describe, expect, test } from 'vitest';
import { eventLine } from '../../src/sinks/ndjson.ts';
import { jsonLine, safe } from '../../src/text/safe.ts';

const eventOf = {
  text: (value: object): string => String(eventLine(JSON.stringify(value))),
  bytes: (value: object): string => Buffer.from(eventLine(Buffer.from(JSON.stringify(value)))).toString(),
};

describe.each(['text', 'bytes'] as const)('an entry as %s', (kind) => {
  const lineOf = eventOf[kind];

  test('comes out as jsonLine would have it, character by character', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      if (lineOf({ a: character }) !== jsonLine({ type: 'event', a: character })) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('may be long: one dangerous character in it is found', () => {
    const body = `${'Здравствуйте — «мир» '.repeat(500)}\u202e💬`;
    expect(lineOf({ body })).toBe(jsonLine({ type: 'event', body }));
    expect(safe(lineOf({ body }))).toBe(lineOf({ body }));
  });
});

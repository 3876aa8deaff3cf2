import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { indentJson } from '../../src/text/indent-json.ts';

test('indentJson gives each member its own line, and keeps the spelling of long numbers and escapes', () => {
  expect(indentJson('{"a":4634343214213523454,"b":[],"c":{},"d":[1e400,"x, [\\"y\\"] \\u0041"]}')).toBe(
    '{\n  "a": 4634343214213523454,\n  "b": [],\n  "c": {},\n  "d": [\n    1e400,\n    "x, [\\"y\\"] \\u0041"\n  ]\n}',
  );
});

test.each(['', 'plain, text', '{"torn":', '"{"', '12'])(
  'indentJson returns a text unchanged if it is not a JSON object or array: %j',
  (text) => {
    expect(indentJson(text)).toBe(text);
  },
);

test('indentJson never changes the value of any JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(indentJson(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

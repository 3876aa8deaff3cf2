import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { indentJson } from '../../src/text/indent-json.ts';

test('JSON gets a line for each member, and long numbers and escapes stay as they are spelled', () => {
  expect(indentJson('{"a":4634343214213523454,"b":[],"c":{},"d":[1e400,"x, [\\"y\\"] \\u0041"]}')).toBe(
    '{\n  "a": 4634343214213523454,\n  "b": [],\n  "c": {},\n  "d": [\n    1e400,\n    "x, [\\"y\\"] \\u0041"\n  ]\n}',
  );
});

test.each(['', 'plain, text', '{"torn":', '"{"', '12'])(
  'what is no JSON object or array comes back as it is: %j',
  (text) => {
    expect(indentJson(text)).toBe(text);
  },
);

test('whatever the JSON, it is still the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(indentJson(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

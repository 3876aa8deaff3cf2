import { describe, expect, test } from 'vitest';
import { formatPath, valueAt, type FieldPath } from '../../src/contract/field-path.ts';

test.each<[FieldPath, string]>([
  [[], '(root)'],
  [['event_type'], 'event_type'],
  [['new_messages', 0, 'file', 'url'], 'new_messages[0].file.url'],
  [[3, 'a'], '[3].a'],
  [['a', 'odd key', 'b'], 'a["odd key"].b'],
  [['$a-b'], '$a-b'],
  [['a.b'], '["a.b"]'],
  [['a', ''], 'a[""]'],
])('formatPath writes the path %j as %s', (path, text) => {
  expect(formatPath(path)).toBe(text);
});

describe('valueAt returns the value at a path', () => {
  const root = { list: [{ text: 'Hello' }], none: null };

  test.each<[FieldPath, unknown]>([
    [[], root],
    [['list', 0, 'text'], 'Hello'],
    [['none'], null],
    [['list', 1], undefined],
    [['absent', 'text'], undefined],
    [['none', 'text'], undefined],
    // Neither what a text has, nor what every object has by its prototype.
    [['list', 0, 'text', 'length'], undefined],
    [['constructor'], undefined],
    [['list', 'map'], undefined],
  ])('it does so for the path %j', (path, value) => {
    expect(valueAt(root, path)).toEqual(value);
  });
});

import { expect, test } from 'vitest';
import { allOf, oneOf, withArticle } from '../../src/text/words.ts';

test.each([
  [[], '', ''],
  [['a'], 'a', 'a'],
  [['a', 'b'], 'a or b', 'a and b'],
  [['a', 'b', 'c'], 'a, b or c', 'a, b and c'],
])('%j is listed as a choice and as a whole', (names, choice, whole) => {
  expect([oneOf(names), allOf(names)]).toEqual([choice, whole]);
});

test('an article fits the first letter of its noun', () => {
  expect(['image', 'audio', 'document'].map(withArticle)).toEqual(['an image', 'an audio', 'a document']);
});

import { expect, test } from 'vitest';
import { allOf, oneOf, withArticle } from '../../src/text/words.ts';

test.each([
  [[], '', ''],
  [['a'], 'a', 'a'],
  [['a', 'b'], 'a or b', 'a and b'],
  [['a', 'b', 'c'], 'a, b or c', 'a, b and c'],
])('oneOf and allOf list %j with "or" and with "and"', (names, choice, whole) => {
  expect([oneOf(names), allOf(names)]).toEqual([choice, whole]);
});

test('withArticle chooses the article by the first letter', () => {
  expect(['image', 'audio', 'document'].map(withArticle)).toEqual(['an image', 'an audio', 'a document']);
});

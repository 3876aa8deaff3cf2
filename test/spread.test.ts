import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** What may become arguments: lists of our own, and lines that `block` has counted. */
const shortLists = [
  /^(messageSenders|pageFixtures|rows|cases)\.map\(/,
  /^Array\.from\(next\.values\(\)/,
  /^\(payload\.method ===/,
  /^(block|urlLines|conversation|answerBlock|side)\(/,
  /^\(text === '' \?/,
  // The pieces of one line of JSON.
  /^line\.pieces\)/,
  // A card has a cap on its lines.
  /^lines\)/,
];

test('no list whose length comes from outside is spread into arguments, which would overflow the stack', () => {
  const spreads = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      [...readFileSync(join(src, path), 'utf8').matchAll(/\b(?:\w+|Math\.\w+)\((?:[\w., ]+, )?\.\.\.([^\n]*)/g)].map(
        ([, rest = '']) => ({ path, rest }),
      ),
    );
  const calls = spreads.filter(({ path, rest }) => !path.endsWith('.d.ts') && !/^\w+: |^\w+\) ?[:{]/.test(rest));
  expect(calls.length).toBeGreaterThan(5);
  expect(calls.filter(({ rest }) => !shortLists.some((short) => short.test(rest)))).toEqual([]);
});

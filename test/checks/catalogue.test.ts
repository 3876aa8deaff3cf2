import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { catalogueVersion, suite } from '../../src/checks/cases/index.ts';

/** What the cases of each version were. An entry is never changed: a change of the cases is a new version. */
const digests: Record<string, string> = {
  '1': '3a58a2f7772572fc',
  '2': 'd1153f393d723c4c',
  '3': 'd6be44f16f5d9397',
};

test('catalogueVersion is raised when the id, level, rules or profile of a case changes', () => {
  const promises = suite
    .map(({ id, level, rules, profile }) => ({ id, level, rules, profile }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const digest = createHash('sha256').update(JSON.stringify(promises)).digest('hex').slice(0, 16);
  const seen = { catalogueVersion, digest };
  // If this fails, cases have changed: raise catalogueVersion in src/checks/cases/index.ts, and add an entry above.
  expect(seen).toEqual({ catalogueVersion, digest: digests[catalogueVersion] ?? 'not in the list yet' });
});

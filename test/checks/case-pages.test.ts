import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { suite } from '../../src/checks/cases/index.ts';
import { casePage, casesIndex, pageName } from '../../src/commands/check/case-page.ts';

// `npm run docs:cases` (vitest -u) writes them anew.
const folder = join(import.meta.dirname, '../../docs/cases');

test.for(suite)('the page of $id in docs/cases says what the case says', async (one) => {
  await expect(casePage(one)).toMatchFileSnapshot(join(folder, pageName(one.id)));
});

test('docs/cases has a list of its pages', async () => {
  await expect(casesIndex()).toMatchFileSnapshot(join(folder, 'README.md'));
});

test('docs/cases has no page of a case that no longer exists', () => {
  expect(readdirSync(folder).toSorted()).toEqual(['README.md', ...suite.map(({ id }) => pageName(id))].toSorted());
});

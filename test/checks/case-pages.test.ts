import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { suite } from '../../src/checks/cases/index.ts';
import { casePage, casesIndex, pageName } from '../../src/commands/check/case-page.ts';

// `npm run docs:cases` (vitest -u) writes them anew.
const folder = join(import.meta.dirname, '../../docs/cases');

test.for(suite)('the page of $id is what the case says', async (one) => {
  await expect(casePage(one)).toMatchFileSnapshot(join(folder, pageName(one.id)));
});

test('the list of pages', async () => {
  await expect(casesIndex()).toMatchFileSnapshot(join(folder, 'README.md'));
});

test('no page is left of a case that is gone', () => {
  expect(readdirSync(folder).toSorted()).toEqual(['README.md', ...suite.map(({ id }) => pageName(id))].toSorted());
});

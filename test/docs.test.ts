import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apiAssumptions } from '../src/contract/api/assumptions.ts';
import { apiFields, apiStatuses } from '../src/contract/api/fields.ts';
import { assumptions, observed, rules } from '../src/contract/rules.ts';
import { findingKinds } from '../src/platform/findings/finding.ts';
import { loadDifferences } from '../src/load/differences.ts';
import { type, webhook } from './helpers/typed.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'README.ru.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/receivers/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Set-up lines: whoever runs this test has run them. */
const setUp = /^npm (ci|run|test)\b/;

function commandsOf(page: string): string[] {
  const blocks = read(page).matchAll(/^```sh\n(.*?)^```/gms);
  const lines = [...blocks].flatMap(([, block]) => block!.split('\n'));
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

const tried = pages.filter((page) => commandsOf(page).some((line) => !setUp.test(line)));

describe.each(tried)('the commands of %s run as printed', (page) => {
  test.each(commandsOf(page).filter((line) => !setUp.test(line)))('%s', async (line) => {
    const { url } = await webhook();
    const { code, output } = await type(line, url);
    expect(output).not.toMatch(/error:/);
    // A pipeline that is interrupted as a whole ends by the signal.
    expect([0, null]).toContain(code);
  });
});

describe.each(pages)('%s', (page) => {
  test('has no comment on a line to paste: zsh takes its words as arguments', () => {
    expect(commandsOf(page).filter((line) => /(^|\s)#/.test(line))).toEqual([]);
  });

  test('has no dead link inside the project', () => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, picture]) => (link ?? picture)!,
    );
    const dead = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)));
    expect(dead).toEqual([]);
  });
});

test.each(['README.md', 'README.ru.md'])('%s quotes figures that the table has', (page) => {
  const table = read('docs/performance.md')
    .split('\n\n')
    .find((part) => part.startsWith('| what |'))!;
  const quoted = [...read(page).matchAll(/\b\d+\.\d+ x\b/g)].map(([figure]) => figure);
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((figure) => !table.includes(figure))).toEqual([]);
});

test('the contract page says what the code says', () => {
  const page = read('docs/contract.md');
  for (const [id, { quote, gist }] of Object.entries(rules)) expect(page).toContain(`| ${id} | ${quote} | ${gist} |`);
  for (const [name, words] of Object.entries({ ...observed, ...assumptions, ...apiAssumptions }))
    expect(page).toContain(`| \`${name}\` | ${words} |`);
  for (const [name, { required, sentence }] of Object.entries(apiFields))
    expect(page).toContain(`| \`${name}\` | ${required} | ${sentence} |`);
  for (const [status, words] of Object.entries(apiStatuses)) expect(page).toContain(`| ${status} | ${words} |`);
});

test('the page of load mode names each difference of the code', () => {
  const page = read('docs/load.md');
  for (const [name, words] of Object.entries(loadDifferences)) expect(page).toContain(`| \`${name}\` | ${words} |`);
});

test('the page of mock names each finding of the code, with its level', () => {
  const page = read('docs/mock.md');
  for (const [id, { level }] of Object.entries(findingKinds)) expect(page).toContain(`| \`${id}\` | ${level} | `);
});

test('the README lists the assumptions of the code', () => {
  for (const [name, words] of Object.entries(assumptions))
    expect(read('README.md')).toContain(`| \`${name}\` | ${words} |`);
});

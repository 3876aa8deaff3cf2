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
  'examples/bridge/README.md',
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

test.each(['README.md', 'README.ru.md'])('%s leads to the assumptions', (page) => {
  expect(read(page)).toContain('(docs/contract.md#assumed)');
});

test('both READMEs have the same sections, commands and pictures, in at most 150 lines', () => {
  const shape = (page: string) => {
    const text = read(page);
    const sections = text.match(/^## /gm)!.length;
    const commands = text.match(/^npx suvvy-hook .*$/gm)!.map((line) => line.replace(/"[^"]*"/g, '""'));
    // The inspector speaks the language of the page.
    const pictures = text.match(/docs\/pictures\/[\w-]+\.\w+/g)!.map((name) => name.replace('-ru.', '.'));
    const promises = text.match(/^- \*\*P\d\*\*/gm);
    return { sections, commands, pictures, promises };
  };
  expect(shape('README.ru.md')).toEqual(shape('README.md'));
  for (const page of ['README.md', 'README.ru.md']) expect(read(page).split('\n').length).toBeLessThanOrEqual(151);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The rows of the tables: a promise, the file and the name of its test. */
const rows = read('docs/hardening.md')
  .split('\n')
  .filter((line) => /^\| .* \| test\//.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
  .map(([, promise = '', file = '', name = '']) => ({ promise, file, name }));

describe('docs/hardening.md', () => {
  test('names a test for every promise', () => {
    expect(rows.length).toBeGreaterThan(70);
    expect(rows.filter(({ promise, name }) => promise === '' || name === '')).toEqual([]);
  });

  test.each(rows)('$promise: $file has "$name"', ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(read(file)).toContain(name);
  });
});

describe('the seven promises', () => {
  const promises = [...read('SECURITY.md').matchAll(/^\| \*\*(P\d)\*\* \| (.*?) \| (.*) \|$/gm)];

  test('stand in SECURITY.md, each with its tests', () => {
    expect(promises.map(([, id]) => id)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7']);
    for (const [, , , tests] of promises) {
      const files = [...tests!.matchAll(/\]\(([^)]+)\)/g)].map(([, file]) => file!);
      expect(files.length).toBeGreaterThan(0);
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    }
  });

  test('and in the README, in short', () => {
    expect([...read('README.md').matchAll(/^- \*\*(P\d)\*\* /gm)].map(([, id]) => id)).toEqual(
      promises.map(([, id]) => id),
    );
  });
});

test('every file that npm run mutate puts faults into is there', () => {
  const config = read('stryker.config.mjs');
  const names = [...config.matchAll(/^ {4}'([\w/-]+)',$/gm)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !existsSync(join(root, `src/${name}.ts`)))).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** The house from the ground up. A file imports its own folder, or a lower row; neighbours do not know each other. */
const rows: string[][] = [
  ['errors', 'line', 'package-root'],
  ['version'],
  ['host'],
  ['contract', 'config'],
  ['fixtures', 'delivery', 'receiver'],
  ['journal', 'checks', 'doctor', 'render'],
  ['sinks', 'inspector', 'reporters'],
  ['library'],
  ['commands', 'index'],
  ['cli'],
];

/** The one home of each library; type-only imports count as well. */
const homes: Record<string, string[]> = {
  commander: ['commands', 'cli'],
  chalk: ['host'],
  ora: ['commands'],
  undici: ['delivery'],
  zod: ['contract', 'config', 'checks', 'journal'],
  'jsonc-parser': ['commands'],
  'fast-string-width': ['render'],
  leven: ['fixtures', 'commands', 'checks', 'config'],
};

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file): Import[] => {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(/^(?:import|export) [^;]*?from '([^']+)'|import\('([^']+)'\)/gms);
  return [...found].map(([, fixed, lazy]) => ({ from: file, to: (fixed ?? lazy)! }));
});

/** The room that a file of src stands in: its folder, or its own name at the top. */
function roomOf(file: string): string {
  return file.includes('/') ? file.split('/')[0]! : file.replace(/\.ts$/, '');
}

function rowOf(room: string): number {
  return rows.findIndex((row) => row.includes(room));
}

test('every room has its row', () => {
  expect(files.map(roomOf).filter((room) => rowOf(room) === -1)).toEqual([]);
});

test('imports go down, or stay in the room', () => {
  const wrong = imports
    .filter(({ to }) => to.startsWith('.'))
    .map(({ from, to }) => ({ from, room: roomOf(from), to: roomOf(relative(src, join(src, dirname(from), to))) }))
    .filter(({ room, to }) => room !== to && rowOf(to) >= rowOf(room))
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(wrong).toEqual([]);
});

const packages = imports.filter(({ to }) => !to.startsWith('.') && !to.startsWith('node:'));
const packageOf = (path: string): string => path.replace(/^(@[^/]+\/[^/]+|[^/]+).*$/, '$1');

test('each library has one home', () => {
  const wrong = packages
    .filter(({ from, to }) => !homes[packageOf(to)]?.includes(roomOf(from)))
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(wrong).toEqual([]);
});

test('src imports a library by its name, or by a path that the library itself offers', () => {
  const offered = (to: string): boolean => {
    const name = packageOf(to);
    const { exports } = JSON.parse(readFileSync(join(src, '../node_modules', name, 'package.json'), 'utf8'));
    return to === name || Object.hasOwn(exports ?? {}, to.replace(name, '.'));
  };
  expect(packages.filter(({ to }) => !offered(to)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('nobody imports the front door', () => {
  const front = imports.filter(({ from, to }) => to.startsWith('.') && join(dirname(from), to) === 'index.ts');
  expect(front).toEqual([]);
});

describe('words that stay out of src', () => {
  const code = (file: string): string =>
    readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

  test('only the host knows the process', () => {
    expect(files.filter((file) => file !== 'host.ts' && /(?<![\w.'"-])process\./.test(code(file)))).toEqual([]);
  });
  test('nobody writes to the console', () => {
    expect(files.filter((file) => /(?<![\w.])console\./.test(code(file)))).toEqual([]);
  });
  test('nobody calls or replaces the underscored methods of Node or of a library', () => {
    expect(files.filter((file) => /\._\w/.test(code(file)))).toEqual([]);
  });
  test('no default exports', () => {
    expect(files.filter((file) => /^export default/m.test(code(file)))).toEqual([]);
  });
  test('no junk drawers', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|lib|misc)(\/|\.ts$)/.test(file))).toEqual([]);
  });
});

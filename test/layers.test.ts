import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** The house from the ground up. A file imports its own folder, or a lower row; neighbours do not know each other. */
const rows: string[][] = [
  ['errors', 'version', 'text', 'http'],
  ['host', 'contract'],
  ['config', 'fixtures'],
  ['delivery', 'receiver'],
  ['load', 'journal', 'platform'],
  ['sinks', 'checks'],
  ['scenario', 'inspector', 'reporters'],
  ['library'],
  ['commands', 'index'],
  ['cli'],
];

/** The one home of each library; type-only imports count as well. */
const homes: Record<string, string[]> = {
  commander: ['commands', 'cli'],
  chalk: ['host'],
  ora: ['commands'],
  undici: ['load'],
  zod: ['contract', 'config', 'checks', 'scenario'],
  'jsonc-parser': ['fixtures', 'commands'],
  'fast-string-width': ['text'],
  preact: ['inspector'],
  '@preact/signals': ['inspector'],
  yaml: ['config'],
  leven: ['fixtures', 'commands', 'checks', 'config', 'library'],
};

/** Folders of `commands` that every command may import; the other folders are a command each. */
const sharedFolders = new Set(['flags', 'start', 'delivering', 'reporting', 'ui']);

/** Files under 15 lines, and why they are files. */
const shortFiles: Record<string, string> = {
  'contract/api/assumptions.ts': 'a list that the docs are held against',
  'load/differences.ts': 'plain arithmetic, tested as a table',
  'reporters/index.ts': 'the list of reporters',
  'reporters/json.ts': 'a reporter is a file',
  'reporters/ndjson.ts': 'a reporter is a file',
  'reporters/markup.ts': 'HTML and JUnit share it, and neither is the other',
  'sinks/terminal.ts': 'a sink is a file',
  'text/line.ts': 'what journal and output both write',
  'text/shell-quote.ts': 'curl and the repeat command share it',
};

const maxLines = 250;
const minLines = 15;
const maxFiles = 15;

interface Import {
  from: string;
  /** A path from src for a file of ours, otherwise what stands in the import. */
  to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file));
const texts = new Map(files.map((file) => [file, readFileSync(join(src, file), 'utf8')]));
const imports = files.flatMap((from): Import[] => {
  const found = texts.get(from)!.matchAll(/^(?:import|export) [^;]*?from '([^']+)'|import\('([^']+)'\)/gms);
  return [...found].map(([, fixed, lazy]) => {
    const to = (fixed ?? lazy)!;
    return { from, to: to.startsWith('.') ? join(dirname(from), to).replaceAll('\\', '/') : to };
  });
});
const own = imports.filter(({ to }) => texts.has(to));
const packages = imports.filter(({ to }) => !/^(\.|node:)/.test(to) && !texts.has(to));

/** The room that a file of src stands in: its folder, or its own name at the top. */
function roomOf(file: string): string {
  return file.includes('/') ? file.split('/')[0]! : file.replace(/\.tsx?$/, '');
}

function rowOf(room: string): number {
  return rows.findIndex((row) => row.includes(room));
}

/** What a file of `commands` belongs to: its folder, or null for the single files. */
function commandOf(file: string): string | null {
  return /^commands\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function packageOf(specifier: string): string {
  return specifier.replace(/^(@[^/]+\/[^/]+|[^/]+).*$/, '$1');
}

/** How often each name comes. */
function filesPer(names: readonly string[]): Map<string, number> {
  const amounts = new Map<string, number>();
  for (const name of names) amounts.set(name, (amounts.get(name) ?? 0) + 1);
  return amounts;
}

/** Files that import each other in a circle, as a path from one of them to itself; empty if there are none. */
function findCircle(arrows: readonly Import[]): string[] {
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { to } of arrows.filter(({ from }) => from === file)) {
      const circle = follow(to, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  return arrows.map(({ from }) => follow(from, [])).find((circle) => circle.length > 0) ?? [];
}

describe('the layers of src', () => {
  test('every room of src stands in exactly one row, and every row names rooms that exist', () => {
    expect(rows.flat().toSorted()).toEqual([...new Set(files.map(roomOf))].toSorted());
  });
  test('a file of src imports its own room, or a lower row', () => {
    const wrong = own.filter(({ from, to }) => roomOf(from) !== roomOf(to) && rowOf(roomOf(to)) >= rowOf(roomOf(from)));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
  test('no file of src imports itself in a circle', () => {
    expect(findCircle(own)).toEqual([]);
  });
  test('the search for circles finds one of three files', () => {
    const arrows = ['ab', 'bc', 'xb', 'cd', 'ca'].map(([from = '', to = '']) => ({ from, to }));
    expect(findCircle(arrows)).toEqual(['a', 'b', 'c', 'a']);
  });
  test('nobody in src imports index.ts, the front door of the library', () => {
    expect(own.filter(({ to }) => to === 'index.ts')).toEqual([]);
  });
});

describe('the folders of src/commands', () => {
  test('a file of commands imports no other command: neither its file nor its folder', () => {
    const wrong = own.filter(({ from, to }) => {
      if (from === 'commands/index.ts') return false;
      const theirs = commandOf(to);
      return theirs === null ? isCommand(to) : theirs !== commandOf(from) && !sharedFolders.has(theirs);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
  test('a single file of commands is a command, or is imported by two of them', () => {
    const single = files.filter((file) => file.startsWith('commands/') && commandOf(file) === null);
    const users = (file: string): number => new Set(own.filter(({ to }) => to === file).map(({ from }) => from)).size;
    expect(single.filter((file) => !isCommand(file) && file !== 'commands/index.ts' && users(file) < 2)).toEqual([]);
  });
  test('a command has a folder only for more than one file', () => {
    const folders = filesPer(files.filter(commandOf).map((file) => commandOf(file)!));
    expect([...folders].filter(([, amount]) => amount < 2)).toEqual([]);
  });

  function isCommand(file: string): boolean {
    return own.some(({ from, to }) => from === 'commands/index.ts' && to === file) && file !== 'commands/context.ts';
  }
});

describe('the libraries of src', () => {
  test('a library is imported in its home alone', () => {
    const wrong = packages.filter(({ from, to }) => !homes[packageOf(to)]?.includes(roomOf(from)));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
  test('every home of a library is a room that imports it', () => {
    const named = Object.entries(homes).flatMap(([library, rooms]) => rooms.map((room) => `${library} in ${room}`));
    const used = new Set(packages.map(({ from, to }) => `${packageOf(to)} in ${roomOf(from)}`));
    expect(named.filter((home) => !used.has(home))).toEqual([]);
  });
  test('src imports a library by its name, or by a path that the library itself offers', () => {
    const offered = (to: string): boolean => {
      const name = packageOf(to);
      const { exports } = JSON.parse(readFileSync(join(src, '../node_modules', name, 'package.json'), 'utf8'));
      return to === name || Object.hasOwn(exports ?? {}, to.replace(name, '.'));
    };
    expect(packages.filter(({ to }) => !offered(to)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
});

describe('the size of src', () => {
  const linesOf = (file: string): number => texts.get(file)!.trimEnd().split('\n').length;

  test(`no folder of src has more than ${maxFiles} files`, () => {
    const folders = filesPer(files.map((file) => dirname(file)));
    expect([...folders].filter(([, amount]) => amount > maxFiles)).toEqual([]);
  });
  test(`no file of src has more than ${maxLines} lines`, () => {
    const long = files.filter((file) => linesOf(file) > maxLines);
    expect(long.map((file) => `${file}: ${linesOf(file)} lines`)).toEqual([]);
  });
  test(`a file of src under ${minLines} lines has its reason in the list, and no other file has one`, () => {
    expect(files.filter((file) => linesOf(file) < minLines).toSorted()).toEqual(Object.keys(shortFiles).toSorted());
  });
});

describe('CONTRIBUTING.md on src', () => {
  const text = readFileSync(join(src, '../CONTRIBUTING.md'), 'utf8');
  const named = new Set(
    [...text.matchAll(/`src\/([\w./-]+)`|\(src\/([\w./-]+)\)/g)].map(([, code, link]) => code ?? link!),
  );

  test('names every room of src', () => {
    const rooms = new Set(files.map((file) => file.split('/')[0]!));
    expect([...rooms].filter((room) => !named.has(room))).toEqual([]);
  });
  test('names every shared folder of src/commands', () => {
    expect([...sharedFolders].filter((folder) => !named.has(`commands/${folder}`))).toEqual([]);
  });
  test('names no file or folder of src that is not there', () => {
    const there = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`));
    expect([...named].filter((path) => !path.includes('TOPIC') && !there(path))).toEqual([]);
  });
});

describe('words that stay out of src', () => {
  const code = (file: string): string => texts.get(file)!.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

  test('only host.ts knows the process', () => {
    expect(files.filter((file) => file !== 'host.ts' && /(?<![\w.'"-])process\./.test(code(file)))).toEqual([]);
  });
  test('no file of src writes to the console', () => {
    expect(files.filter((file) => /(?<![\w.])console\./.test(code(file)))).toEqual([]);
  });
  test('nobody in src calls or replaces the underscored methods of Node or of a library', () => {
    expect(files.filter((file) => /\._\w/.test(code(file)))).toEqual([]);
  });
  test('what the library reaches takes timers, the clock, URL and TextDecoder from Node, not from the globals', () => {
    const names = /(?<![\w.'"`])((set|clear)(Timeout|Interval|Immediate)\(|performance\.|Date\.now\(|new Date\(\))/;
    const reached = files.filter((file) => !/^(commands\/|inspector\/|cli\.ts$|http\/clock\.ts$)/.test(file));
    const imported = (file: string, name: string): boolean =>
      new RegExp(`^import [^;]*\\b${name}\\b[^;]* from '[^']*(clock\\.ts|node:url|node:util)'`, 'm').test(
        texts.get(file)!,
      );
    const wrong = reached.flatMap((file) => {
      const lines = code(file).split('\n');
      const timers = lines.filter(
        (line) => names.test(line) && !imported(file, names.exec(line)![1]!.replace('(', '')),
      );
      const classes = ['URL', 'TextDecoder'].filter(
        (name) => new RegExp(`new ${name}\\(|(?<!\\w)${name}\\.canParse`).test(code(file)) && !imported(file, name),
      );
      return [...timers, ...classes].map((found) => `${file}: ${found.trim()}`);
    });
    expect(wrong).toEqual([]);
  });
  test('no file of src has a default export', () => {
    expect(files.filter((file) => /^export default/m.test(code(file)))).toEqual([]);
  });
  test('no file or folder of src is a junk drawer by name', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|lib|misc)(\/|\.tsx?$)/.test(file))).toEqual([]);
  });
  test('files of src are in kebab-case', () => {
    expect(
      files.map((file) => basename(file)).filter((name) => !/^[a-z][a-z\d]*(-[a-z\d]+)*(\.d)?\.tsx?$/.test(name)),
    ).toEqual([]);
  });
});

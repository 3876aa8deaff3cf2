import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The names that a git command lists. A clone may belong to somebody else, as in a container: git is told to trust it. */
function list(...args: string[]): string[] {
  const git = ['-c', 'safe.directory=*', ...args];
  return execFileSync('git', git, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** All that may stand beside the folders. One more is one more that a reader has to look past: it is added by hand. */
const names = [
  '.ci',
  '.github',
  '.gitignore',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'README.ru.md',
  'SECURITY.md',
  'action.yml',
  'bench',
  'bin',
  'docs',
  'examples',
  'fixtures',
  'knip.jsonc',
  'package-lock.json',
  'package.json',
  'schemas',
  'scripts',
  'src',
  'stryker.config.mjs',
  'test',
  'tsconfig.build.json',
  'tsconfig.json',
  'vitest.config.ts',
  'vitest.long.config.ts',
  'vitest.mutation.config.mjs',
];

describe.skipIf(!existsSync(join(root, '.git')))('what git tracks', () => {
  test('the root of the project has the names of the list, and no other', () => {
    const found = new Set(list('ls-files').map((path) => path.replace(/\/.*/, '')));
    expect([...found].toSorted()).toEqual(names.toSorted());
  });

  test('no log, profile or scratch file is tracked, in any folder', () => {
    expect(list('ls-files', '--cached', '--ignored', '--exclude-from=.gitignore')).toEqual([]);
  });

  test('logs, profiles and scratch files are ignored, in any folder', () => {
    const left = ['isolate-0x1-2-v8.log', 'a.log', 'a.cpuprofile', 'a.heapprofile', 'a.heapsnapshot', 'a.tmp', 'a.ts~'];
    const reports = ['report.20300131.120000.1234.0.001.json', 'a.ts.orig', 'a.ts.rej', '.a.ts.swp'];
    const paths = [...left, ...reports].flatMap((name) => [name, `src/contract/${name}`]);
    expect(list('check-ignore', '--no-index', ...paths)).toEqual(paths);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const root = join(import.meta.dirname, '..');
const json = (path: string): any => JSON.parse(readFileSync(join(root, path), 'utf8'));
const locked = Object.entries(json('package-lock.json').packages as Record<string, Locked>).filter(
  ([path]) => path !== '',
);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** All that has code in the package. One more is one more to trust: it belongs into this list by hand. */
const bundled = [
  'ansi-regex',
  'chalk',
  'cli-cursor',
  'cli-spinners',
  'commander',
  'fast-string-truncated-width',
  'fast-string-width',
  'get-east-asian-width',
  'is-interactive',
  'is-unicode-supported',
  'jsonc-parser',
  'leven',
  'log-symbols',
  'mimic-function',
  'onetime',
  'ora',
  'restore-cursor',
  'signal-exit',
  'stdin-discarder',
  'string-width',
  'strip-ansi',
  'undici',
  'yaml',
  'yoctocolors',
  'zod',
];

const installScripts = ['preinstall', 'install', 'postinstall'];

describe('dependencies', () => {
  test('none runs a script when it is installed', () => {
    expect(locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
    // The lockfile says what the registry said: the packages that are here say it themselves.
    const here = locked.map(([path]) => join(path, 'package.json')).filter((path) => existsSync(join(root, path)));
    expect(here.length).toBeGreaterThan(bundled.length);
    expect(here.filter((path) => installScripts.some((script) => json(path).scripts?.[script]))).toEqual([]);
  });

  test('none comes along with an install: what is needed is in dist, and named with its licence', () => {
    expect(locked.filter(([, { dev }]) => !dev).map(([path]) => nameOf(path))).toEqual([]);
    const licences = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const inlined = [...licences.matchAll(/^(\S+) \d+\.\d+\.\d+ \(/gm)].map(([, name]) => name!);
    expect([...new Set(inlined)].toSorted()).toEqual(bundled);
  });

  test('each is pinned to its bytes, from the registry', () => {
    const loose = locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    expect(loose.map(([path]) => path)).toEqual([]);
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });

  test('all of them run on the Node that installs them', () => {
    const args = ['ci', '--dry-run', '--offline', '--engine-strict', '--ignore-scripts', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('we ourselves run nothing when we are installed from the registry', () => {
    const { scripts, files } = json('package.json');
    expect(installScripts.filter((script) => scripts[script])).toEqual([]);
    expect(files).toEqual(['bin', 'dist', 'fixtures', 'schemas']);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, test } from 'vitest';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

interface Bill {
  metadata: { component: { purl: string } };
  components: {
    name: string;
    version: string;
    purl: string;
    externalReferences: { hashes: { content: string }[] }[];
    properties: { value: string }[];
  }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const root = join(import.meta.dirname, '..');
const json = (path: string): any => JSON.parse(readFileSync(join(root, path), 'utf8'));
const locked = Object.entries(json('package-lock.json').packages as Record<string, Locked>).filter(
  ([path]) => path !== '',
);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** All that has code in the package. One more is one more to trust: it belongs into this list by hand. */
const bundled = [
  '@preact/signals',
  '@preact/signals-core',
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
  'preact',
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

  test('the list in CycloneDX holds to its schema, and has each with the version and the bytes of the lockfile', async () => {
    const text = readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8');
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    const { components, dependencies, metadata } = JSON.parse(text) as Bill;
    expect(metadata.component.purl).toBe(`pkg:npm/suvvy-hook@${json('package.json').version}`);
    expect(components.map(({ name }) => name)).toEqual(bundled);
    for (const { name, version, purl, externalReferences, properties } of components) {
      const { integrity, version: wanted } = Object.fromEntries(locked)[properties[0]!.value]!;
      expect({ version, purl }).toEqual({ version: wanted, purl: `pkg:npm/${name.replace('@', '%40')}@${wanted}` });
      const bytes = Buffer.from(externalReferences[0]!.hashes[0]!.content, 'hex').toString('base64');
      expect(`sha512-${bytes}`).toBe(integrity);
    }
    // From the package itself a way leads to each of them.
    const reached = new Set([metadata.component.purl]);
    for (const from of reached)
      for (const to of dependencies.find(({ ref }) => ref === from)!.dependsOn) reached.add(to);
    expect(reached.size).toBe(bundled.length + 1);
  });

  test('what is in the bundle is named with its exact version: an update of it is a change that somebody reads', () => {
    const { dependencies = {}, devDependencies } = json('package.json') as Record<string, Record<string, string>>;
    const direct = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => bundled.includes(name));
    expect(direct.length).toBeGreaterThan(5);
    expect(direct).toEqual(direct.map(([name]) => [name, Object.fromEntries(locked)[`node_modules/${name}`]!.version]));
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

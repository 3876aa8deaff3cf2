// What the bundle hides: the packages whose code is in dist, for those who ask what they may copy and what is affected.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The packages that the bundler took modules from, in the order of their paths. */
export function bundledPackages(modules) {
  const folders = modules.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean);
  return [...new Set(folders)].toSorted().map((folder) => ({ folder, manifest: json(join(folder, 'package.json')) }));
}

/** What each of them says about copying. */
export function licences(packages) {
  const sections = packages.map(({ folder, manifest: { name, version, license } }) => {
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${folder} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  const intro = 'The files of dist contain code of these packages.\n';
  return [intro, ...sections].join(`\n${'-'.repeat(72)}\n\n`);
}

/**
 * A CycloneDX 1.6 list of them, without a time or a serial number: the same sources give the same bytes.
 *
 * @param own package.json
 * @param locked `packages` of package-lock.json
 */
export function sbom(own, packages, locked) {
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const needs = (dependencies) => Object.keys(dependencies ?? {}).filter((name) => names.has(name));
  const references = new Map(packages.map(({ manifest }) => [manifest.name, packageUrl(manifest)]));
  const edge = (manifest, dependencies) => ({
    ref: packageUrl(manifest),
    dependsOn: needs(dependencies).map((name) => references.get(name)),
  });
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: component('application', own) },
    components: packages.map(({ folder, manifest }) => ({
      ...component('library', manifest),
      ...origin(folder, manifest, locked),
    })),
    dependencies: [
      edge(own, { ...own.dependencies, ...own.devDependencies }),
      ...packages.map(({ manifest }) => edge(manifest, manifest.dependencies)),
    ],
  };
}

function component(type, manifest) {
  const { name, version, license } = manifest;
  return {
    type,
    'bom-ref': packageUrl(manifest),
    name,
    version,
    licenses: [{ license: { id: license } }],
    purl: packageUrl(manifest),
  };
}

export function packageUrl({ name, version }) {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

/** Where it stands in the lockfile, and the bytes that were taken from the registry. */
function origin(folder, { name, version }, locked) {
  // The longest: `node_modules/a/node_modules/b` ends like `node_modules/b`. `node_modules` may be a link to elsewhere.
  const paths = Object.keys(locked).filter((path) => path !== '' && folder.endsWith(`/${path}`));
  const path = paths.toSorted((a, b) => a.length - b.length).at(-1);
  const content = Buffer.from(locked[path].integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
  const url = `https://registry.npmjs.org/${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`;
  return {
    externalReferences: [{ type: 'distribution', url, hashes: [{ alg: 'SHA-512', content }] }],
    properties: [{ name: 'cdx:npm:package:path', value: path }],
  };
}

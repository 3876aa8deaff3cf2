import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pageFixtures } from '../src/fixtures/list.ts';
import { ndjson } from './helpers/fake-host.ts';
import { libraryResult, libraryScript, packAndInstall, root, type Installed } from './helpers/package.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  scripts: Record<string, string>;
};

describe('the tarball, installed in an empty folder', () => {
  let installed: Installed;
  let inside: string;
  beforeAll(() => {
    installed = packAndInstall();
    inside = join(installed.folder, 'node_modules/suvvy-hook');
  });
  const npx = (...args: string[]) => installed.run('npx', ['--no-install', 'suvvy-hook', ...args]);

  test('has what a user needs, and nothing else', () => {
    const wanted = [
      /^bin\/suvvy-hook\.js$/,
      /^dist\/([\w-]+\.c?js|THIRD-PARTY-LICENSES\.txt|sbom\.cdx\.json)$/,
      /^dist\/ui\/(index\.html|app\.(js|css)|ru\.js)$/,
      /^dist\/types\/[\w/-]+\.d\.c?ts$/,
      /^fixtures\/([\w-]+\.json|assets\/[\w.-]+)$/,
      /^schemas\/[\w-]+\.(schema|openapi)\.json$/,
      /^(package\.json|LICENSE|(README|README\.ru|CHANGELOG|SECURITY)\.md)$/,
    ];
    expect(installed.files.filter((path) => !wanted.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const path of ['LICENSE', 'README.md', 'bin/suvvy-hook.js', 'dist/index.js', 'dist/types/index.d.ts'])
      expect(installed.files).toContain(path);
    for (const path of [
      'dist/ui/app.js',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/sbom.cdx.json',
      'fixtures/text.json',
      'schemas/config.schema.json',
      'schemas/event.schema.json',
      'schemas/event.openapi.json',
    ])
      expect(installed.files).toContain(path);
  });

  test('is one package of at most 4 MB, and runs nothing when it is installed', () => {
    const modules = join(installed.folder, 'node_modules');
    expect(readdirSync(modules).filter((entry) => !entry.startsWith('.'))).toEqual(['suvvy-hook']);
    const bytes = readdirSync(inside, { recursive: true, encoding: 'utf8' })
      .map((path) => statSync(join(inside, path)))
      .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
    expect(bytes).toBeLessThan(4 * 2 ** 20);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  test('the command can be executed, and says its version', async () => {
    expect(statSync(join(inside, 'bin/suvvy-hook.js')).mode & 0o111).toBe(0o111);
    expect(await npx('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('both sides run by npx', async () => {
    const { code, stdout } = await npx('demo', '--json');
    expect(code).toBe(0);
    expect(ndjson(stdout).filter(({ delivered }) => delivered)).toHaveLength(pageFixtures.length);
  });

  test('npx takes the tarball as it is', async () => {
    const args = ['--offline', '--yes', `--package=${installed.tarball}`, 'suvvy-hook', 'fixtures', 'list', '--json'];
    const { code, stdout } = await installed.run('npx', args);
    expect(code).toBe(0);
    expect(ndjson(stdout).map(({ name }) => name)).toContain('test_request');
  });

  test('every command loads', async () => {
    const run = (words: readonly string[], env?: Record<string, string>) =>
      installed.run(process.execPath, ['node_modules/.bin/suvvy-hook', ...words], env);
    for (const words of [
      ['validate', join(inside, 'fixtures/text.json')],
      ['schema'],
      ['check', '--list'],
      ['send', '-h'],
    ])
      expect(await run(words)).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await run(['demo'], { FORCE_COLOR: '1' });
    expect(stdout).toContain('\u001b[32m');
  });

  test('the library can be imported', async () => {
    writeFileSync(join(installed.folder, 'library.js'), libraryScript);
    expect(await installed.run(process.execPath, ['library.js'])).toEqual({
      code: 0,
      stdout: libraryResult,
      stderr: '',
    });
  });

  test('its types hold, with those of Node alone', async () => {
    const project = join(installed.folder, 'typed');
    mkdirSync(project);
    writeFileSync(
      join(project, 'index.ts'),
      `import { checkWebhook, newMessagesSchema, type CheckReport, type NewMessagesEvent } from 'suvvy-hook';
const event: NewMessagesEvent = newMessagesSchema.parse({});
export const report: CheckReport = await checkWebhook('http://localhost:3000/', { secret: event.chat_id ?? '' });
// @ts-expect-error: a number is no URL
await checkWebhook(1);
`,
    );
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }));
    const tsc = await installed.run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
    expect(tsc).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

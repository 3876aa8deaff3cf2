import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './helpers/package.ts';

const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const staged = join(folder, 'staged');
const repository = 'https://github.com/an-owner/a-name';
const read = (place: string, path: string): string => readFileSync(join(place, path), 'utf8');
const { version } = JSON.parse(read(root, 'package.json')) as { version: string };
const pages = ['README.md', 'README.ru.md'];
const before = ['package.json', ...pages].map((path) => read(root, path));

/** Runs a script of ours, here or elsewhere. */
function script(
  name: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string }> {
  const own = { PATH: process.env['PATH'], HOME: folder, npm_config_update_notifier: 'false', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, [join('scripts', name), ...args], { cwd: root, env: own }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
    );
  });
}

describe('the folder that is published', () => {
  beforeAll(() => {
    const env = { ...process.env, GITHUB_REPOSITORY: 'an-owner/a-name', GITHUB_SERVER_URL: 'https://github.com' };
    execFileSync(process.execPath, ['scripts/stage.js', staged], { cwd: root, env, stdio: 'pipe' });
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('names the repository that the workflow runs in, as npm compares it with the provenance', () => {
    expect(JSON.parse(read(staged, 'package.json'))).toEqual({
      ...JSON.parse(read(root, 'package.json')),
      repository: { type: 'git', url: `git+${repository}.git` },
      homepage: `${repository}#readme`,
      bugs: { url: `${repository}/issues` },
    });
  });

  test.each(['d.ts', 'd.cts'])('a rule leads from a docstring in *.%s to the page that quotes it', (end) => {
    const types = join(staged, 'dist/types');
    const files = readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(`.${end}`));
    const texts = files.map((file) => read(types, file)).join('\n');
    const page = `${repository}/blob/v${version}/docs/contract.md#documented`;
    expect(texts).toContain(`([R7](${page}))`);
    expect(texts).toContain(`([R6](${page}), [R7](${page}))`);
    const comments = texts.match(/\/\*\*[\s\S]*?\*\//g)!.join('\n');
    expect(comments.match(/\(R\d+[^)]*\)/g)).toBeNull();
    expect(comments).toContain('rules.R7.quote');
  });

  test.each(pages)('every link and picture of %s leads to a file of that version from anywhere', (page) => {
    const text = read(staged, page);
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, picture]) => (link ?? picture)!,
    );
    expect(links.filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    const ours = links.filter((link) => link.startsWith(`${repository}/`));
    expect(ours.length).toBeGreaterThan(0);
    for (const link of ours) {
      const [, kind, path = ''] = /\/(blob|raw)\/v[\d.]+\/([^#]+)/.exec(link)!;
      expect(link).toContain(`/v${version}/`);
      expect(kind).toBe(/\.(svg|png)$/.test(path) ? 'raw' : 'blob');
      expect(existsSync(join(root, path))).toBe(true);
    }
  });

  test.each(pages)('nothing but links is another in %s', (page) => {
    const shown = (text: string): string =>
      text.replaceAll(/\]\([^)\s]+\)/g, '](…)').replaceAll(/\b(src|srcset)="[^"]+"/g, '$1="…"');
    expect(shown(read(staged, page))).toBe(shown(read(root, page)));
    const blocks = (text: string): string[] => text.match(/^```.*?^```/gms) ?? [];
    expect(blocks(read(staged, page))).toEqual(blocks(read(root, page)));
  });

  test('has what is built, no tests and no sources, and the sources stay as they are', () => {
    const found = readdirSync(staged, { recursive: true, encoding: 'utf8' });
    for (const path of ['bin/suvvy-hook.js', 'dist/index.js', 'dist/sbom.cdx.json', 'fixtures/text.json', 'LICENSE'])
      expect(found).toContain(path);
    expect(found.filter((path) => /^(src|test|scripts|node_modules|\.)/.test(path))).toEqual([]);
    expect(['package.json', ...pages].map((path) => read(root, path))).toEqual(before);
  });

  test('cannot be made without a repository', async () => {
    const { code, out } = await script('stage.js', [join(folder, 'other')]);
    expect({ code, made: existsSync(join(folder, 'other')) }).toEqual({ code: 1, made: false });
    expect(out).toContain('GITHUB_REPOSITORY=OWNER/NAME');
  });

  test('lint:package refuses a folder to publish without repository, homepage and bugs, and says so', async () => {
    const path = join(staged, 'package.json');
    const whole = read(staged, 'package.json');
    const { repository: _repository, bugs: _bugs, ...rest } = JSON.parse(whole);
    writeFileSync(path, JSON.stringify(rest));
    const { code, out } = await script('lint-package.js', [staged]);
    writeFileSync(path, whole);
    expect(code).toBe(1);
    expect(out).toContain('package.json has no repository, no bugs: npm publish --provenance refuses it.');
  });
});

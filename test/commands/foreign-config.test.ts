import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configName } from '../../src/config/load.ts';
import { closeServer, listen } from '../../src/http/listen.ts';
import { run } from '../helpers/fake-host.ts';

const own = process.geteuid?.();
const somebodyElse = 61_234;

/** A folder with a config, and a folder below it. */
function project(config: object): { root: string; below: string; file: string } {
  const root = mkdtempSync(join(tmpdir(), 'suvvy-hook-config-'));
  const below = join(root, 'below');
  mkdirSync(below);
  const file = join(root, configName);
  writeFileSync(file, JSON.stringify(config));
  return { root, below, file };
}

/** A receiver that answers 200, and what `Authorization` it was sent. */
async function receiver(): Promise<{ url: string; authorizations: (string | undefined)[] }> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    authorizations.push(req.headers.authorization);
    req.resume().once('end', () => res.end());
  });
  const { port } = await listen(server, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => closeServer(server));
  return { url: `http://127.0.0.1:${port}/`, authorizations };
}

describe.skipIf(own === undefined)('a config above the current folder that another user owns', () => {
  const uid = own === undefined ? null : own + 1;

  test('is exit 2, with the file, both users and --config in the message', async () => {
    const { below, file } = project({ profile: 'smoke' });
    const { code, out, err } = await run(['check', 'http://127.0.0.1:9/'], { cwd: below, uid });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${file} belongs to another user (uid ${own}; this program runs as uid ${uid})`);
    expect(err).toContain(`--config ${file}`);
  });

  test.each([['--list'], ['--dry-run', 'http://127.0.0.1:9/']])(
    'is exit 2 also where nothing is sent: %s',
    async (...args) => {
      const { below } = project({ profile: 'smoke' });
      expect((await run(['check', ...args], { cwd: below, uid })).code).toBe(2);
    },
  );

  test.skipIf(own !== 0)('is recognised by the file itself (as root, with a file that is given away)', async () => {
    const { below, file } = project({ profile: 'smoke' });
    chownSync(file, somebodyElse, somebodyElse);
    const { code, err } = await run(['check', '--list'], { cwd: below });
    expect(code).toBe(2);
    expect(err).toContain(`uid ${somebodyElse}`);
  });

  test.skipIf(own !== 0)('is recognised even if it is a link to a file of ours', async () => {
    const { below, file } = project({ profile: 'smoke' });
    const link = join(below, configName);
    const deeper = join(below, 'deeper');
    mkdirSync(deeper);
    symlinkSync(file, link);
    expect((await run(['check', '--list'], { cwd: deeper })).code).toBe(0);
    lchownSync(link, somebodyElse, somebodyElse);
    expect((await run(['check', '--list'], { cwd: deeper })).code).toBe(2);
  });

  test('is used if it is in the current folder, or was named', async () => {
    const { root, below, file } = project({ only: ['event/unknown'] });
    const here = await run(['check', '--list'], { cwd: root, uid });
    const named = await run(['check', '--list', '--config', file], { cwd: below, uid });
    expect([here.code, named.code]).toEqual([0, 0]);
    expect([here.out, named.out]).toEqual([expect.stringContaining('event/unknown'), here.out]);
  });
});

describe('a secret and the URL of a config', () => {
  const env = { SUVVY_WEBHOOK_SECRET: 'a secret that stays here' };

  test('the secret is never sent to a URL that only a config above the current folder names: exit 2, and nothing is sent', async () => {
    const { url, authorizations } = await receiver();
    const { below, file } = project({ url, only: ['event/unknown'] });
    const { code, err } = await run(['check'], { cwd: below, env });
    expect(code).toBe(2);
    expect(err).toContain(`the secret is not sent to ${url}, which only ${file} names`);
    expect(err).toContain(`--url ${url}`);
    expect(err).toContain(`--config ${file}`);
    expect(authorizations).toEqual([]);
  });

  test.each(['--url', '--config', 'a variable', 'the current folder'])(
    'the secret is sent there if %s says so',
    async (way) => {
      const { url, authorizations } = await receiver();
      const { root, below, file } = project({ url, only: ['deliver/text-ai'] });
      const args = way === '--url' ? ['--url', url] : way === '--config' ? ['--config', file] : [];
      const { code } = await run(['check', ...args], {
        cwd: way === 'the current folder' ? root : below,
        env: way === 'a variable' ? { ...env, SUVVY_WEBHOOK_URL: url } : env,
      });
      expect(code).toBe(0);
      expect(authorizations).toContain('Bearer a secret that stays here');
    },
  );

  test('without a secret, the URL of a config above is used', async () => {
    const { url, authorizations } = await receiver();
    const { below } = project({ url, only: ['deliver/text-ai'] });
    expect((await run(['check'], { cwd: below })).code).toBe(0);
    expect(authorizations).toContain(undefined);
  });
});

describe('reports that a config names', () => {
  const outside = mkdtempSync(join(tmpdir(), 'suvvy-hook-outside-'));
  const precious = join(outside, 'precious.txt');
  writeFileSync(precious, 'precious');

  test.each([
    ['an absolute path', precious],
    ['a way up', '../precious.txt'],
    ['a way up from below', 'a/../../precious.txt'],
    ['the folder itself', '.'],
    ['a folder that is a link', 'out/precious.txt'],
    ['a new folder behind a link', 'out/new/report.json'],
    ['a file that is a link', 'precious-link'],
  ])('%s is exit 2, and nothing is sent or written', async (_, path) => {
    const { url, authorizations } = await receiver();
    const { root } = project({ url, only: ['deliver/text-ai'], report: [`json=${path}`] });
    symlinkSync(outside, join(root, 'out'));
    symlinkSync(precious, join(root, 'precious-link'));
    const { code, err } = await run(['check'], { cwd: root });
    expect(code).toBe(2);
    expect(err).toContain(`the report "${path}" is outside the folder of the config`);
    expect(authorizations).toEqual([]);
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(existsSync(join(outside, 'new'))).toBe(false);
  });

  test('may be written anywhere below its folder, also into new folders and through links that stay there', async () => {
    const { url } = await receiver();
    const report = ['json=new/folder/report.json', 'junit=linked/report.xml'];
    const { root, below } = project({ url, only: ['deliver/text-ai'], report });
    symlinkSync(below, join(root, 'linked'));
    expect((await run(['check'], { cwd: root })).code).toBe(0);
    expect(existsSync(join(root, 'new/folder/report.json'))).toBe(true);
    expect(existsSync(join(below, 'report.xml'))).toBe(true);
  });

  test('may be written anywhere if the command line names them', async () => {
    const { url } = await receiver();
    const { root } = project({ url, only: ['deliver/text-ai'], report: ['json=../no.json'] });
    const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-outside-')), 'report.json');
    expect((await run(['check', '--report', `json=${path}`], { cwd: root })).code).toBe(0);
    expect(existsSync(path)).toBe(true);
  });
});

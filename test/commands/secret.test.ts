import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';
import { entryOf } from '../journal/entry-of.ts';
import { captureOf } from '../receiver/capture-of.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));

describe('the secret', () => {
  test('comes from the flag, else the file, the environment, or the .env file; one newline at its end is removed', async () => {
    const { url, seen } = await target();
    const dir = folder();
    writeFileSync(join(dir, 'secret'), 'from-file\n');
    writeFileSync(join(dir, '.env'), 'SUVVY_WEBHOOK_SECRET="from-dotenv"\n');
    const send = (flags: string[], env = {}) =>
      run(['send', 'fixture', 'text', '--url', url, ...flags], { env, cwd: dir });
    const env = { SUVVY_WEBHOOK_SECRET: 'from-env' };
    await send(['--secret', 'from-flag', '--secret-file', 'secret', '--env-file', '.env'], env);
    await send(['--secret-file', 'secret', '--env-file', '.env'], env);
    await send(['--env-file', '.env'], env);
    await send(['--env-file', '.env']);
    await send([], { SUVVY_WEBHOOK_SECRET: '' });
    await send(['--env-file', '.env'], { SUVVY_WEBHOOK_SECRET: '' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer from-flag',
      'Bearer from-file',
      'Bearer from-env',
      'Bearer from-dotenv',
      undefined,
      'Bearer from-dotenv',
    ]);
  });

  /** A command line for each command that takes a secret. */
  const secretTakers = (url: string): Record<string, string[]> => ({
    'send fixture': ['send', 'fixture', 'text', '--url', url],
    'send file': ['send', 'file', 'event.json', '--url', url],
    'send message': ['send', 'message', '--text', 'Hi', '--dry-run', '--url', url],
    replay: ['replay', 'events.ndjson', '--quiet', '--url', url],
    check: ['check', url],
    listen: ['listen', '--port', '0'],
    inspect: ['inspect', 'events.ndjson', '--port', '0'],
    mock: ['mock', '--port', '0', '--url', url],
    run: ['run', 'scenario.yaml', '--port', '0', '--url', url],
  });

  const sources = (): string => {
    const dir = folder();
    const line = 'SUVVY_WEBHOOK_SECRET=from-windows\r\n';
    const files: Record<string, string | Buffer> = {
      'event.json': '{}',
      'scenario.yaml': 'name: x\nsteps: [{ expect: nothing, for: 10ms }]\n',
      'events.ndjson': `${JSON.stringify(entryOf(inspect(captureOf('{}')), { status: 200 }, null))}\n`,
      empty: '',
      newline: '\r\n',
      'other.env': 'OTHER=1\n',
      'empty.env': 'SUVVY_WEBHOOK_SECRET=\n',
      'bom.env': `\ufeff${line}`,
      'utf16le.env': Buffer.from(`\ufeff${line}`, 'utf16le'),
      'utf16be.env': Buffer.from(`\ufeff${line}`, 'utf16le').swap16(),
      'bom-secret': '\ufefffrom-windows\r\n',
      'utf16-secret': Buffer.from('\ufefffrom-windows\r\n', 'utf16le'),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
    return dir;
  };

  test.each([
    [['--secret', ''], 'error: --secret is empty: to send no secret, remove the flag\n'],
    [['--secret-file', 'empty'], 'error: the file of --secret-file is empty: to send no secret, remove the flag\n'],
    [['--secret-file', 'newline'], 'error: the file of --secret-file is empty'],
    [['--env-file', 'empty'], 'error: there is no SUVVY_WEBHOOK_SECRET in empty: to send no secret, remove the flag'],
    [['--env-file', 'other.env'], 'error: there is no SUVVY_WEBHOOK_SECRET in other.env'],
    [['--env-file', 'empty.env'], 'error: SUVVY_WEBHOOK_SECRET is empty in empty.env'],
  ])('must not be missing in a named source, for any command that takes one: %j is exit 2', async (flags, why) => {
    const { url, seen } = await target();
    const cwd = sources();
    for (const argv of Object.values(secretTakers(url))) {
      const { code, out, err } = await run([...argv, ...flags], { cwd });
      expect({ argv, code, out }).toEqual({ argv, code: 2, out: '' });
      expect(err).toContain(why);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
    expect(seen).toEqual([]);
  });

  test('is taken by exactly the commands of the test above', async () => {
    const names = [...commands.map(({ name }) => name), 'send fixture', 'send file', 'send message', 'fixtures save'];
    const helps = await Promise.all(
      names.map(async (name) => [name, await run([...name.split(' '), '--help'])] as const),
    );
    const takers = helps.filter(([, { out }]) => out.includes('--secret <secret>')).map(([name]) => name);
    expect(takers.toSorted()).toEqual(Object.keys(secretTakers('')).toSorted());
  });

  test('is read only from the source that wins: a broken one behind it does no harm', async () => {
    const { url, seen } = await target();
    const cwd = sources();
    const send = (flags: string[], env = {}) => run(['send', 'fixture', 'text', '--url', url, ...flags], { env, cwd });
    const broken = ['--secret-file', 'nowhere', '--env-file', 'empty.env'];
    expect((await send(['--secret', 'wins', ...broken])).code).toBe(0);
    expect((await send(['--secret-file', 'bom-secret', '--env-file', 'nowhere'])).code).toBe(0);
    expect((await send(['--env-file', 'nowhere'], { SUVVY_WEBHOOK_SECRET: 'wins' })).code).toBe(0);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer wins',
      'Bearer from-windows',
      'Bearer wins',
    ]);
  });

  test.each([
    ['--env-file', 'bom.env'],
    ['--env-file', 'utf16le.env'],
    ['--env-file', 'utf16be.env'],
    ['--secret-file', 'bom-secret'],
    ['--secret-file', 'utf16-secret'],
  ])('is read without the byte order mark of its file: %s %s', async (flag, file) => {
    const { url, seen } = await target();
    const { code } = await run(['send', 'fixture', 'text', '--url', url, flag, file], { cwd: sources() });
    expect([code, seen[0]?.headers.authorization]).toEqual([0, 'Bearer from-windows']);
  });

  test.each([
    ['line\nbreak', 'a line break'],
    [' s3cret', 'a space'],
    ['пароль', 'outside ASCII'],
  ])('%j is refused, and neither sent nor shown', async (secret, why) => {
    const { url, seen } = await target();
    const { code, out, err } = await run(['send', 'fixture', 'text', '--url', url, '--secret', secret]);
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(out + err).not.toContain(secret.trim());
    expect(seen).toEqual([]);
  });

  test('is exit 3 if its file cannot be read', async () => {
    const { code, err } = await run([
      'send',
      'fixture',
      'text',
      '--url',
      'http://127.0.0.1:1/',
      '--secret-file',
      '/nowhere',
    ]);
    expect(code).toBe(3);
    expect(err).toBe('error: cannot read the file of --secret-file: no such file or folder\n');
  });
});

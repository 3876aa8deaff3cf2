import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configName, loadConfig } from '../../src/config/load.ts';

function folder(config?: unknown): string {
  const path = mkdtempSync(join(tmpdir(), 'suvvy-hook-config-'));
  if (config !== undefined)
    writeFileSync(join(path, configName), typeof config === 'string' ? config : JSON.stringify(config));
  return path;
}

const reader = { uid: process.geteuid?.() ?? null };

test('the nearest config from the current folder upwards is used', async () => {
  const root = folder({ profile: 'smoke' });
  const below = join(root, 'a', 'b');
  mkdirSync(below, { recursive: true });
  expect(await loadConfig(below, undefined, reader)).toEqual({
    path: join(root, configName),
    folder: root,
    above: true,
    config: { profile: 'smoke' },
  });
  writeFileSync(join(root, 'a', configName), '{"profile":"full"}');
  expect((await loadConfig(below, undefined, reader))!.config).toEqual({ profile: 'full' });
});

test('a missing config is an error only if it was named', async () => {
  expect(await loadConfig(folder(), undefined, reader)).toBeNull();
  await expect(loadConfig(folder(), 'other.json', reader)).rejects.toMatchObject({
    message: 'cannot read other.json: no such file or folder',
    exitCode: 3,
  });
});

test('a named config wins over the nearest one', async () => {
  const root = folder({ profile: 'smoke' });
  writeFileSync(join(root, 'ci.json'), '\ufeff{"gate":"strict"}');
  expect((await loadConfig(root, 'ci.json', reader))!.config).toEqual({ gate: 'strict' });
});

test('a config with every known key is read', async () => {
  const config = {
    $schema: 'node_modules/suvvy-hook/schemas/config.schema.json',
    url: 'http://localhost:3000/webhook',
    profile: 'full',
    only: ['event/*'],
    skip: ['limits'],
    gate: 'lenient',
    report: ['junit=report.xml'],
    chatId: false,
    timeout: '5s',
    wait: '1m',
    maxP95: '500ms',
    maxLatency: '2s',
    expectFetch: '3s',
    assetHost: '172.17.0.1',
    fileBaseUrl: 'https://files.example/',
    accept: { 'event/unknown': ['422', '4xx'] },
    levels: { 'event/unknown': 'MAY' },
    waivers: [{ case: 'event/unknown', reason: 'next release', until: '2030-01-31' }],
  };
  expect((await loadConfig(folder(config), undefined, reader))!.config).toEqual(config);
});

test.for<[unknown, string, string]>([
  ['{"profile":', 'is not JSON', ''],
  [{ profil: 'full' }, 'there is no "profil"', 'did you mean "profile"?'],
  [{ secret: 'x' }, '"secret" does not belong here', 'a secret in a file gets committed'],
  [{ profile: 'big' }, 'profile is wrong: ', ''],
  [{ timeout: '5' }, 'timeout must be a duration', ''],
  [{ waivers: [{ case: 'x', reason: '' }] }, 'waivers[0].reason must say why', ''],
  [{ waivers: [{ case: 'x', reason: 'y', until: 'soon' }] }, 'waivers[0].until must be a day', ''],
  [{ waivers: [{ case: 'x', reason: 'y', util: '2030-01-31' }] }, 'there is no "waivers[0].util"', ''],
  [{ accept: { x: ['abc'] } }, 'accept.x[0] must be a status', ''],
  [{ levels: { x: 'must' } }, 'levels.x is wrong: ', ''],
  [[], 'the whole file is wrong: ', ''],
])('the config %j is exit 2', async ([config, message, hint]) => {
  await expect(loadConfig(folder(config), undefined, reader)).rejects.toMatchObject({
    message: expect.stringContaining(message),
    exitCode: 2,
    hint: expect.stringContaining(hint),
  });
});

describe('the search for a config stays in the project', () => {
  test.each(['package.json', '.git'])('it looks at a folder with %s, and at none above it', async (mark) => {
    const root = folder({ profile: 'smoke' });
    const below = join(root, 'project', 'src');
    mkdirSync(below, { recursive: true });
    writeFileSync(join(root, 'project', mark), '{}');
    expect(await loadConfig(below, undefined, reader)).toBeNull();
    writeFileSync(join(root, 'project', configName), '{"profile":"full"}');
    expect((await loadConfig(below, undefined, reader))!.config).toEqual({ profile: 'full' });
  });

  test('it accepts a folder .git as well as a file', async () => {
    const root = folder({ profile: 'smoke' });
    const below = join(root, 'project', 'src');
    mkdirSync(join(root, 'project', '.git'), { recursive: true });
    mkdirSync(below);
    expect(await loadConfig(below, undefined, reader)).toBeNull();
  });
});

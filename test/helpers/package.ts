import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Installed {
  /** A folder with nothing but the package in it, as a user's project would have it. */
  folder: string;
  tarball: string;
  /** Paths inside the tarball. */
  files: string[];
  /** Runs a program there, as a user would: none of our own environment but the path. */
  run(file: string, args: readonly string[], env?: Record<string, string>): Promise<Ran>;
}

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Packs this package as it was built, and installs the tarball in an empty folder, without scripts. */
export function packAndInstall(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const cache = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync('npm', [...args, '--ignore-scripts', '--cache', cache], { cwd, encoding: 'utf8', stdio: 'pipe' });
  // Without scripts: a build of its own would take `dist` from under the tests that run beside this one.
  const [packed] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', cache)) as [Packed];
  const tarball = join(cache, packed.filename);
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  // Offline: there is nothing to fetch beside it.
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', tarball);
  return {
    folder,
    tarball,
    files: packed.files.map(({ path }) => path),
    run: (file, args, env = {}) =>
      new Promise((resolve) => {
        const own = {
          PATH: process.env['PATH'],
          HOME: folder,
          npm_config_update_notifier: 'false',
          npm_config_cache: cache,
          ...env,
        };
        execFile(file, args, { cwd: folder, env: own }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
        );
      }),
  };
}

interface Packed {
  filename: string;
  files: { path: string }[];
}

/** A few lines that use the library, both ways round; they print what came of it. */
export const libraryScript = `
import { checkWebhook, deliverFixture, newMessagesSchema, startReceiver } from 'suvvy-hook';
const receiver = await startReceiver({ secret: 's3cret' });
const { verdict } = await deliverFixture('text', { url: receiver.url, secret: 's3cret' });
const { summary } = await checkWebhook(receiver.url, { secret: 's3cret', profile: 'smoke' });
await receiver.close();
const { success } = newMessagesSchema.safeParse({ event_type: 'other' });
process.stdout.write(JSON.stringify({ delivered: verdict.delivered, exitCode: summary.exitCode, success }));
`;

export const libraryResult = JSON.stringify({ delivered: true, exitCode: 0, success: false });

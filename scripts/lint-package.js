// publint and attw on the packed tarball. Packed elsewhere: both delete what they pack here themselves.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const run = (command, ...args) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
try {
  const packed = run('npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  const tarball = join(folder, JSON.parse(packed)[0].filename);
  process.stdout.write(run('npx', '--no-install', 'publint', '--strict', tarball));
  process.stdout.write(run('npx', '--no-install', 'attw', '--no-emoji', tarball));
} catch (error) {
  process.stdout.write(error.stdout ?? '');
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

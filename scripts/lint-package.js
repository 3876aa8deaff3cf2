// publint and attw on the packed tarball, and what npm would miss in it: of this folder, or of one that was staged for
// publishing. Packed elsewhere: both delete what they pack here themselves.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingForPublishing } from './publishing.js';

const [staged] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const run = (command, ...args) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
try {
  requireRepository();
  const packed = run('npm', 'pack', staged ?? '.', '--ignore-scripts', '--json', '--pack-destination', folder);
  const tarball = join(folder, JSON.parse(packed)[0].filename);
  process.stdout.write(run('npx', '--no-install', 'publint', '--strict', tarball));
  process.stdout.write(run('npx', '--no-install', 'attw', '--no-emoji', tarball));
} catch (error) {
  process.stdout.write(error.stdout ?? `${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Here its fields are missing on purpose, which is said; from a folder that is about to be published they may not be. */
function requireRepository() {
  const missing = missingForPublishing(JSON.parse(readFileSync(join(staged ?? '.', 'package.json'), 'utf8')));
  if (missing.length === 0) return;
  const wayOut = 'GITHUB_REPOSITORY=OWNER/NAME npm run stage FOLDER makes a folder that has.';
  const text = `package.json has no ${missing.join(', no ')}: npm publish --provenance refuses it. ${wayOut}`;
  if (staged) throw new Error(text);
  process.stdout.write(`${text}\n`);
}

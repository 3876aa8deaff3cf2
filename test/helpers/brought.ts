import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './package.ts';

/** A program, or why there is none. */
export type Brought = { path: string } | { missing: string };

/**
 * A program that npm has for linux-x64, installed beside the project and kept there.
 *
 * @param folder its own in `.cache`
 * @param path of the program below `node_modules`
 */
export function bring(folder: string, spec: string, path: string): Brought {
  const prefix = join(root, '.cache', folder);
  const program = join(prefix, 'node_modules', path);
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: 'it is brought for linux-x64 alone' };
  if (existsSync(program)) return { path: program };
  try {
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix, spec];
    execFileSync('npm', args, { stdio: 'pipe' });
    return { path: program };
  } catch (error) {
    return { missing: String((error as { stderr?: Buffer }).stderr ?? error) };
  }
}

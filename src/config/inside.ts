import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { HookError } from '../errors.ts';
import type { LoadedConfig } from './load.ts';

/**
 * The full path of a file that a config names. The path must stay inside the folder of the config: a config is cloned
 * with a project, and must not choose which files of this machine are read or replaced.
 *
 * @param what the name of it in the error: `the report`
 * @throws HookError (exit 2) for a path that leads out of the folder, also through a link
 */
export async function resolveInside(
  text: string,
  { folder, path }: Pick<LoadedConfig, 'folder' | 'path'>,
  what: string,
  hint: string,
): Promise<string> {
  const full = resolve(folder, text);
  const stays = !isAbsolute(text) && isInside(folder, full) && (await isReallyInside(folder, full));
  if (stays) return full;
  throw new HookError(`${path}: ${what} "${text}" is outside the folder of the config`, { hint });
}

/** Whether a path is inside a folder after all links are followed. */
export async function isReallyInside(folder: string, path: string): Promise<boolean> {
  return isInside(await realPlace(folder), await realPlace(path));
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Where a path leads after its links are followed. If it does not exist yet: where it would be. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : resolve(await realPlace(folder), relative(folder, path));
  }
}

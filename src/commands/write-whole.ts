import { realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { ExitCode, HookError, errorCode, systemReason } from '../errors.ts';

/**
 * Writes a file in one step: a reader sees either the old content or the whole new content. A path that is not an
 * ordinary file (`/dev/stdout`, a pipe) is written to, and never replaced.
 *
 * @throws HookError (exit 3)
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  // A link stays a link.
  const target = await realpath(path).catch(() => path);
  const facts = await stat(target).catch(() => null);
  try {
    if (facts && !facts.isFile()) await writeFile(target, text);
    else await replace(target, text, facts?.mode);
  } catch (error) {
    throw new HookError(`cannot write ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

/**
 * Writes a new file, completely or not at all. Returns false and changes nothing if the path already exists.
 *
 * @throws HookError (exit 3)
 */
export async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await create(path, text);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw new HookError(`cannot write ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

async function replace(path: string, text: string, mode: number | undefined): Promise<void> {
  const draft = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
  await create(draft, text, mode);
  await rename(draft, path).catch((error: unknown) => removed(draft, error));
}

async function create(path: string, text: string, mode = 0o666): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: mode & 0o777 }).catch((error: unknown) =>
    // A file of another program is not ours to remove.
    errorCode(error) === 'EEXIST' ? Promise.reject(error) : removed(path, error),
  );
}

async function removed(path: string, error: unknown): Promise<never> {
  await unlink(path).catch(() => {});
  throw error;
}

import { realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { ExitCode, HookError, systemReason } from '../errors.ts';

/**
 * Writes a file in one go: whoever reads it finds what was there before, or the whole of the new. What is no ordinary
 * file (`/dev/stdout`, a pipe) is written into, and never replaced by one.
 *
 * @throws HookError (exit 3)
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  // A link stays a link.
  const target = await realpath(path).catch(() => path);
  const facts = await stat(target).catch(() => null);
  try {
    if (facts && !facts.isFile()) await writeFile(target, text);
    else await replace(target, text);
  } catch (error) {
    throw new HookError(`cannot write ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
}

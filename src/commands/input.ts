import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { closestMatch } from 'leven';
import { ExitCode, HookError, errorCode, systemReason } from '../errors.ts';
import type { Host } from '../host.ts';

/**
 * The bytes of a file, or of stdin for `-`.
 *
 * @throws HookError (exit 3) for a file that cannot be read, with the nearest one that is there
 */
export async function readInput(path: string, host: Host): Promise<Buffer> {
  if (path === '-') return readStdin(host);
  const full = resolve(host.cwd, path);
  try {
    return await readFile(full);
  } catch (error) {
    const nearest = errorCode(error) === 'ENOENT' ? await nearestFile(full) : undefined;
    throw new HookError(`cannot read ${path}: ${systemReason(error)}`, {
      hint: nearest && `did you mean ${join(dirname(path), nearest)}?`,
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

async function readStdin(host: Host): Promise<Buffer> {
  if (host.stdin.isTTY) host.stderr.write('reading from the terminal: end it with Ctrl-D\n');
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function nearestFile(path: string): Promise<string | undefined> {
  const names = await readdir(dirname(path)).catch(() => []);
  return closestMatch(basename(path), names, { maxDistance: 3 });
}

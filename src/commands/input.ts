import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { unreadable } from '../fixtures/unreadable.ts';
import type { Host } from '../host.ts';

/**
 * The bytes of a file, or of stdin for `-`.
 *
 * @throws HookError (exit 3) for a file that cannot be read, with the nearest one that is there
 */
export async function readInput(path: string, host: Host): Promise<Buffer> {
  if (path === '-') return readStdin(host);
  try {
    return await readFile(resolve(host.cwd, path));
  } catch (error) {
    throw await unreadable(path, error, host.cwd);
  }
}

async function readStdin(host: Host): Promise<Buffer> {
  if (host.stdin.isTTY) host.stderr.write('reading from the terminal: end it with Ctrl-D\n');
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

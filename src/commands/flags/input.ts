import { HookError } from '../../errors.ts';
import { collectInput, readInputFile } from '../../fixtures/read-input.ts';
import type { Host } from '../../host.ts';

/**
 * The bytes of a file, or of stdin for `-`.
 *
 * @throws HookError: exit 2 if stdin is empty, exit 3 for a file that cannot be read, with the nearest existing name
 */
export async function readInput(path: string, host: Host): Promise<Buffer> {
  if (path !== '-') return readInputFile(path, { cwd: host.cwd });
  if (host.stdin.isTTY) host.stderr.write('reading from the terminal: end it with Ctrl-D\n');
  const bytes = await collectInput(host.stdin, 'stdin');
  // Most likely the command before the pipe has failed: an empty event would hide that.
  if (bytes.length === 0) throw new HookError('stdin is empty: did the command before the pipe fail?');
  return bytes;
}

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { safeLine } from '../../text/safe.ts';

/**
 * Opens the inspector in the user's browser. Its address has the token in it, and what stands on a command line can be
 * read by every user of the machine: so the browser is given a file that leads there, which this user alone can read.
 *
 * @returns takes the file away
 */
export async function openBrowser(url: string, host: Host, talk: (line: string) => void): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'suvvy-hook-'));
  const file = join(folder, 'inspector.html');
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>suvvy-hook</title>`;
  await writeFile(file, page, { mode: 0o600 });
  const [command, ...args] = opener(host.env['BROWSER']);
  const child = spawn(command, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  child.on('error', (error) => talk(`! no browser could be opened: ${safeLine(`${command}: ${systemReason(error)}`)}`));
  child.unref();
  return () => rm(folder, { recursive: true, force: true });
}

function opener(browser: string | undefined): [string, ...string[]] {
  if (browser) return [browser];
  if (platform() === 'darwin') return ['open'];
  return platform() === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}

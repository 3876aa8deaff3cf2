import { readFile, readdir, readlink } from 'node:fs/promises';
import { reachOf } from '../../http/address.ts';
import { pause } from '../../http/until.ts';
import { isUp, type WaitOptions } from './wait-until-up.ts';

/** A killed process may hold its port a moment longer, in milliseconds. */
const afterKillMs = 200;

/**
 * Words for what still answers at the target after the server that was started there has been stopped, with its pid
 * where the system tells it; null if nothing does.
 */
export async function describeSurvivor(options: WaitOptions): Promise<string | null> {
  if (!(await isUp(options))) return null;
  await pause(afterKillMs);
  const { url } = options;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const pid = reachOf(url) === 'loopback' ? await listenerOn(port) : null;
  // Asked again at the end: one that logs dies of its first line, because nobody reads it any more.
  if (!(await isUp(options))) return null;
  const who = pid === null ? '' : ` (pid ${pid})`;
  return `something still answers at ${url.host}${who}: it left the process group of --start, so it was not ours to stop`;
}

/** The process that listens on a port of this machine, by Linux's /proc; null where that does not tell. */
async function listenerOn(port: number): Promise<number | null> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((table) => listeningSockets(table, port)));
  if (sockets.size === 0) return null;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder).catch(() => []))
      if (sockets.has(await readlink(`${folder}/${fd}`).catch(() => ''))) return Number(pid);
  }
  return null;
}

/** What the descriptors of these sockets link to: `socket:[12345]`. */
function listeningSockets(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A')
    .map((columns) => `socket:[${columns[9]}]`);
}

import { readFile, readdir, readlink } from 'node:fs/promises';
import { reachOf } from '../../http/address.ts';
import { pause } from '../../http/until.ts';
import { isUp, type WaitOptions } from './wait-until-up.ts';

/** A killed process may hold its port a little longer, in milliseconds. */
const afterKillMs = 200;

/**
 * A sentence if something still answers at the target after the started server was stopped, with its process id if the
 * system knows it; null if nothing answers.
 */
export async function describeSurvivor(options: WaitOptions): Promise<string | null> {
  if (!(await isUp(options))) return null;
  await pause(afterKillMs);
  const { url } = options;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const pid = reachOf(url) === 'loopback' ? await listenerOn(port) : null;
  // Ask again at the end: a server that logs dies with its first line, because nobody reads it any more.
  if (!(await isUp(options))) return null;
  const who = pid === null ? '' : ` (pid ${pid})`;
  return `something still answers at ${url.host}${who}: it left the process group of --start, so we did not stop it`;
}

/** The process that listens on a port of this machine, from Linux's /proc; null if that does not tell. */
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

/** The link targets of the descriptors of these sockets: `socket:[12345]`. */
function listeningSockets(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A')
    .map((columns) => `socket:[${columns[9]}]`);
}

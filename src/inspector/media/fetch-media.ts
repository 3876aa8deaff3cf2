import { lookup } from 'node:dns/promises';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { explainFailure } from '../../delivery/failure.ts';
import { HookError } from '../../errors.ts';
import { bareHost } from '../../http/address.ts';

const fetchLimits = { bytes: 15 * 1024 * 1024, ms: 20_000 };

export interface FetchMediaOptions {
  /** Origins that the command line named: they may be on this machine, or in this network. */
  namedOrigins: readonly string[];
  signal: AbortSignal;
  limits?: typeof fetchLimits;
  /** Every address of a name. */
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
}

/**
 * Fetches a file once, because a person asked for it: no redirects, no secret, nothing but the path. The address is
 * looked at after the name was resolved, and it is the one that is connected to.
 *
 * @throws HookError that says why not
 */
export async function fetchMedia(text: string, options: FetchMediaOptions): Promise<Buffer> {
  const { namedOrigins, signal, limits = fetchLimits, resolve = resolveAll } = options;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new HookError('the link of this file is not an http(s) URL');
  if (url.username || url.password) throw new HookError('the link of this file has a user name or password in it');
  const ended = AbortSignal.any([signal, AbortSignal.timeout(limits.ms)]);
  const host = bareHost(url.hostname);
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolve(host).catch(() => []);
  const [pinned] = addresses;
  if (!pinned) throw new HookError(`there is no address for ${host}`);
  if (!namedOrigins.includes(url.origin) && addresses.some(({ address }) => !isPublic(address)))
    throw new HookError(
      `${host} is an address of this machine or of a private network, which the command line did not name`,
    );
  try {
    return await readAll(await request(url, pinned, ended), limits.bytes);
  } catch (error) {
    if (error instanceof HookError) throw error;
    if (ended.aborted && !signal.aborted) throw new HookError(`the file did not come within ${limits.ms / 1000} s`);
    throw new HookError(explainFailure(error, url, true).message, { cause: error });
  }
}

/** What leads back to this machine, or into a network that is not the world's (RFC 6890 and its like). */
const specialNets = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Whether an address leads out into the world. Of IPv6 that is 2000::/3, less what carries another address inside. */
export function isPublic(address: string): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const special = new BlockList();
  for (const [net, prefix] of specialNets) special.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4');
  const world = new BlockList();
  world.addSubnet('2000::', 3, 'ipv6');
  return isIP(address) !== 0 && (family === 'ipv4' || world.check(address, family)) && !special.check(address, family);
}

function resolveAll(host: string): Promise<{ address: string; family: number }[]> {
  return lookup(host, { all: true });
}

async function request(
  url: URL,
  { address, family }: { address: string; family: number },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request: send } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  // Whatever the name leads to by now: this is the address that was looked at.
  const pinned: RequestOptions['lookup'] = (_host, options, callback) =>
    options.all ? callback(null, [{ address, family }]) : callback(null, address, family);
  return new Promise((resolve, reject) => {
    const options = { agent: false, lookup: pinned, signal, rejectUnauthorized: true, headers: { Accept: '*/*' } };
    const req = send(url, options, (res) => {
      if (res.statusCode === 200) return resolve(res);
      res.destroy();
      reject(new HookError(`its server answered ${res.statusCode}`));
    });
    req.on('error', reject);
    req.end();
  });
}

async function readAll(res: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of res) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) {
      res.destroy();
      throw new HookError(`the file is larger than ${maxBytes / 1024 / 1024} MB`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

import { isIP } from 'node:net';
import type { networkInterfaces } from 'node:os';

/** Where a host name leads, as far as its spelling tells. */
export type Reach = 'loopback' | 'private' | 'public';

/** How far away a target is: this machine, a private network, or the world. Names that are not addresses are the world's. */
export function reachOf(url: URL): Reach {
  const host = bareHost(url.hostname).toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  if (isIP(host) === 4) return reachOfV4(host);
  if (isIP(host) === 6) return reachOfV6(host);
  // A bare name or .local/.internal/.test never leaves the network that it is used in.
  return !host.includes('.') || /\.(local|internal|test|lan|home\.arpa)$/.test(host) ? 'private' : 'public';
}

/** Whether an address that was bound can be reached from this machine alone: 0.0.0.0 and :: are all that it has. */
export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.|^::1(%|$)/.test(address);
}

function reachOfV4(address: string): Reach {
  if (address.startsWith('127.') || address === '0.0.0.0') return 'loopback';
  return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) ? 'private' : 'public';
}

function reachOfV6(address: string): Reach {
  if (address === '::1' || address === '::') return 'loopback';
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high && low) {
    const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
    return reachOfV4([24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.'));
  }
  return /^f[cd]|^fe[89ab]/.test(address) ? 'private' : 'public';
}

/**
 * URLs that lead to what was bound on all addresses of this machine, loopback first; none where a single one was bound.
 *
 * @param url with the host that was asked for, which is that of no machine (`0.0.0.0`)
 * @param address what was bound
 */
export function urlsOfAll(
  url: string,
  address: string,
  interfaces: ReturnType<typeof networkInterfaces>,
): readonly string[] {
  if (address !== '0.0.0.0' && address !== '::') return [];
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  // fe80: needs the name of an interface of whoever uses it.
  const outside = addresses.filter(
    ({ internal, family, address: one }) =>
      !internal && (family === 'IPv4' || (address === '::' && !one.startsWith('fe80:'))),
  );
  return ['127.0.0.1', ...outside.map((one) => one.address)].map((host) =>
    url.replace(/^http:\/\/(\[[^\]]*\]|[^:/]+)/, `http://${hostInUrl(host)}`),
  );
}

/** A host as a URL has it: IPv6 in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A host without the brackets that a URL puts around IPv6. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** The port that a URL leads to, also where it says none. */
export function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

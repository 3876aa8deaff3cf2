import { isIP } from 'node:net';
import type { networkInterfaces } from 'node:os';

/** Where a host name leads, judged by its spelling. */
export type Reach = 'loopback' | 'private' | 'public';

/**
 * How far away a target is: this machine, a private network, or the internet. A name that is not an address counts as
 * internet.
 */
export function reachOf(url: URL): Reach {
  const host = bareHost(url.hostname).toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  if (isIP(host) === 4) return reachOfV4(host);
  if (isIP(host) === 6) return reachOfV6(host);
  // A bare name or .local/.internal/.test is only used inside its own network.
  return !host.includes('.') || /\.(local|internal|test|lan|home\.arpa)$/.test(host) ? 'private' : 'public';
}

/** Whether a bound address can be reached only from this machine. 0.0.0.0 and :: are all its addresses. */
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
 * URLs that lead to a server that was bound on all addresses of this machine, loopback first. Empty if it was bound on
 * a single one.
 *
 * @param url with the host that was asked for, which no machine has (`0.0.0.0`)
 * @param address the address that was bound
 */
export function urlsOfAll(
  url: string,
  address: string,
  interfaces: ReturnType<typeof networkInterfaces>,
): readonly string[] {
  if (address !== '0.0.0.0' && address !== '::') return [];
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  // An fe80: address needs the name of the caller's network interface.
  const outside = addresses.filter(
    ({ internal, family, address: one }) =>
      !internal && (family === 'IPv4' || (address === '::' && !one.startsWith('fe80:'))),
  );
  return ['127.0.0.1', ...outside.map((one) => one.address)].map((host) =>
    url.replace(/^http:\/\/(\[[^\]]*\]|[^:/]+)/, `http://${hostInUrl(host)}`),
  );
}

/** A host as it is written in a URL: IPv6 in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A host without the brackets that a URL puts around IPv6. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** The port that a URL leads to, also if it names none. */
export function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

import { lookup } from 'node:dns/promises';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { systemReason } from '../../errors.ts';
import { bareHost, portOf, reachOf } from '../../http/address.ts';
import type { TargetFacts } from './facts.ts';

const connectTimeoutMs = 1000;

/** The addresses of a name, in the order of the resolver; empty if it has none. */
export async function addressesOf(name: string): Promise<string[]> {
  try {
    const found = await lookup(name, { all: true, order: 'verbatim' });
    return [...new Set(found.map(({ address }) => address))];
  } catch {
    return [];
  }
}

/** The addresses where something accepts a connection on this port. No data is sent. */
export async function listeningOn(addresses: readonly string[], port: number): Promise<string[]> {
  const answers = await Promise.all(addresses.map((address) => takesConnection(address, port)));
  return addresses.filter((_, index) => answers[index]);
}

/**
 * What we can find out about a webhook without leaving this machine. The name of another machine is not even resolved.
 */
export async function probeTarget(url: URL): Promise<TargetFacts> {
  if (reachOf(url) !== 'loopback') return { url, addresses: null, listening: [] };
  const addresses = await addressesOf(bareHost(url.hostname));
  return { url, addresses, listening: await listeningOn(addresses, portOf(url)) };
}

/** Whether this runs in a container of Docker or Podman. */
export async function isInContainer(): Promise<boolean> {
  const marks = await Promise.all(['/.dockerenv', '/run/.containerenv'].map(exists));
  return marks.includes(true);
}

/** Why no file can be written in a folder; null if files can be written. */
export async function writeProblem(folder: string): Promise<string | null> {
  return access(folder, constants.W_OK).then(() => null, systemReason);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function takesConnection(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectTimeoutMs });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

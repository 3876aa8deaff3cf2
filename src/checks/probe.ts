import { join } from 'node:path';
import type { FileWatch } from '../delivery/attempt.ts';
import { createPayload, type Payload } from '../delivery/payload.ts';
import { ExitCode, HookError, systemReason } from '../errors.ts';
import { type ServedFile, createAssetServer, type AssetLease, type AssetServer } from '../fixtures/asset-server.ts';
import { composeFixture } from '../fixtures/compose.ts';
import { bundledFolder } from '../fixtures/list.ts';
import type { RawHeader } from '../http/headers.ts';
import type { CheckCase, Probe } from './case.ts';

/** Gives files their links, in order. */
export type LinkFiles = (files: readonly ServedFile[]) => readonly string[];

/** A probe as the request that goes out. */
export async function composeProbe(
  probe: Probe,
  { id }: Pick<CheckCase, 'id'>,
  { secret, link }: { secret: string | null; link: LinkFiles },
): Promise<Payload> {
  const { authorization, contentType, method = 'POST', framing = 'content-length' } = probe;
  const headers: RawHeader[] = [];
  if (contentType) headers.push(['Content-Type', contentType]);
  if (authorization?.value) headers.push(['Authorization', authorization.value]);
  const payload = createPayload({
    name: id,
    body: await bodyOf(probe, link),
    secret: authorization ? null : secret,
    headers,
    method,
    framing,
  });
  if (contentType === null) payload.headers = payload.headers.filter(([name]) => name !== 'Content-Type');
  return payload;
}

async function bodyOf({ event, body = '' }: Probe, link: LinkFiles): Promise<Uint8Array> {
  if (!event) return Buffer.from(body);
  const bytes = Buffer.from(JSON.stringify(event));
  if (!bytes.includes('"asset:')) return bytes;
  const fixture = { name: 'check', path: join(bundledFolder, 'check.json'), bundled: true, body: bytes };
  return (await composeFixture(fixture, { chatId: null, link })).body;
}

/** Links to copies of the files at an address of the user's. */
export function linksBelow(base: string): LinkFiles {
  return (files) => files.map(({ name }) => `${base.replace(/\/$/, '')}/${encodeURIComponent(name)}`);
}

export interface FileLinkOptions {
  assetHost?: string | undefined;
  /** The files are somewhere else: nothing is served. */
  fileBaseUrl?: string | undefined;
}

/** Serves the files of a run, from the first probe that has any. */
export interface FileLinks {
  linksFor(probe: Probe): Promise<{ link: LinkFiles; files(): FileWatch | null }>;
  close(): Promise<void>;
}

/** Links work until the run ends, not just until the answer: a receiver may well answer first. */
export function createFileLinks({ assetHost, fileBaseUrl }: FileLinkOptions): FileLinks {
  const leases: AssetLease[] = [];
  const state: { server: Promise<AssetServer> | null } = { server: null };
  return {
    async linksFor({ event }) {
      if (fileBaseUrl !== undefined) return { link: linksBelow(fileBaseUrl), files: () => null };
      if (!event || !JSON.stringify(event).includes('"asset:')) return { link: () => [], files: () => null };
      const server = await (state.server ??= serve(assetHost));
      const held: { lease: AssetLease | null } = { lease: null };
      const link: LinkFiles = (files) => {
        held.lease = server.lease(files);
        leases.push(held.lease);
        return held.lease.urls;
      };
      return { link, files: () => held.lease };
    },
    async close() {
      for (const lease of leases) lease.end();
      // A download that began with the last delivery may end; one that hangs may not keep us.
      await state.server?.then((server) => server.close({ graceMs: 200 })).catch(() => {});
    },
  };
}

/** @throws HookError (exit 3) if there is no listening on that host */
async function serve(host: string | undefined): Promise<AssetServer> {
  try {
    return await createAssetServer(host);
  } catch (error) {
    const message = `files cannot be served on ${host}: ${systemReason(error)}`;
    throw new HookError(message, { exitCode: ExitCode.unable, cause: error });
  }
}

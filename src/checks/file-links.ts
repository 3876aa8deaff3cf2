import type { FileWatch } from '../delivery/attempt.ts';
import { ExitCode, HookError, systemReason } from '../errors.ts';
import { createAssetServer, type AssetLease, type AssetServer } from '../fixtures/asset-server.ts';
import type { Probe } from './case.ts';
import { linksBelow, type LinkFiles } from './compose-probe.ts';

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

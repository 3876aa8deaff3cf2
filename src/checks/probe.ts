import type { RequestOptions } from '../delivery/payload.ts';
import { ExitCode, HookError, systemReason } from '../errors.ts';
import { createAssetServer, type AssetServer } from '../fixtures/asset-server.ts';
import { assetsOf, composeBody, composeEvent, type Draft } from '../fixtures/compose.ts';
import { bundledFolder } from '../fixtures/list.ts';
import type { RawHeader } from '../http/headers.ts';
import type { CheckCase, Probe } from './case.ts';

/** The draft of what a probe sends. */
export async function composeProbe({ event, body = '' }: Probe, { id }: Pick<CheckCase, 'id'>): Promise<Draft> {
  return event ? composeEvent(id, event, { findFile: assetsOf(bundledFolder) }) : composeBody(id, Buffer.from(body));
}

/** The request options of a probe. */
export function probeRequest(probe: Probe, secret: string | null): RequestOptions {
  const { authorization, contentType, method = 'POST', framing = 'content-length' } = probe;
  const headers: RawHeader[] = authorization?.value
    ? [[authorization.name ?? 'Authorization', authorization.value]]
    : [];
  return {
    secret: authorization ? null : secret,
    headers,
    method,
    framing,
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** Serves the files of a run. It starts with the first draft that has files. */
export interface RunAssets {
  /** Null for a draft without files, and if the files are elsewhere. */
  serverFor(draft: Draft): Promise<AssetServer | null>;
  close(): Promise<void>;
}

export function createRunAssets({
  assetHost,
  fileBaseUrl,
}: {
  assetHost?: string | undefined;
  fileBaseUrl?: string | undefined;
}): RunAssets {
  const state: { server: Promise<AssetServer> | null } = { server: null };
  return {
    serverFor: async ({ files }) =>
      files.length === 0 || fileBaseUrl !== undefined ? null : (state.server ??= serve(assetHost)),
    // A download that began with the last delivery may finish, but one that hangs must not hold us up.
    close: async () => state.server?.then((server) => server.close({ graceMs: 200 })).catch(() => {}),
  };
}

/** @throws HookError (exit 3) if it cannot listen on that host */
async function serve(host: string | undefined): Promise<AssetServer> {
  try {
    return await createAssetServer(host);
  } catch (error) {
    const message = `files cannot be served on ${host}: ${systemReason(error)}`;
    throw new HookError(message, { exitCode: ExitCode.unable, cause: error });
  }
}

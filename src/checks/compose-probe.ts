import { join } from 'node:path';
import type { ServedFile } from '../fixtures/asset-server.ts';
import { composeFixture } from '../fixtures/compose.ts';
import { bundledFolder } from '../fixtures/list.ts';
import { createPayload, type Payload, type RawHeader } from '../delivery/payload.ts';
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

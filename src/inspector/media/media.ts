import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../contract/field-path.ts';
import { bundledFolder, listFixtures } from '../../fixtures/list.ts';
import { detectMediaType } from '../../fixtures/media-type.ts';
import { reachOf } from '../../http/address.ts';

/** A file that a message links to. */
export interface MediaLink {
  name: string;
  url: string;
  sizeBytes: number | null;
}

export interface Media {
  bytes: Buffer;
  /** By its bytes: what a message or a server calls it never counts. */
  mimeType: string;
  /** Whether a page may show it: pictures and sounds, never SVG or anything with a script in it. */
  inline: boolean;
}

const inlineTypes = /^(image\/(png|jpeg|gif|webp)|audio\/(mpeg|wav|ogg|webm|mp4))$/;

export function mediaOf(bytes: Buffer): Media {
  const mimeType = detectMediaType(bytes.subarray(0, 4096));
  return { bytes, mimeType, inline: inlineTypes.test(mimeType) };
}

/** The file of message `index` of an event; null where there is none. */
export function mediaLink(body: Buffer | null, index: number): MediaLink | null {
  const event = parsed(body);
  const messages = isObject(event) && Array.isArray(event['new_messages']) ? (event['new_messages'] as unknown[]) : [];
  const message = messages[index];
  const file = isObject(message) ? message['file'] : null;
  if (!isObject(file) || typeof file['url'] !== 'string') return null;
  const { name, url, size_bytes: size } = file;
  return { name: typeof name === 'string' ? name : '', url, sizeBytes: typeof size === 'number' ? size : null };
}

/** Attachment `index` of a customer's message, whose bytes came with it; null where there is none. */
export function heldMedia(body: Buffer | null, index: number): Media | null {
  const message = parsed(body);
  const attachments = isObject(message) && Array.isArray(message['attachments']) ? message['attachments'] : [];
  const attachment: unknown = attachments[index];
  if (!isObject(attachment) || typeof attachment['data'] !== 'string') return null;
  return mediaOf(Buffer.from(attachment['data'], 'base64'));
}

/** Whether a link is such as we make for files that we serve ourselves. */
export function isServedLink(link: URL): boolean {
  return reachOf(link) === 'loopback' && /^\/[0-9a-f]{16}\/\d+\/[^/]*$/.test(link.pathname);
}

/** The last files that were fetched, up to `maxBytes` together. */
export function createShelf(maxBytes = 32 * 1024 * 1024) {
  const kept = new Map<string, Media>();
  let bytes = 0;
  return {
    get: (key: string): Media | null => kept.get(key) ?? null,
    put(key: string, media: Media): void {
      kept.set(key, media);
      bytes += media.bytes.length;
      for (const [oldest, { bytes: old }] of kept) {
        if (bytes <= maxBytes || oldest === key) break;
        kept.delete(oldest);
        bytes -= old.length;
      }
    },
  };
}

/**
 * Our own fixtures, which need not be fetched: a link such as `send` makes to its own files, on this machine, with the
 * name and the size of one that is bundled.
 */
export function createOwnFiles(): (link: MediaLink) => Promise<Media | null> {
  let known: Promise<Map<string, string>> | undefined;
  return async ({ name, url, sizeBytes }) => {
    if (!URL.canParse(url)) return null;
    const link = new URL(url);
    if (!isServedLink(link)) return null;
    const path = (await (known ??= bundledFiles())).get(`${sizeBytes} ${name}`);
    return path === undefined ? null : mediaOf(await readFile(path));
  };
}

async function bundledFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { path } of await listFixtures()) {
    const body = await readFile(path);
    for (let index = 0; ; index += 1) {
      const link = mediaLink(body, index);
      if (link?.url.startsWith('asset:'))
        files.set(`${link.sizeBytes} ${link.name}`, join(bundledFolder, 'assets', link.url.slice('asset:'.length)));
      else if (!link && index > 20) break;
    }
  }
  return files;
}

function parsed(body: Buffer | null): unknown {
  try {
    return body && (JSON.parse(body.toString('utf8')) as unknown);
  } catch {
    return null;
  }
}

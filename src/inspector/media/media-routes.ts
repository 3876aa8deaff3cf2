import { HookError } from '../../errors.ts';
import type { Placed } from '../feed.ts';
import type { ReplayPolicy } from '../replay.ts';
import { NotFound, type Route } from '../route.ts';
import { fetchMedia } from './fetch-media.ts';
import {
  createOwnFiles,
  createShelf,
  heldMedia,
  isServedLink,
  mediaLink,
  mediaOf,
  type Media,
  type MediaLink,
} from './media.ts';

export interface MediaRouteOptions {
  policy: ReplayPolicy;
  /** @throws NotFound */
  find(id: string): Promise<Placed>;
}

/** The files that messages link to: those that are here, and those that somebody asks for. */
export function createMediaRoutes({ policy, find }: MediaRouteOptions): Route[] {
  const shelf = createShelf();
  const ownFile = createOwnFiles();
  const linkOf = async (id: string, index: string): Promise<MediaLink> => {
    const link = mediaLink((await find(id)).item.body(), Number(index));
    if (!link) throw new NotFound('this message has no file');
    return link;
  };
  return [
    {
      method: 'GET',
      path: /^\/v1\/media\/([\w-]{1,64})\/(\d{1,7})$/,
      async run({ params: [id = '', index = ''] }) {
        const held = heldMedia((await find(id)).item.body(), Number(index));
        const media = held ?? shelf.get(`${id}/${index}`) ?? (await ownFile(await linkOf(id, index)));
        if (!media) throw new NotFound('the bytes of this file are not here: POST /v1/fetch-media gets them');
        const { bytes, mimeType, inline } = media;
        return { bytes, headers: inline ? { 'Content-Type': mimeType } : download(mimeType, 'file') };
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/fetch-media$/,
      async run({ body: { id, index }, signal }) {
        if (typeof id !== 'string' || !Number.isSafeInteger(index))
          throw new HookError('"id" and "index" name the file');
        const link = await linkOf(id, String(index));
        const namedOrigins = policy.targets().map(({ origin }) => origin);
        // The files of the bot are on a port of ours.
        const isOurs = (await find(id)).item.type === 'delivery' && URL.canParse(link.url);
        if (isOurs && isServedLink(new URL(link.url))) namedOrigins.push(new URL(link.url).origin);
        const media = mediaOf(await fetchMedia(link.url, { namedOrigins, signal }));
        shelf.put(`${id}/${String(index)}`, media);
        return { json: describeMedia(media) };
      },
    },
  ];
}

function describeMedia({ bytes, mimeType, inline }: Media): object {
  return { bytes: bytes.length, mimeType, inline };
}

/** A browser saves it, whatever it is. */
export function download(type: string, name: string): Record<string, string> {
  return { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` };
}

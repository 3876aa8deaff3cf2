import { createPayload, type Payload } from '../../delivery/payload.ts';
import { HookError } from '../../errors.ts';
import type { ServedFile } from '../../fixtures/asset-server.ts';
import type { ComposeOptions, Composed } from '../../fixtures/compose.ts';
import type { Host } from '../../host.ts';
import { mergeHeaders, type RawHeader } from '../../http/headers.ts';
import type { DeliveryOptions } from './delivery-flags.ts';

/** One body to deliver: made anew for each delivery, because its file links are. */
export interface Parcel {
  name: string;
  /** Where `chat_id` comes from unless a flag says so: ours get one, what the user brings goes as it is. */
  chatId: string | null;
  compose(options: ComposeOptions): Promise<Composed> | Composed;
  headers?: readonly RawHeader[];
  /** Where curl could read the body, if nothing changes it. */
  bodyFrom?: string;
  /** Not before so many milliseconds after the start of the run. */
  dueMs?: number;
}

/** What a run delivers, in order. Gone through more than once: nothing is sent before all of it was found good. */
export type Parcels = Iterable<Parcel> | AsyncIterable<Parcel>;

/** Everything that a run of deliveries needs, with the flags already understood. */
export interface Run {
  url: URL;
  secret: string | null;
  options: DeliveryOptions;
  compose: Omit<ComposeOptions, 'chatId'>;
  ca: string | undefined;
  host: Host;
}

/** Gives `asset:` links their URLs with `link`, or else those of `--file-base-url`; without either they stay. */
export function composeParcel(
  parcel: Parcel,
  run: Run,
  link?: (files: readonly ServedFile[]) => readonly string[],
): Promise<Composed> | Composed {
  const { chatId, fileBaseUrl } = run.options;
  const links = link ?? ((files: readonly ServedFile[]) => baseUrls(files, fileBaseUrl));
  return parcel.compose({
    ...run.compose,
    chatId: chatId === false ? null : (chatId ?? parcel.chatId),
    link: (files) => (files.length > 0 ? links(files) : []),
  });
}

/** The request that a composed body leaves as. */
export function payloadOf(
  composed: Composed,
  parcel: Parcel,
  secret: string | null,
  options: DeliveryOptions,
): Payload {
  const headers = mergeHeaders(parcel.headers ?? [], options.header ?? []);
  return createPayload({ name: composed.name, body: composed.body, secret, headers });
}

function baseUrls(files: readonly ServedFile[], base: string | undefined): string[] {
  if (base === undefined) return [];
  if (!URL.canParse(base)) throw new HookError(`--file-base-url ${base} is not a URL`);
  return files.map(({ name }) => `${base.replace(/\/$/, '')}/${encodeURIComponent(name.toWellFormed())}`);
}

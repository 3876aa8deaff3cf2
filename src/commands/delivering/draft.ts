import type { RequestOptions } from '../../delivery/payload.ts';
import type { ComposeOptions, Draft } from '../../fixtures/compose.ts';
import type { Edit } from '../../fixtures/edit.ts';
import type { Host } from '../../host.ts';
import { mergeHeaders, type RawHeader } from '../../http/headers.ts';
import type { DeliveryOptions } from './delivery-flags.ts';

/** Where a draft comes from: a fixture, a file, a recorded event. */
export interface DraftSource {
  name: string;
  /** Of ours, unless a flag says otherwise; what the user brings goes as it is. */
  chatId?: string | undefined;
  /** Called more than once: drafts are not kept. */
  compose(options: ComposeOptions): Promise<Draft> | Draft;
  headers?: readonly RawHeader[];
  /** Where curl could read the body, if nothing changes it. */
  bodyFrom?: string;
  /** Not before so many milliseconds after the start of the run. */
  dueMs?: number;
}

/** What a run delivers, in order. Gone through more than once: nothing is sent before all of it was found good. */
export type DraftSources = Iterable<DraftSource> | AsyncIterable<DraftSource>;

/** Everything that a run of deliveries needs, with the flags already understood. */
export interface DeliveryRun {
  url: URL;
  secret: string | null;
  options: DeliveryOptions;
  edits: readonly Edit[];
  ca: string | undefined;
  host: Host;
}

/** The draft of a source, with what the flags change in it. */
export async function composeDraft(source: DraftSource, { options, edits }: DeliveryRun): Promise<Draft> {
  const { chatId = source.chatId } = options;
  return source.compose({ edits, chatId: chatId === false ? null : chatId });
}

/** How the draft of a source leaves. */
export function requestOf({ headers = [] }: DraftSource, { secret, options }: DeliveryRun): RequestOptions {
  return { secret, headers: mergeHeaders(headers, options.header ?? []) };
}

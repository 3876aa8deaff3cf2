import type { RequestOptions } from '../../delivery/payload.ts';
import type { ComposeOptions, Draft } from '../../fixtures/compose.ts';
import type { Edit } from '../../fixtures/edit.ts';
import { fillBody, type Placeholders } from '../../fixtures/placeholders.ts';
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

/** What is known of all drafts before the first is sent. */
export interface DraftSurvey {
  nameWidth: number;
  needsFiles: boolean;
  drafts: number;
  /** All bodies together. */
  bytes: number;
}

/** Everything that a run of deliveries needs, with the flags already understood. */
export interface DeliveryRun {
  url: URL;
  secret: string | null;
  options: DeliveryOptions;
  /** With marks for their placeholders, as `chatId` has. */
  edits: readonly Edit[];
  /** That of the flags; null removes it. */
  chatId: string | null | undefined;
  placeholders: Placeholders;
  ca: string | undefined;
  host: Host;
}

/** The draft of a source, with what the flags change in it, and marks for their placeholders. */
export async function composeDraft(source: DraftSource, { chatId, edits }: DeliveryRun): Promise<Draft> {
  return source.compose({ edits, chatId: chatId === undefined ? source.chatId : chatId });
}

/** The draft as the request with this number sends it. */
export function numberedDraft(draft: Draft, n: number, { placeholders }: DeliveryRun): Draft {
  return {
    ...draft,
    // They are served under these names, and the links have the same.
    files: draft.files.map((file) => ({
      ...file,
      name: placeholders.fill(file.name, n),
      mimeType: placeholders.fill(file.mimeType, n),
    })),
    body: (urls) => {
      const body = draft.body(urls);
      const template = placeholders.compile(body);
      return template ? fillBody(template, n) : body;
    },
  };
}

/** How the draft of a source leaves. */
export function requestOf({ headers = [] }: DraftSource, { secret, options }: DeliveryRun): RequestOptions {
  return { secret, headers: mergeHeaders(headers, options.header ?? []) };
}

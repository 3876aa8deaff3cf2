import { defaultChatId } from '../contract/limits.ts';
import { createAssetServer } from '../fixtures/asset-server.ts';
import { composeBody, composeFixture } from '../fixtures/compose.ts';
import { parseEdit } from '../fixtures/edit.ts';
import { loadFixtures, type Fixture } from '../fixtures/load.ts';
import type { RawHeader } from '../http/headers.ts';
import type { AttemptOptions, Delivery } from './attempt.ts';
import { deliverDraft, type DraftDeliveryOptions } from './deliver-draft.ts';

export interface DeliverEventOptions extends Omit<AttemptOptions, 'files' | 'filesUnreachable' | 'agent' | 'status'> {
  /** Sent as `Authorization: Bearer <secret>` (R7). */
  secret?: string | null;
  /** Replace a standard header of the same name, or join the end. */
  headers?: readonly RawHeader[];
  /**
   * `chat_id` of `new_messages`, in the place of what is there; null sends none. Default: `"0"` for bundled fixtures, what
   * is there for others.
   */
  chatId?: string | null;
  /** `PATH=VALUE`, as `--set` takes them: `new_messages[0].text=Hello`. */
  set?: readonly string[];
  /** Pass on this status instead: `401`, `2xx`. */
  expectStatus?: string;
}

/**
 * Delivers a fixture the way Suvvy does, with its files served while that takes, and says what Suvvy would conclude.
 *
 * @param fixture a name as in `suvvy-hook fixtures list`, the path of a JSON file, or one that was loaded
 * @throws HookError for a fixture that is not there or an edit that does not fit; never for what the target does
 */
export async function deliverFixture(fixture: string | Fixture, options: DeliverEventOptions): Promise<Delivery> {
  const loaded = typeof fixture === 'string' ? (await loadFixtures([fixture]))[0]! : fixture;
  const { chatId = loaded.bundled ? defaultChatId : undefined } = options;
  const draft = await composeFixture(loaded, { chatId, edits: (options.set ?? []).map(parseEdit) });
  const assets = draft.files.length > 0 ? await createAssetServer() : null;
  try {
    return (await deliverDraft(draft, { ...draftOptions(options), assets })).delivery;
  } finally {
    await assets?.close();
  }
}

/**
 * Delivers a body of your own: bytes and text as they are, any other value as JSON.
 *
 * @throws HookError for an edit that does not fit; never for what the target does
 */
export async function deliverBody(body: unknown, options: DeliverEventOptions): Promise<Delivery> {
  const bytes = Buffer.from(body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body));
  const draft = await composeBody('body', bytes, {
    chatId: options.chatId,
    edits: (options.set ?? []).map(parseEdit),
  });
  return (await deliverDraft(draft, draftOptions(options))).delivery;
}

function draftOptions({ secret, headers, expectStatus, ...options }: DeliverEventOptions): DraftDeliveryOptions {
  return { ...options, request: { secret, headers }, status: expectStatus };
}

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
  /** They replace a standard header of the same name, or are added at the end. */
  headers?: readonly RawHeader[];
  /**
   * The `chat_id` of `new_messages`, instead of the existing one; null sends none. Default: `"0"` for bundled fixtures,
   * unchanged for others.
   */
  chatId?: string | null;
  /** `PATH=VALUE`, as in `--set`: `new_messages[0].text=Hello`. */
  set?: readonly string[];
  /** Pass on this status instead of a 2xx: `401`, `2xx`. */
  expectStatus?: string;
}

/**
 * Delivers a fixture as Suvvy does, serves its files during the delivery, and says what Suvvy would conclude.
 *
 * @param fixture a name as in `suvvy-hook fixtures list`, the path of a JSON file, or a loaded fixture
 * @throws HookError for a fixture that does not exist or an edit that does not fit; never for what the target does
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
 * Delivers a body of your own: bytes and text unchanged, any other value as JSON.
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

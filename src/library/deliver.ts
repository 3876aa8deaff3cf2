import type { Agent } from 'node:http';
import { isAnyArrayBuffer } from 'node:util/types';
import { defaultChatId } from '../contract/limits.ts';
import type { Delivery } from '../delivery/attempt.ts';
import { deliverDraft, type DraftDeliveryOptions } from '../delivery/deliver-draft.ts';
import { deliver as deliverPayload, type DeliverOptions } from '../delivery/deliver.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { createPayload as buildPayload, type Payload, type PayloadOptions } from '../delivery/payload.ts';
import { HookError } from '../errors.ts';
import { createAssetServer } from '../fixtures/asset-server.ts';
import { composeBody, composeFixture } from '../fixtures/compose.ts';
import { parseEdit } from '../fixtures/edit.ts';
import { loadFixtures, type Fixture } from '../fixtures/load.ts';
import type { RawHeader } from '../http/headers.ts';
import { atCaller, atCallerNow } from './caller.ts';
import type { FixtureName } from './fixture-names.ts';
import { targetOf, verifyMs, verifySecret, verifyStatus } from './options.ts';
import { veilDelivery, veilOutcome, veilPayload } from './shown.ts';

/** Where a fixture or a body goes, how, and when it passes. */
export interface DeliverEventOptions {
  /** Where to: `http://localhost:3000/webhook`, or in short `localhost:3000/webhook` or `:3000/webhook`. */
  url: URL | string;
  /** Sent as `Authorization: Bearer <secret>` (R7); none sends no header. */
  secret?: string | null | undefined;
  /** Replace a standard header of the same name, or join the end. */
  headers?: readonly RawHeader[] | undefined;
  /**
   * `chat_id` of `new_messages`, in the place of what is there; null sends none. Default: `"0"` for bundled fixtures, what
   * is there for others.
   */
  chatId?: string | null | undefined;
  /** `PATH=VALUE`, as `--set` takes them: `new_messages[0].text=Hello`. */
  set?: readonly string[] | undefined;
  /** Pass on this status instead: `401`, `2xx`. */
  expectStatus?: string | undefined;
  /** Pass only if the headers came within so many milliseconds. */
  maxTimeMs?: number | undefined;
  /** Wait so many milliseconds after the answer for the files to be fetched, and fail if they were not. */
  expectFetchMs?: number | undefined;
  /** How long to wait for headers, in milliseconds; the body has until then too. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** How long the body may take after the headers, if that is less, in milliseconds. */
  bodyTimeoutMs?: number | undefined;
  /** Take any certificate (against `tls-verified`). */
  insecure?: boolean | undefined;
  /** Certificates to trust instead of the system's: PEM. */
  ca?: string | undefined;
  /** Gives the delivery up, with the outcome `interrupted`. */
  signal?: AbortSignal | undefined;
  /** Connections to share; default: a fresh one each time (`fresh-connection`). */
  agent?: Agent | undefined;
  /** Deliveries that are under way at once are timed better by one clock: that of `createTurnClock`. */
  clock?: (() => number) | undefined;
}

/**
 * Delivers a fixture the way Suvvy does, with its files served while that takes, and says what Suvvy would conclude.
 *
 * @param fixture a name as in `suvvy-hook fixtures list`, the path of a JSON file, or one that was loaded
 * @returns the request, what came back, and the verdict; printed, it has no secret in it
 * @throws HookError for a fixture that is not there, or an option that cannot be meant; never for what the target does
 * @example const { verdict } = await deliverFixture('image', { url: ':3000/webhook', secret: 's3cret' });
 */
export async function deliverFixture(
  // Any other string is the path of a file: this keeps the names in completion.
  fixture: FixtureName | (string & Record<never, never>) | Fixture,
  options: DeliverEventOptions,
): Promise<Delivery> {
  return atCaller(deliverFixture, async () => {
    const drafted = draftOptions(options);
    const loaded = typeof fixture === 'string' ? (await loadFixtures([fixture]))[0]! : fixture;
    const { chatId = loaded.bundled ? defaultChatId : undefined } = options;
    const draft = await composeFixture(loaded, { chatId, edits: (options.set ?? []).map(parseEdit) });
    const assets = draft.files.length > 0 ? await createAssetServer() : null;
    try {
      return veilDelivery((await deliverDraft(draft, { ...drafted, assets })).delivery);
    } finally {
      await assets?.close();
    }
  });
}

/**
 * Delivers a body of your own: bytes and text as they are, any other value as JSON.
 *
 * @throws HookError for a Blob, or an option that cannot be meant; never for what the target does
 * @example const { outcome } = await deliverBody({ event_type: 'test_request' }, { url: 'localhost:3000/webhook' });
 */
export async function deliverBody(body: unknown, options: DeliverEventOptions): Promise<Delivery> {
  return atCaller(deliverBody, async () => {
    const { chatId, set = [] } = options;
    const draft = await composeBody('body', bytesOf(body), { chatId, edits: set.map(parseEdit) });
    return veilDelivery((await deliverDraft(draft, draftOptions(options))).delivery);
  });
}

/**
 * A request such as Suvvy sends (R6, R7), ready for `deliver`. Printed, it has no secret in it.
 *
 * @throws HookError for a secret that no header can carry
 * @example const payload = createPayload({ name: 'mine', body: '{}', secret: 's3cret' });
 */
export function createPayload(options: PayloadOptions): Payload {
  return atCallerNow(createPayload, () => {
    verifySecret(options.secret);
    return veilPayload(buildPayload({ ...options, body: bytesOf(options.body) }));
  });
}

/**
 * One delivery over HTTP/1.1, one attempt, no redirects (`no-retry`, `no-redirects`). Everything that can come of it is in
 * the outcome: hold it against the contract with `judge`.
 *
 * @throws HookError for an option that cannot be meant; never for what the target does
 * @example const outcome = await deliver(payload, { url: ':3000/webhook', timeoutMs: 500 });
 */
export async function deliver(payload: Payload, options: DeliverOptions): Promise<Outcome> {
  return atCaller(deliver, async () => {
    const { timeoutMs, bodyTimeoutMs } = options;
    verifyMs({ timeoutMs, bodyTimeoutMs });
    const outcome = await deliverPayload(payload, { ...options, url: targetOf(options.url) });
    return veilOutcome(
      outcome,
      payload.headers.map(([, value]) => value.replace(/^\S+\s+/, '')),
    );
  });
}

function draftOptions({ secret, headers, expectStatus, ...options }: DeliverEventOptions): DraftDeliveryOptions {
  const { timeoutMs, bodyTimeoutMs, expectFetchMs, maxTimeMs } = options;
  verifySecret(secret);
  verifyStatus('expectStatus', expectStatus);
  verifyMs({ timeoutMs, bodyTimeoutMs, expectFetchMs, maxTimeMs });
  return { ...options, url: targetOf(options.url), request: { secret, headers }, status: expectStatus };
}

/** By what it is, not by its class: the bytes of a test may come from another realm. */
function bytesOf(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isAnyArrayBuffer(body)) return Buffer.from(body);
  if (
    Object.prototype.toString.call(body) === '[object Blob]' ||
    Object.prototype.toString.call(body) === '[object File]'
  )
    throw new HookError('a Blob cannot be sent as it is: give its bytes, await blob.arrayBuffer()');
  const json = JSON.stringify(body) as string | undefined;
  if (json === undefined) throw new HookError(`a ${typeof body} cannot be sent: it has no JSON`);
  return Buffer.from(json);
}

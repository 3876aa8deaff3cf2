import { deadlineMs } from '../contract/limits.ts';
import type { Redactor } from '../contract/redact.ts';
import { deliverDraft } from '../delivery/deliver-draft.ts';
import { deliveryRecord } from '../delivery/record.ts';
import { parseTarget } from '../delivery/target.ts';
import { HookError } from '../errors.ts';
import { composeBody } from '../fixtures/compose.ts';
import { parseEdit } from '../fixtures/edit.ts';
import { reachOf } from '../http/address.ts';
import { headerValues, type RawHeader } from '../http/headers.ts';

/** Where a replay may go. */
export interface ReplayPolicy {
  /** URLs that the command line named, and our own: the secret goes to their origins alone (S5). The first is the default. */
  targets(): readonly URL[];
  secret: string | null;
  /** `--allow-remote`: a public address may be sent to (S6). */
  allowRemote: boolean;
}

export interface ReplayRequest {
  /** Where to; without it, the first that the command line named. */
  url?: string | undefined;
  /** Instead of the bytes that came. */
  body?: string | undefined;
  /** `PATH=VALUE`, as `--set` takes them. */
  set?: readonly string[] | undefined;
}

/** What is sent again. */
export interface Original {
  name: string;
  body: Buffer;
  /** The recorded headers: `Content-Type` is sent again, as `replay` does. */
  rawHeaders: readonly RawHeader[];
}

/** Refused for what it would do, not for how it is written. */
export class ReplayRefused extends HookError {}

/**
 * Delivers an event again, edited or byte for byte, as `replay` does: today's secret, one attempt, no redirects.
 *
 * @returns the object of `replay --json`
 * @throws HookError for a request that cannot be carried out; never for what the target does
 */
export async function replayEvent(
  original: Original,
  { url: text, body, set = [] }: ReplayRequest,
  { policy, redact, signal }: { policy: ReplayPolicy; redact: Redactor; signal: AbortSignal },
): Promise<object> {
  const named = policy.targets();
  const url = text === undefined ? named[0] : parseTarget(text);
  if (!url) throw new HookError('there is no URL to send to');
  if (reachOf(url) === 'public' && !policy.allowRemote)
    throw new ReplayRefused(`${url.host} is a public address: start with --allow-remote to send there`);
  const bytes = body === undefined ? original.body : Buffer.from(body);
  const draft = await composeBody(original.name, bytes, { edits: set.map(parseEdit) });
  const isNamed = named.some(({ origin }) => origin === url.origin);
  const types = headerValues(original.rawHeaders, 'content-type').map((type): RawHeader => ['Content-Type', type]);
  const { delivery } = await deliverDraft(draft, {
    request: { secret: isNamed ? policy.secret : null, headers: types },
    url,
    timeoutMs: deadlineMs,
    signal,
  });
  return { ...deliveryRecord(delivery, redact), secretSent: isNamed && policy.secret !== null };
}

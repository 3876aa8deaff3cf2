import { URL } from 'node:url';
import type { AssetLease, AssetServer } from '../fixtures/asset-server.ts';
import { linksBelow, type Draft } from '../fixtures/compose.ts';
import { isLoopback, reachOf } from '../http/address.ts';
import { attempt, type AttemptOptions, type Delivery } from './attempt.ts';
import { createPayload, type RequestOptions } from './payload.ts';

export interface DraftDeliveryOptions extends Omit<AttemptOptions, 'files' | 'filesUnreachable'> {
  request: RequestOptions;
  /** Serves the files of the draft; null where nothing does. */
  assets?: AssetServer | null | undefined;
  /** Where copies of the files are, if they are not served from here. */
  fileBaseUrl?: string | undefined;
  /** Links stay good until the server closes, not just until the delivery has ended. */
  keepLinks?: boolean | undefined;
}

/** A delivery, and the files that were served for it; null if there were none. */
export interface DraftDelivery {
  delivery: Delivery;
  lease: AssetLease | null;
}

/**
 * Delivers a draft with links to its files.
 *
 * @throws HookError (exit 2) for a draft that cannot get its links; never for what the target does
 */
export async function deliverDraft(draft: Draft, options: DraftDeliveryOptions): Promise<DraftDelivery> {
  const { request, assets = null, fileBaseUrl, keepLinks = false, ...rest } = options;
  const lease = draft.files.length > 0 ? (assets?.lease(draft.files) ?? null) : null;
  try {
    const body = draft.body(lease?.urls ?? linksBelow(fileBaseUrl, draft.files));
    const delivery = await attempt(createPayload({ ...request, name: draft.name, body }), {
      ...rest,
      files: lease,
      filesUnreachable:
        lease !== null && assets !== null && isLoopback(assets.address) && reachOf(new URL(rest.url)) !== 'loopback',
    });
    return { delivery, lease };
  } finally {
    if (!keepLinks) lease?.end();
  }
}

import { isUtf8 } from 'node:buffer';
import { curlCommand } from '../delivery/curl.ts';
import { createPayload } from '../delivery/payload.ts';
import { headerValues, type RawHeader } from '../http/headers.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { FeedItem } from './item.ts';
import type { ReplayPolicy } from './replay.ts';

/** What can be taken along of an event; null where that is not possible. */
export interface CopyTexts {
  curl: string | null;
  fixture: string | null;
  replay: string | null;
}

/** A larger body is not put into a command line. */
const maxBody = 64 * 1024;

/** @param journal the file that the event is in */
export function copyTexts(
  item: FeedItem,
  { policy, journal }: { policy: ReplayPolicy; journal: string | null },
): CopyTexts {
  const body = item.body();
  // A customer's message goes the other way, and what the bot said is in no journal of `listen`.
  if (!body || item.type === 'customer') return { curl: null, fixture: null, replay: null };
  const url = policy.targets()[0] ?? new URL('http://localhost:3000/webhook');
  const secret = policy.secret === null ? '' : ' --secret "$SUVVY_WEBHOOK_SECRET"';
  const { rawHeaders = [] } = item.detail() as { rawHeaders?: RawHeader[] };
  const headers = headerValues(rawHeaders, 'content-type').map((type): RawHeader => ['Content-Type', type]);
  const payload = createPayload({ name: item.id, body, secret: policy.secret, headers });
  return {
    curl: body.length <= maxBody ? curlCommand(payload, { url, maxTimeSeconds: 20 }) : null,
    fixture: body.length <= maxBody && isUtf8(body) ? fixtureText(body.toString('utf8')) : null,
    replay:
      journal === null || item.type !== 'event'
        ? null
        : `npx suvvy-hook replay ${shellQuote(journal)} --id ${item.id} --url ${shellQuote(url.href)}${secret}`,
  };
}

/** As a file of `fixtures`: laid out where that changes no value. */
function fixtureText(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    // A number past 2^53, or a name that is there twice, would not come through.
    return JSON.stringify(value) === text ? `${JSON.stringify(value, null, 2)}\n` : text;
  } catch {
    return text;
  }
}

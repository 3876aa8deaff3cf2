import { createRedactor, redactSecret } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import { decode } from '../text/safe.ts';
import type { Delivery } from './attempt.ts';
import { wireHeaders } from './payload.ts';

/** The NDJSON line of one delivery: a promise to scripts. Times in milliseconds, sizes in bytes. */
export function deliveryRecord({ payload, url, outcome, verdict, files }: Delivery, secret: string | null): object {
  const { response } = outcome;
  return {
    type: 'delivery',
    fixture: payload.name,
    url: redactSecret(url.href, secret),
    startedAt: outcome.startedAt.toISOString(),
    delivered: verdict.delivered,
    passed: verdict.passed,
    reason: verdict.reason,
    message: verdict.sentence && redactSecret(verdict.sentence, secret),
    warnings: verdict.warnings,
    status: response?.status ?? null,
    timing: outcome.timing,
    request: {
      method: payload.method,
      headers: headerObject(wireHeaders(payload, url), createRedactor(secret)),
      body: redactSecret(decode(payload.body), secret),
    },
    response: response && {
      headers: headerObject(response.headers, createRedactor(secret)),
      body: redactSecret(decode(response.body), secret),
      bodyBytes: response.bodyBytes,
      truncated: response.bodyCut !== null,
    },
    files,
  };
}

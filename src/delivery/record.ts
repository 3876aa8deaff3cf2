import type { Redactor } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import { decode } from '../text/safe.ts';
import type { Delivery } from './attempt.ts';
import type { Response } from './outcome.ts';
import { wireHeaders } from './payload.ts';

/**
 * The NDJSON line of one delivery. Scripts rely on it. Times in milliseconds, sizes in bytes.
 *
 * @param redact also takes out what may be the beginning of a secret at the cut of an answer
 */
export function deliveryRecord({ payload, url, outcome, verdict, files }: Delivery, redact: Redactor): object {
  const { response } = outcome;
  return {
    type: 'delivery',
    fixture: payload.name,
    url: url.href,
    startedAt: outcome.startedAt.toISOString(),
    delivered: verdict.delivered,
    passed: verdict.passed,
    reason: verdict.reason,
    message: verdict.sentence,
    warnings: verdict.warnings,
    status: response?.status ?? null,
    timing: outcome.timing,
    request: {
      method: payload.method,
      headers: headerObject(wireHeaders(payload, url)),
      body: decode(payload.body),
    },
    response: response && {
      headers: headerObject(response.headers),
      body: answerText(response, redact),
      bodyBytes: response.bodyBytes,
      truncated: response.bodyCut !== null,
    },
    files,
  };
}

/** The body of an answer as text, without what may be the beginning of a secret at its cut. */
export function answerText({ body, bodyCut }: Response, redact: Redactor): string {
  return bodyCut === null ? decode(body) : redact.cut(decode(body));
}

import { URL } from 'node:url';
import { fingerprint } from '../contract/bearer.ts';
import { parseBody } from '../contract/parse-body.ts';
import { headerValue } from '../http/headers.ts';
import type { Delivery } from './attempt.ts';
import { clientCertificate, isCertificateFailure, notTls, oldTls, tlsAnswer } from './failure.ts';
import type { Response } from './outcome.ts';

/** What the advice needs to know about the sender. */
export interface AdviceContext {
  secret: string | null;
}

/** What to try next after a delivery that did not pass: one sentence, or null. It may quote the answer: sanitise it. */
export function advise({ outcome, verdict, url, payload }: Delivery, { secret }: AdviceContext): string | null {
  if (verdict.passed) return null;
  switch (verdict.reason) {
    case 'unauthorized':
      return secretAdvice(headerValue(payload.headers, 'authorization') !== undefined, secret);
    case 'redirect':
      return redirectAdvice(outcome.response, url);
    case 'timeout':
      return 'Suvvy gives up after 20 s, and the messages are lost (R3): store them, answer, and do the work afterwards';
    case 'connection_refused':
      return refusedAdvice(url);
    case 'connect_timeout':
      return 'is the address right, and does a firewall let it through?';
    case 'connection_reset':
      return 'did the receiver crash, or does it speak something other than HTTP on this port? Its log may say';
    case 'dns':
      return 'is the host name right? The name of a tunnel is gone once the tunnel stops';
    case 'tls':
      return tlsAdvice(outcome.failure?.message ?? '', url);
    case 'protocol':
      return outcome.failure?.message === tlsAnswer.message
        ? `this port speaks https: try https://${url.host}${url.pathname}`
        : null;
    case 'status':
      return statusAdvice(outcome.response, payload.body);
    default:
      return null;
  }
}

function secretAdvice(sent: boolean, secret: string | null): string {
  if (!sent) return 'no secret was sent: give the one that the receiver expects with --secret or SUVVY_WEBHOOK_SECRET';
  const which = secret ? `sha256:${fingerprint(secret)}` : 'the one in your --header';
  return `the secret that was sent is ${which}: is it the one that the receiver expects?`;
}

function redirectAdvice(response: Response | null, url: URL): string {
  const location = response ? headerValue(response.headers, 'location') : undefined;
  if (!location) return 'a POST is not redirected (assumed: no-redirects): give Suvvy the final URL';
  const target = URL.canParse(location, url.href) ? new URL(location, url).href : location;
  return `a POST is not redirected (assumed: no-redirects): give Suvvy the URL that it points to, ${target}`;
}

function tlsAdvice(message: string, url: URL): string | null {
  if (message === notTls) return `does this port speak plain http? Try http://${url.host}${url.pathname}`;
  if (message === clientCertificate) return 'Suvvy sends none: make the webhook reachable without one';
  if (message === oldTls) return 'every current server supports both, so its configuration must have turned them off';
  if (!isCertificateFailure(message)) return null;
  return 'Suvvy would refuse it too (assumed: tls-verified); to continue here, use --cacert FILE or --insecure';
}

function refusedAdvice(url: URL): string {
  const up = 'is the receiver up, and on this port?';
  if (url.hostname === 'localhost') return `${up} localhost was tried as ::1 and as 127.0.0.1`;
  if (url.hostname === '127.0.0.1') return `${up} It may listen on ::1 only: try http://[::1]:${url.port || 80}`;
  if (url.hostname === '[::1]') return `${up} It may listen on 127.0.0.1 only: try http://127.0.0.1:${url.port || 80}`;
  return up;
}

/** Said if only the receiver's own log knows more. Code that can read that log replaces it with the line of the log. */
export const lookIntoLog = {
  failed: 'the receiver failed: its own log says why',
  crashed: 'did the receiver crash on this request? Its log may say',
} as const;

function statusAdvice(response: Response | null, sent: Uint8Array): string | null {
  const status = response?.status ?? 0;
  const retryAfter = response ? headerValue(response.headers, 'retry-after') : undefined;
  if (retryAfter !== undefined) return `it asks to retry after ${retryAfter}, but Suvvy does not retry (R3)`;
  const body = bodyMatters(status) ? parseBody(Buffer.from(sent)) : null;
  if (body && !body.ok) return `what was sent is not JSON (${body.message}): that is the likely cause`;
  if (status >= 500) return lookIntoLog.failed;
  return adviceByStatus[status] ?? null;
}

/** Whether receivers use this status for a body that they cannot read. */
function bodyMatters(status: number): boolean {
  return [400, 415, 422].includes(status) || status >= 500;
}

const adviceByStatus: Record<number, string> = {
  400: 'the receiver did not accept the body: does it demand fields that the page does not promise?',
  404: 'is the path right?',
  405: 'does the route take POST? (R6)',
  413: 'the receiver does not accept a body of this size',
  415: 'the receiver must accept application/json (R6)',
  422: 'the receiver did not accept the body: does it demand fields that the page does not promise?',
  429: 'the receiver limits the rate, and Suvvy does not retry (R3)',
};

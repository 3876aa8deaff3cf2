import type { Reason } from '../../delivery/judge.ts';

/**
 * The causes of failures, as far as they decide what to try. `expectation`: a good answer, but not the expected one.
 */
const causes = [
  'client-error',
  'unauthorized',
  'server-error',
  'redirect',
  'timeout',
  'reset',
  'unreachable',
  'tls',
  'expectation',
] as const;

export type Cause = (typeof causes)[number];

/**
 * What to try, for each cause where it helps. A case alone has no remedy, because the same case may fail for many
 * reasons.
 */
export type Remedies = Readonly<Partial<Record<Cause, string>>>;

const causeByReason: Partial<Record<Reason, Cause>> = {
  unauthorized: 'unauthorized',
  redirect: 'redirect',
  timeout: 'timeout',
  connection_reset: 'reset',
  protocol: 'reset',
  connection_refused: 'unreachable',
  connect_timeout: 'unreachable',
  dns: 'unreachable',
  tls: 'tls',
  expectation: 'expectation',
};

/** The cause behind a reason in the words of `send`; null if there is nothing to try. */
export function causeOf(reason: string | null, status: number | null = null): Cause | null {
  if (reason !== 'status') return causeByReason[reason as Reason] ?? null;
  if (status === null) return null;
  return status >= 500 ? 'server-error' : status >= 400 ? 'client-error' : null;
}

/** One remedy for a refusal and for an error of the receiver. */
export function onStatus(text: string): Remedies {
  return { 'client-error': text, 'server-error': text };
}

const causeWords: Partial<Record<Cause, string>> = {
  'client-error': '4xx',
  unauthorized: '401 or 403',
  'server-error': '5xx',
  redirect: '3xx',
  timeout: 'no answer in time',
  reset: 'a connection that breaks off',
  unreachable: 'no connection',
  tls: 'a failed TLS handshake',
};

/**
 * Each text once, after its causes: `4xx, 5xx: read the body as UTF-8`. A cause that is not a failed delivery has no
 * name.
 */
export function remedyLines(remedies: Remedies): string[] {
  const texts = [...new Set(causes.flatMap((cause) => remedies[cause] ?? []))];
  return texts.map((text) => {
    const words = causes.filter((cause) => remedies[cause] === text).flatMap((cause) => causeWords[cause] ?? []);
    return words.length > 0 ? `${words.join(', ')}: ${text}` : text;
  });
}

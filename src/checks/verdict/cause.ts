import type { Reason } from '../../delivery/judge.ts';

/** What a failure came of, as far as that decides what to try. `expectation`: a good answer that is not what was wanted. */
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

/** What to try, for each cause that it would help with. There is no remedy for a case alone: the same case may fail of many things. */
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

/** The cause behind a reason in the words of `send`; null where nothing is known to try. */
export function causeOf(reason: string | null, status: number | null = null): Cause | null {
  if (reason !== 'status') return causeByReason[reason as Reason] ?? null;
  if (status === null) return null;
  return status >= 500 ? 'server-error' : status >= 400 ? 'client-error' : null;
}

/** One remedy for what the receiver refuses and for what it fails on. */
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

/** Each text once, after the causes that it is for: `4xx, 5xx: read the body as UTF-8`. What is no failure of sending has none. */
export function remedyLines(remedies: Remedies): string[] {
  const texts = [...new Set(causes.flatMap((cause) => remedies[cause] ?? []))];
  return texts.map((text) => {
    const words = causes.filter((cause) => remedies[cause] === text).flatMap((cause) => causeWords[cause] ?? []);
    return words.length > 0 ? `${words.join(', ')}: ${text}` : text;
  });
}

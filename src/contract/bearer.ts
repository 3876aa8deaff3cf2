import { hash, timingSafeEqual } from 'node:crypto';

/** `Bearer <secret>`, the value of the `Authorization` header (R7). */
export function bearer(secret: string): string {
  return `Bearer ${secret}`;
}

/** What the `Authorization` of a request says about its sender; `unchecked` where no secret is expected. */
export type Auth = 'ok' | 'missing' | 'wrong' | 'unchecked';

/**
 * Holds the `Authorization` values of a request against the secret, in constant time (R7).
 *
 * @param values every `Authorization` header of the request, in order: more than one is wrong, whatever they say
 * @param secret the expected secret; null or empty checks nothing (`no-secret-no-header`)
 */
export function verifyBearer(values: readonly string[], secret: string | null | undefined): Auth {
  return createBearerCheck(secret)(values);
}

/** `verifyBearer` for many requests: the secret is hashed once. */
export function createBearerCheck(secret: string | null | undefined): (values: readonly string[]) => Auth {
  if (!secret) return () => 'unchecked';
  const expected = sha256(bearer(secret));
  return ([value, ...others]) => {
    if (value === undefined) return 'missing';
    // Hashing first gives both sides one length: timingSafeEqual throws on two.
    const same = timingSafeEqual(sha256(value), expected);
    return same && others.length === 0 ? 'ok' : 'wrong';
  };
}

/** The first six hex digits of a secret's SHA-256: tells two secrets apart without showing either. */
export function fingerprint(secret: string): string {
  return sha256(secret).toString('hex').slice(0, 6);
}

/**
 * An `Authorization` value that can be shown: `Bearer *** (sha256:1a2b3c)`. Only the name of a well-known scheme stays,
 * because the first word of a malformed value may be the secret itself.
 */
export function redactAuthorization(value: string): string {
  // What a journal has is shown already.
  if (/^(?:(?:bearer|basic|digest|token|apikey) )?\*{3} \(sha256:[0-9a-f]{6}\)$/i.test(value)) return value;
  const [, scheme, credentials] = /^(bearer|basic|digest|token|apikey)(?: (.*))?$/is.exec(value) ?? [];
  if (scheme === undefined) return value ? `*** (sha256:${fingerprint(value)})` : '';
  return credentials ? `${scheme} *** (sha256:${fingerprint(credentials)})` : scheme;
}

/** Why a secret cannot travel in a header, in words for the user, or null if it can. Never quotes the secret. */
export function secretProblem(secret: string): string | null {
  const control = /[\x00-\x1f\x7f]/.exec(secret);
  if (control) return `it has a ${controlName(control[0])} in it`;
  if (secret !== secret.trim()) return 'it begins or ends with a blank';
  if (/[^\x20-\x7e]/.test(secret)) return 'it has a character outside ASCII, which a header cannot carry';
  return null;
}

function controlName(character: string): string {
  const names: Record<string, string> = { '\n': 'line break', '\r': 'line break', '\t': 'tab' };
  return names[character] ?? 'control character';
}

function sha256(text: string): Buffer {
  // In one call: a hash object takes twice as long, and every request needs two or three hashes.
  return hash('sha256', text, 'buffer');
}

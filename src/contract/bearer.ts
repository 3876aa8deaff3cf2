import { hash, timingSafeEqual } from 'node:crypto';

/** `Bearer <secret>`, the value of the `Authorization` header (R7). */
export function bearer(secret: string): string {
  return `Bearer ${secret}`;
}

/** What the `Authorization` of a request says about its sender; `unchecked` if no secret is expected. */
export type Auth = 'ok' | 'missing' | 'wrong' | 'unchecked';

/**
 * Compares the `Authorization` values of a request with the secret, in constant time (R7).
 *
 * @param values every `Authorization` header of the request, in order. More than one is wrong, whatever they contain
 * @param secret the expected secret; null or empty means no check (`no-secret-no-header`)
 */
export function verifyBearer(values: readonly string[], secret: string | null | undefined): Auth {
  return createBearerCheck(secret)(values);
}

/** `verifyBearer` for many requests. The secret is hashed only once. */
export function createBearerCheck(secret: string | null | undefined): (values: readonly string[]) => Auth {
  if (!secret) return () => 'unchecked';
  const expected = sha256(bearer(secret));
  return ([value, ...others]) => {
    if (value === undefined) return 'missing';
    // Hash first, so that both sides have the same length: timingSafeEqual throws if they differ.
    const same = timingSafeEqual(sha256(value), expected);
    return same && others.length === 0 ? 'ok' : 'wrong';
  };
}

/** The first six hex digits of a secret's SHA-256. They tell two secrets apart without showing either. */
export function fingerprint(secret: string): string {
  return sha256(secret).toString('hex').slice(0, 6);
}

/**
 * An `Authorization` value that can be shown: `Bearer *** (sha256:1a2b3c)`. Only the name of a well-known scheme stays,
 * because the first word of a malformed value may be the secret itself.
 */
export function redactAuthorization(value: string): string {
  // Values in a journal are already redacted.
  if (/^(?:(?:bearer|basic|digest|token|apikey) )?\*{3} \(sha256:[0-9a-f]{6}\)$/i.test(value)) return value;
  const [, scheme, credentials] = /^(bearer|basic|digest|token|apikey)(?: (.*))?$/is.exec(value) ?? [];
  if (scheme === undefined) return value ? `*** (sha256:${fingerprint(value)})` : '';
  return credentials ? `${scheme} *** (sha256:${fingerprint(credentials)})` : scheme;
}

/** Why a secret cannot be sent in a header, in words for the user; null if it can. Never quotes the secret. */
export function secretProblem(secret: string): string | null {
  const control = /[\x00-\x1f\x7f]/.exec(secret);
  if (control) return `it contains a ${controlName(control[0])}`;
  if (secret !== secret.trim()) return 'it begins or ends with a space';
  if (/[^\x20-\x7e]/.test(secret)) return 'it contains a character outside ASCII, which a header cannot carry';
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

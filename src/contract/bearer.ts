import { hash, timingSafeEqual } from 'node:crypto';

/**
 * `Bearer <secret>`, the value of the `Authorization` header (R7).
 *
 * @example headers.set('Authorization', bearer('s3cret'));
 */
export function bearer(secret: string): string {
  return `Bearer ${secret}`;
}

/** What the `Authorization` of a request says about its sender; `unchecked` if no secret is expected. */
export type Auth = 'ok' | 'missing' | 'wrong' | 'unchecked';

/** What a framework calls the headers of a request: Node's object, a `Headers`, or names and values in pairs. */
export type HeadersLike =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | readonly (readonly [name: string, value: string])[];

/**
 * Holds the `Authorization` of a request against the secret, in constant time (R7). It has to be `Bearer` and the secret: a
 * secret without the scheme is wrong.
 *
 * @param authorization the value of the header, every value of it (more than one is wrong, whatever they say), undefined or
 *   null where there is none, or all headers of the request
 * @param secret the expected secret; null or empty checks nothing (`no-secret-no-header`)
 * @returns `ok`, `missing`, `wrong`, or `unchecked` where there is no secret to check
 * @example if (verifyBearer(req.headers.authorization, 's3cret') !== 'ok') return res.writeHead(401).end();
 */
export function verifyBearer(
  authorization: string | readonly string[] | HeadersLike | null | undefined,
  secret: string | null | undefined,
): Auth {
  return createBearerCheck(secret)(valuesOf(authorization));
}

function valuesOf(given: string | readonly string[] | HeadersLike | null | undefined): readonly string[] {
  if (typeof given === 'string') return [given];
  if (given === null || given === undefined) return [];
  if (Array.isArray(given)) return (given as unknown[]).every(isText) ? (given as string[]) : valuesIn(given);
  if ('get' in given && typeof given.get === 'function') return [given.get('authorization') ?? []].flat();
  return valuesIn(Object.entries(given as Record<string, string | string[] | undefined>));
}

function valuesIn(headers: readonly (readonly [string, string | readonly string[] | undefined])[]): string[] {
  return headers.flatMap(([name, value]) => (name.toLowerCase() === 'authorization' ? [value ?? []].flat() : []));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
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

/**
 * The first six hex digits of a secret's SHA-256. They tell two secrets apart without showing either.
 *
 * @example console.log(`the secret sha256:${fingerprint(secret)}`);
 */
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

import { redactAuthorization } from './bearer.ts';
import type { RawHeader, RawHeaders } from '../http/headers.ts';
import type { Redact } from './redact.ts';

/**
 * Headers as they may be shown or kept: credentials as fingerprints, and the secret nowhere, their names included.
 *
 * @param authorization what stands for the `Authorization` of a request that was verified: it need not be hashed again
 */
export function shownHeaders(headers: RawHeaders, redact: Redact, authorization?: string): RawHeader[] {
  return headers.map(([name, value]) => {
    const [, proxy, own] = /^(?:(proxy-authorization)|(authorization))$/i.exec(name) ?? [];
    const shown =
      own && authorization !== undefined ? authorization : own || proxy ? redactAuthorization(value) : redact(value);
    return [redact(name), shown];
  });
}

/** The same as an object, in order; those that came more than once are an array. */
export function headerObject(
  headers: RawHeaders,
  redact: Redact,
  authorization?: string,
): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of shownHeaders(headers, redact, authorization)) {
    const before = Object.hasOwn(all, name) ? all[name] : undefined;
    const values = before === undefined ? value : [before, value].flat();
    // Not an assignment: `__proto__` is a legal header name, and has to stay one.
    if (name === '__proto__') Object.defineProperty(all, name, { value: values, enumerable: true, writable: true });
    else all[name] = values;
  }
  return all;
}

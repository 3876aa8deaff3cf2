import type { RawHeader, RawHeaders } from '../http/headers.ts';
import { redactAuthorization } from './bearer.ts';

/**
 * Headers that may be shown or kept: credentials are replaced by fingerprints.
 *
 * @param authorization what is shown for the `Authorization` of a verified request, so that it is not hashed again
 */
export function shownHeaders(headers: RawHeaders, authorization?: string): RawHeader[] {
  return headers.map(([name, value]) => {
    const [, proxy, own] = /^(?:(proxy-authorization)|(authorization))$/i.exec(name) ?? [];
    if (own && authorization !== undefined) return [name, authorization];
    return [name, own || proxy ? redactAuthorization(value) : value];
  });
}

/** The same as an object, in order. A header that came more than once is an array. */
export function headerObject(headers: RawHeaders, authorization?: string): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of shownHeaders(headers, authorization)) {
    const before = Object.hasOwn(all, name) ? all[name] : undefined;
    const values = before === undefined ? value : [before, value].flat();
    // Not an assignment: `__proto__` is a legal header name, and must be kept as one.
    if (name === '__proto__') Object.defineProperty(all, name, { value: values, enumerable: true, writable: true });
    else all[name] = values;
  }
  return all;
}

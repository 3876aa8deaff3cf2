import { redactAuthorization, redactSecret } from './bearer.ts';

type Header = readonly [name: string, value: string];

/** Headers as they may be shown or kept: credentials as fingerprints, and the secret nowhere, their names included. */
export function shownHeaders(headers: readonly Header[], secret: string | null): Header[] {
  return headers.map(([name, value]) => [
    redactSecret(name, secret),
    /^(proxy-)?authorization$/i.test(name) ? redactAuthorization(value) : redactSecret(value, secret),
  ]);
}

/** The same as an object, in order; those that came more than once are an array. */
export function headerObject(headers: readonly Header[], secret: string | null): Record<string, string | string[]> {
  const all = new Map<string, string | string[]>();
  for (const [name, value] of shownHeaders(headers, secret)) {
    const before = all.get(name);
    all.set(name, before === undefined ? value : [before, value].flat());
  }
  // Not an assignment a name: `__proto__` is a legal header name, and has to stay one.
  return Object.fromEntries(all);
}

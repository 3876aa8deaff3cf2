/** A header as it is on the wire: name and value, in the original case. */
export type RawHeader = readonly [name: string, value: string];

/** Headers in order; a repeated header appears several times. */
export type RawHeaders = readonly RawHeader[];

/** Every value of a header, in order. `name` in lower case. */
export function headerValues(headers: RawHeaders, name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of headers) {
    if (key.length === name.length && key.toLowerCase() === name) values.push(value);
  }
  return values;
}

/** The first value of a header, if it is there. `name` in lower case. */
export function headerValue(headers: RawHeaders, name: string): string | undefined {
  return headers.find(([key]) => key.length === name.length && key.toLowerCase() === name)?.[1];
}

/** Node's flat list of names and values, in pairs. */
export function headerPairs(flat: readonly string[]): RawHeader[] {
  const pairs: RawHeader[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) pairs.push([flat[index]!, flat[index + 1]!]);
  return pairs;
}

/** The given headers, and those of `standard` that none of them replaces. Case is ignored. */
export function mergeHeaders(standard: RawHeaders, own: RawHeaders): RawHeader[] {
  const replaced = new Set(own.map(([name]) => name.toLowerCase()));
  return [...standard.filter(([name]) => !replaced.has(name.toLowerCase())), ...own];
}

/** The name of our own receiver in the `Server` header: `send` looks for it. */
export const serverName = 'suvvy-hook';

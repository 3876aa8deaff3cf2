/** The place of a value in a JSON body: member names and array indexes, from the root. */
export type FieldPath = readonly (string | number)[];

/** `new_messages[0].file.url`; the root is `(root)`; a name that is not an identifier is quoted in brackets. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w$-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text ? `.${step}` : step;
  }
  return text || '(root)';
}

/** The value at a path, or undefined if there is none. Only own members count. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** Whether a JSON value is an object: not an array, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return listed(names, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function allOf(names: readonly string[]): string {
  return listed(names, 'and');
}

/** `an image`, `a document`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function listed(names: readonly string[], word: string): string {
  if (names.length <= 1) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

// Control characters, what turns the direction of a line, what has no width, tags, halves of characters. Newlines, tabs
// and the joiners that emoji and scripts need stay.
const invisible =
  /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Foreign text with what cannot be seen spelled out, so that nothing reads as what it is not. */
export function visible(text: string): string {
  return text.replace(invisible, (found) => {
    const code = found.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** The same with an end: a text may be as long as a body. */
export function clipped(text: string, max: number): string {
  return visible(text.length > max ? `${text.slice(0, max)}…` : text);
}

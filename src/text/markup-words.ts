const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", nbsp: ' ' };

/** Whether a text is an HTML page, and not a text about one. */
export function isPage(text: string): boolean {
  return /^\s*(?:<!--[^]{0,4000}?-->\s*)?<(!doctype html|html)\b/i.test(text);
}

/** The words of an HTML page: most frameworks answer an error with one. Other text is returned unchanged. */
export function htmlWords(text: string): string {
  if (!isPage(text)) return text;
  const page = withoutCode(text);
  const [, title = ''] = /<title>([^<]*)/i.exec(page) ?? [];
  const words = withoutTags(page.replace(/<title>[^<]*(<\/title>)?/i, ' '));
  return words.trim() || withoutTags(title);
}

/** The text of a page, in the lines that a browser shows. */
export function pageLines(page: string): string {
  return withoutTags(withoutCode(page).replaceAll(/<(?:br|\/(?:p|div|li|tr|pre|title|h[1-6]))\b/gi, '\n$&'));
}

/** Markup without its tags. Entities become the characters that they stand for. */
export function withoutTags(markup: string): string {
  return markup
    .replaceAll(/<!--[^]*?(-->|$)|<[^<>]*(>|$)/g, ' ')
    .replaceAll(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity);
}

function withoutCode(page: string): string {
  return page.replaceAll(/<(script|style)\b[^]*?(<\/\1>|$)/gi, ' ');
}

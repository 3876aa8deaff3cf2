const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", nbsp: ' ' };

/** The words of an HTML page, which is what most frameworks answer an error with; other text as it is. */
export function htmlWords(text: string): string {
  if (!/^\s*<(!doctype html|html)\b/i.test(text)) return text;
  const page = text.replaceAll(/<(script|style)\b[^]*?(<\/\1>|$)/gi, ' ');
  const [, title = ''] = /<title>([^<]*)/i.exec(page) ?? [];
  const words = stripped(page.replace(/<title>[^<]*(<\/title>)?/i, ' '));
  return words.trim() || stripped(title);
}

function stripped(page: string): string {
  return page
    .replaceAll(/<!--[^]*?(-->|$)|<[^<>]*(>|$)/g, ' ')
    .replaceAll(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity);
}

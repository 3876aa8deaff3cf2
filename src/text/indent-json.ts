/**
 * JSON with one line for each member. Every value keeps its spelling: a parser would lose digits of long numbers. Text
 * that is not JSON is returned unchanged.
 */
export function indentJson(text: string): string {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return text;
  let out = '';
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g)) {
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    const wasOpened = out.endsWith('{') || out.endsWith('[');
    if (closes) depth -= 1;
    // An empty object or array stays in one piece. Each member begins a new line.
    if ((closes && !wasOpened) || (!closes && wasOpened) || out.endsWith(',')) out += `\n${indentOf(depth)}`;
    out += token === ':' ? ': ' : token;
    if (opens) depth += 1;
  }
  return out;
}

/** The deepest indent. Without a limit, JSON that is nested a thousand levels deep would be mostly spaces. */
const maxDepth = 20;

function indentOf(depth: number): string {
  return '  '.repeat(Math.min(depth, maxDepth));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

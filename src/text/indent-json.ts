/**
 * JSON with a line for each member, and every value spelled as it is: a parser would lose digits of long numbers. Text that
 * is no JSON comes back as it is.
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
    // What is empty stays in one piece, and what begins a member begins a line.
    if ((closes && !wasOpened) || (!closes && wasOpened) || out.endsWith(',')) out += `\n${indentOf(depth)}`;
    out += token === ':' ? ': ' : token;
    if (opens) depth += 1;
  }
  return out;
}

/** The deepest that an indent goes: what is nested a thousand deep would be all blanks. */
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

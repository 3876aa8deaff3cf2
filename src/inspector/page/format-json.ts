/** A piece of a line, by what it is. */
interface Piece {
  kind: 'key' | 'string' | 'literal' | 'mark';
  text: string;
}

/** A line of JSON that was laid out, and the value that it begins. */
export interface JsonLine {
  indent: number;
  pieces: Piece[];
  /** `new_messages[0].text`, as problems have it; of a closing bracket, empty. */
  path: string;
}

const token = /\s+|"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gy;

/** No page is longer. */
const maxLines = 20_000;

/** An object or an array that is open: an array has the index of its next value. */
interface Open {
  path: string;
  index: number | null;
}

/**
 * JSON in lines. Each value stays as it is written: a number past 2^53, an escape, a name that is there twice. What is no
 * JSON comes in the lines that it has.
 */
export function formatJson(text: string): JsonLine[] {
  try {
    JSON.parse(text);
  } catch {
    return plainLines(text);
  }
  const lines: JsonLine[] = [];
  const open: Open[] = [];
  let line: JsonLine = { indent: 0, pieces: [], path: '' };
  let path = '(root)';
  let key: string | null = null;
  const put = (kind: Piece['kind'], piece: string): void => void line.pieces.push({ kind, text: piece });
  const begin = (indent: number): void => {
    if (line.pieces.length > 0) lines.push(line);
    line = { indent, pieces: [], path: '' };
  };
  const meet = (): void => {
    const around = open.at(-1);
    if (around?.index != null) path = `${around.path}[${around.index}]`;
    line.path ||= path;
  };
  for (const [found] of text.matchAll(token)) {
    if (lines.length > maxLines) break;
    const isName = key === null && found.startsWith('"') && open.at(-1)?.index === null;
    if (/^\s/.test(found)) continue;
    if (isName) {
      key = found;
      path = join(open.at(-1)!.path, nameOf(found));
      line.path = path;
      put('key', found);
    } else if (found === ':') put('mark', ': ');
    else if (found === ',') {
      put('mark', ',');
      const around = open.at(-1)!;
      if (around.index !== null) around.index += 1;
      key = null;
      begin(open.length);
    } else if (found === '{' || found === '[') {
      meet();
      put('mark', found);
      open.push({ path: path === '(root)' ? '' : path, index: found === '[' ? 0 : null });
      key = null;
      begin(open.length);
    } else if (found === '}' || found === ']') {
      open.pop();
      begin(open.length);
      put('mark', found);
      key = '';
    } else {
      meet();
      put(found.startsWith('"') ? 'string' : 'literal', found);
    }
  }
  begin(0);
  return joinEmpty(lines);
}

/** `{` and `}` with nothing between them are one line. */
function joinEmpty(lines: readonly JsonLine[]): JsonLine[] {
  const joined: JsonLine[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const [first] = line.pieces;
    const closes = first && /^[}\]]$/.test(first.text);
    if (before && closes && /^[{[]$/.test(before.pieces.at(-1)!.text)) before.pieces.push(...line.pieces);
    else joined.push(line);
  }
  return joined;
}

function plainLines(text: string): JsonLine[] {
  const lines = text.split('\n').slice(0, maxLines);
  return lines.map((line) => ({ indent: 0, pieces: [{ kind: 'mark', text: line }], path: '' }));
}

function nameOf(quoted: string): string {
  return JSON.parse(quoted) as string;
}

/** As `formatPath` of the contract does. */
function join(path: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** The line of a path, or of the nearest thing around it where it is missing; -1 if there is none. */
export function lineOf(lines: readonly JsonLine[], path: string): number {
  for (let part = path; ; part = part.replace(/(\.[^.[\]]+|\[[^[\]]*\]|^[^.[\]]+)$/, '')) {
    const found = lines.findIndex((line) => line.path === (part || '(root)'));
    if (found !== -1 || part === '' || part === '(root)') return found;
  }
}

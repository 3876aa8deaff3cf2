import { isPage, pageLines, withoutTags } from './markup-words.ts';

const maxText = 128 * 1024;
const maxLine = 300;
const maxRow = 2000;

/**
 * The line that matters in an error page, a JSON error or a log: `TypeError: x is not a function at server.js:5:28`.
 * Null if no line says what went wrong. The text is untrusted: sanitise it.
 */
export function errorLine(text: string): string | null {
  const start = text.slice(0, maxText).trim();
  const found = /^[{[]/.test(start) ? lineOfJson(start) : isPage(start) ? lineOfPage(start) : lineOfLog(start);
  const line = found?.replaceAll(/\s+/g, ' ').trim().slice(0, maxLine);
  return line ? line : null;
}

/** The keys where a JSON error says what went wrong, the most useful first. */
const tellingKeys = [
  'message',
  'detail',
  'details',
  'error_description',
  'description',
  'msg',
  'reason',
  'error',
  'err',
  'errors',
  'exception',
  'title',
];

function lineOfJson(text: string): string | null {
  try {
    return lineOfValue(JSON.parse(text), 4);
  } catch {
    // JSON that was cut off, or several lines of JSON: the log of a server.
    const [, key] = /"(?:message|detail|error)"\s*:\s*"((?:[^"\\]|\\.){1,1000})"/.exec(text) ?? [];
    return key === undefined ? lineOfLog(text) : key.replaceAll(/\\n[^]*/g, '').replaceAll('\\"', '"');
  }
}

function lineOfValue(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return lineOfLog(value) ?? value.trim().split('\n', 1)[0] ?? null;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  if (Array.isArray(value)) return lineOfValue(value[0], depth - 1);
  const entry = value as Record<string, unknown>;
  const stack = entry['stack'] ?? entry['traceback'];
  const traced = typeof stack === 'string' ? lineOfLog(stack) : null;
  if (traced) return traced;
  for (const key of tellingKeys) {
    if (!Object.hasOwn(entry, key)) continue;
    const line = lineOfValue(entry[key], depth - 1);
    if (line) return withContext(line, entry);
  }
  return null;
}

/** FastAPI and others name the field next to the message, Laravel the class and the place, Fastify the class. */
function withContext(line: string, { loc, exception, name, error, file, line: row }: Record<string, unknown>): string {
  const kind = [exception, name, error].find(
    (one) => typeof one === 'string' && /^[\w\\.]*(Error|Exception)$/.test(one),
  );
  const field = Array.isArray(loc) ? loc.join('.') : null;
  const head = field ?? (typeof kind === 'string' && !line.startsWith(kind) ? kind : null);
  const where = typeof file === 'string' && typeof row === 'number' ? ` at ${place(file, String(row))}` : '';
  return `${head ? `${head}: ` : ''}${line}${where}`;
}

function lineOfPage(page: string): string | null {
  return (
    lineOfDjango(page) ??
    lineOfRails(page) ??
    lineOfNext(page) ??
    lineOfComment(page) ??
    lineOfWerkzeug(page) ??
    lineOfLog(pageLines(page)) ??
    titled(page)
  );
}

function lineOfDjango(page: string): string | null {
  const [, value] = /<pre class="exception_value">([^<]*)/.exec(page) ?? [];
  const [, name] = /<title>\s*(\w+)\s+at\s/.exec(page) ?? [];
  if (value === undefined || name === undefined) return null;
  const [, file, row] = /Exception Location:<\/th>\s*<td>(?:<span[^<>]*>)?([^<,]*), line (\d+)/.exec(page) ?? [];
  return `${name}: ${withoutTags(value).trim()}${file && row ? ` at ${place(file, row)}` : ''}`;
}

function lineOfRails(page: string): string | null {
  const [head, name] = /<h1>\s*([A-Z][\w:]*)\s+in [\w:#/]+\s*<\/h1>/.exec(page) ?? [];
  if (head === undefined) return null;
  const rest = page.slice(page.indexOf(head) + head.length);
  const [, message = ''] = /<(?:h2|div class="message"|pre)[^<>]*>([^<]+)/.exec(rest) ?? [];
  const [, file, row] = /([\w./-]{1,300}\.rb):(\d+):in/.exec(rest) ?? [];
  return `${name}: ${withoutTags(message).trim()}${file && row ? ` at ${place(file, row)}` : ''}`;
}

function lineOfNext(page: string): string | null {
  const [, json] = /<script id="__NEXT_DATA__"[^<>]*>([^<]*)/.exec(page) ?? [];
  if (json === undefined) return null;
  try {
    return lineOfValue((JSON.parse(json) as { err?: unknown }).err, 2);
  } catch {
    return null;
  }
}

/** Laravel and Symfony put the message in a comment before or after the page, Flask the whole traceback. */
function lineOfComment(page: string): string | null {
  for (const [, comment = ''] of page.matchAll(/<!--([^]*?)(?:-->|$)/g)) {
    const [, message, file, row] = /^\s*(\S[^\n]*) in file (\S+) on line (\d+)/.exec(comment) ?? [];
    if (message && file && row) return `${withoutTags(message)} at ${place(file, row)}`;
    const [, symfony] = /^\s*(\S[^\n]*) \(5\d\d [\w ]+\)\s*$/.exec(comment) ?? [];
    const line = symfony ? withoutTags(symfony) : lineOfLog(withoutTags(comment));
    if (line) return line;
  }
  return null;
}

function lineOfWerkzeug(page: string): string | null {
  const [, title] = /<title>([^<]*?)\s*\/\/ Werkzeug Debugger/.exec(page) ?? [];
  if (title === undefined) return null;
  const frames = [...page.matchAll(/class="filename">"([^"<]*)"<\/cite>,\s*line <em class="line">(\d+)/g)];
  const [, file, row] = frames.findLast(([, path = '']) => !isLibraryCode(path)) ?? [];
  return `${withoutTags(title).trim()}${file && row ? ` at ${place(file, row)}` : ''}`;
}

/**
 * A page without a stack may have the error as its title: `Undefined variable $text`. A title that is only a status
 * says nothing.
 */
function titled(page: string): string | null {
  const [, title = ''] = /<title>([^<]*)/i.exec(page) ?? [];
  return namedError.test(title) ? withoutTags(title) : null;
}

const namedError = /(?:[\w$.\\:]{0,200}[A-Z][\w$]{0,100}(?:Error|Exception)|\bError)(?: \[\w+\])?: \S/;
const nodeFrame = /^at (?:.{1,500}? \()?(?:async )?(\S+?):(\d+)(?::(\d+))?\)?$/;
const pythonFrame = /^File "([^"]+)", line (\d+)/;

function lineOfLog(text: string): string | null {
  // docker compose puts `web-1  | ` before each line.
  const rows = text.split('\n').map((row) =>
    row
      .slice(0, maxRow)
      .replace(/^[\w.-]{1,60} {1,20}\| /, '')
      .trimEnd(),
  );
  return lineOfPython(rows) ?? lineOfStack(rows) ?? lineOfOthers(rows);
}

/** In a chain of tracebacks, the last one is the error that was raised in the end. */
function lineOfPython(rows: readonly string[]): string | null {
  const start = rows.findLastIndex((row) => row.includes('Traceback (most recent call last)'));
  if (start < 0) return null;
  const frames: string[][] = [];
  for (const row of rows.slice(start + 1)) {
    const frame = pythonFrame.exec(row.trim());
    if (frame) frames.push(frame);
    if (/^\s|^$/.test(row)) continue;
    const [, file, line] = frames.findLast(([, path = '']) => !isLibraryCode(path)) ?? frames.at(-1) ?? [];
    return `${row}${file && line ? ` at ${place(file, line)}` : ''}`;
  }
  return null;
}

function lineOfStack(rows: readonly string[]): string | null {
  const at = rows.findIndex((row) => namedError.test(row));
  if (at < 0) return null;
  const [name = ''] = namedError.exec(rows[at]!) ?? [];
  const line = rows[at]!.slice(rows[at]!.indexOf(name)).replace(/\s+\{$/, '');
  const frames: string[][] = [];
  for (const row of rows.slice(at + 1, at + 60)) {
    if (namedError.test(row)) break;
    const frame = nodeFrame.exec(row.trim());
    if (frame) frames.push(frame);
  }
  const [, file, row, column] = frames.find(([, path = '']) => !isLibraryCode(path)) ?? [];
  return file && row ? `${line} at ${place(file, row, column)}` : line;
}

/** Go's panics, and Ruby's `message (KeyError)` and `KeyError (message)`. */
function lineOfOthers(rows: readonly string[]): string | null {
  const panic = rows.find((row) => /\bpanic: |\bpanic serving /.test(row));
  if (panic !== undefined) {
    const frames = rows.map((row) => /^\s+(\S+\.go):(\d+)/.exec(row)).filter((frame) => frame !== null);
    const [, file, row] = frames.find(([, path = '']) => !/\/(runtime|net\/http)\/|go\/src\//.test(path)) ?? [];
    return `${panic.slice(panic.indexOf('panic'))}${file && row ? ` at ${place(file, row)}` : ''}`;
  }
  const [, name, message] =
    rows.map((row) => /\b([A-Z]\w{0,100}Error) \((.{1,500})\):?$/.exec(row)).find(Boolean) ?? [];
  if (name) return `${name}: ${message}`;
  return rows.find((row) => /\([A-Z]\w{0,100}Error\)$/.test(row)) ?? null;
}

/** Code of a framework or of the language, not of the author. */
function isLibraryCode(path: string): boolean {
  return /node_modules|^node:|\(internal|site-packages|dist-packages|\/lib\/python|<frozen|<anonymous>|\/vendor\//.test(
    path,
  );
}

/** Many files have these names, so the folder is shown too. */
const manyHaveIt = /^(index|route|main|views|app|handler|page|__init__)\.\w+$/;

function place(path: string, ...numbers: (string | undefined)[]): string {
  const names = path.split(/[/\\]/).filter(Boolean);
  const name = names.slice(manyHaveIt.test(names.at(-1) ?? '') ? -2 : -1).join('/');
  return [name, ...numbers.filter(Boolean)].join(':');
}

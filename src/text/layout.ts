import { stripVTControlCharacters } from 'node:util';
import fastStringWidth from 'fast-string-width';
import { characters, clipEnd, countCharacters, safe, segments } from './safe.ts';

/** How a block of untrusted text is laid out. */
export type BlockOptions = {
  /** What every line begins with. */
  indent: string;
  /** Width of the terminal, the indent included; Infinity where there is none, and no line is broken. */
  columns: number;
  /** How many lines are shown. The rest is folded into one last line. */
  maxLines: number;
};

// What a link adds around its text. Node's own stripping stops at some characters that a URL may have.
const linkSequence = /\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;
// Always one column each: ASCII, Latin-1, Cyrillic, and the characters that our own lines use.
const plain = /^[\x20-\x7e\xa1-\xa8\xaa-\xac\xaf-\xff\u{400}-\u{482}\u{48a}-\u{4ff}–—‘’“”•…→↓✔✘]*$/u;
const joiners = /[\u{200c}\u{200d}]/gu;
// Two columns in glibc's wcwidth (2.36, Unicode 15), but one in the table of our library. We compared both for every
// code point. Yi, Nushu, Khitan, hexagrams and some signs.
const wide =
  /[\u{3248}-\u{324f}\u{4dc0}-\u{4dff}\u{a000}-\u{a4c6}\u{16fe1}\u{18b00}-\u{18cd5}\u{1b170}-\u{1b2fb}\u{1f260}-\u{1f265}]/u;
// One column in wcwidth, none in that table.
const spacingMark = /\p{Mc}/u;
// No column in wcwidth: joiners, and the parts of a Hangul syllable.
const joined = /[\p{Join_Control}\u{1160}-\u{11ff}\u{d7b0}-\u{d7ff}]/u;
// A flag is two of these, in two columns.
const halfFlag = /\p{Regional_Indicator}/u;
const tab = '    ';
// A family emoji takes 11 code units for 2 columns. More units than this per column are piled-up marks.
const unitsPerColumn = 8;
const windowUnits = 128;
// Without a terminal no line is broken. Each line still counts for this many columns, so the output does not grow with
// the input.
const maxCountedColumns = 160;

/** Untrusted text as safe, wrapped, indented lines. None of them can look like a line of ours. */
export function block(text: string, { indent, columns, maxLines }: BlockOptions): string[] {
  // In fewer than 2 columns a wide character does not fit.
  const room = Math.max(2, columns - width(indent));
  const end = clipEnd(text, maxLines * Math.min(room, maxCountedColumns) * unitsPerColumn);
  const head = safe(text.slice(0, end));
  const lines: string[] = [];
  let shown = 0;
  for (const row of withoutCommands(rows(head, room))) {
    if (lines.length >= maxLines) break;
    lines.push(indent + row.trimEnd().replaceAll('\t', tab));
    shown += row.length;
  }
  const left = countCharacters(head.slice(shown)) + countCharacters(text.slice(end));
  if (left > 0) lines.push(indent + truncate(`… ${characters(left, 'more ')}`, room));
  return lines;
}

/**
 * The most columns that the text can take on a terminal, so that a line that we cut never wraps: many terminals show
 * the parts of a joined emoji side by side. Our own colours and links count as nothing.
 */
export function width(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(stripVTControlCharacters(text.replace(linkSequence, ''))))
    columns += graphemeWidth(segment);
  return columns;
}

/** The text, filled with spaces up to a display width. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Plain text, cut to a display width, with an ellipsis at the cut. */
export function truncate(text: string, columns: number): string {
  if (plain.test(text) && text.length <= columns) return text;
  let used = 0;
  let end = 0;
  for (const { segment, index } of graphemes(text)) {
    used += graphemeWidth(segment);
    if (used > columns) return columns < 1 ? '' : `${text.slice(0, end)}…`;
    if (used < columns) end = index + segment.length;
  }
  return text;
}

function graphemeWidth(grapheme: string): number {
  if (plain.test(grapheme)) return grapheme.length;
  let apart = 0;
  for (const character of grapheme) apart += characterWidth(character);
  // Compose first: file names from a Mac have decomposed Hangul, and each part would count.
  return Math.max(apart, tableWidth(grapheme.normalize().replace(joiners, '')));
}

function characterWidth(character: string): number {
  if (wide.test(character)) return 2;
  if (spacingMark.test(character) || halfFlag.test(character)) return 1;
  return joined.test(character) ? 0 : tableWidth(character);
}

function tableWidth(text: string): number {
  return fastStringWidth(text, { tabWidth: tab.length });
}

// `safe` looks only at the lines of the text, but a wrapped row may begin in the middle of a line.
const rowCommand = /^[^\S\n]*:(?=:)/;

/** Rows that no CI runner reads as a command (`::name`): such a row is cut between its colons. */
function* withoutCommands(whole: Iterable<string>): Generator<string> {
  for (const row of whole) {
    let rest = row;
    for (let found = rowCommand.exec(rest); found; found = rowCommand.exec(rest)) {
      yield found[0];
      rest = rest.slice(found[0].length);
    }
    yield rest;
  }
}

/** The text cut into rows, with nothing left out: spaces and newlines at the end of a row still belong to it. */
function* rows(text: string, columns: number): Generator<string> {
  let start = 0;
  let used = 0;
  let afterBlank = 0;
  let usedAfterBlank = 0;
  for (const { piece, index, cells } of pieces(text, columns)) {
    const end = index + piece.length;
    if (piece === '\n') {
      yield text.slice(start, end);
      start = afterBlank = end;
      used = usedAfterBlank = 0;
      continue;
    }
    // A space may stand past the edge: no row begins with one.
    const blank = piece === ' ' || piece === '\t';
    const limit = blank ? Infinity : columns;
    while (used + cells > limit && start < index) {
      const atBlank = afterBlank > start;
      const next = atBlank ? afterBlank : index;
      yield text.slice(start, next);
      used = atBlank ? used - usedAfterBlank : 0;
      start = next;
    }
    used += cells;
    if (blank) {
      afterBlank = end;
      usedAfterBlank = used;
    }
  }
  if (start < text.length) yield text.slice(start);
}

function* pieces(text: string, columns: number): Generator<{ piece: string; index: number; cells: number }> {
  for (const { segment, index } of graphemes(text)) {
    const cells = graphemeWidth(segment);
    if (cells <= columns || segment === '\t') {
      yield { piece: segment, index, cells };
      continue;
    }
    // Some scripts allow one grapheme of any length. Count each part as 2 columns, the most that a code point can take.
    let at = index;
    for (const piece of segment) {
      yield { piece, index: at, cells: 2 };
      at += piece.length;
    }
  }
}

// Each step of Intl.Segmenter takes time in proportion to its whole text (Node 20), so it gets small windows of the
// text.
function* graphemes(text: string): Generator<{ segment: string; index: number }> {
  if (plain.test(text)) {
    for (let index = 0; index < text.length; index += 1) yield { segment: text[index]!, index };
    return;
  }
  let start = 0;
  while (start < text.length) {
    const window = text.slice(start, start + windowUnits);
    const isLast = start + windowUnits >= text.length;
    let done = 0;
    for (const { segment } of segments(window)) {
      // A piece at the end of the window, or half a surrogate pair there, may continue: it begins the next window.
      if (!isLast && done > 0 && done + segment.length + 1 >= window.length) break;
      yield { segment, index: start + done };
      done += segment.length;
    }
    start += done;
  }
}

import { stripVTControlCharacters } from 'node:util';

import fastStringWidth from 'fast-string-width';
import { grouped } from './units.ts';

/** How a block of foreign text is laid out. */
export type BlockOptions = {
  /** What every line begins with. */
  indent: string;
  /** Width of the terminal, the indent included. */
  columns: number;
  /** Lines shown before the rest is folded into one last line. */
  maxLines: number;
};

// Unicode's own properties, so that what a later version adds is covered too. Spared: our layout, the joiners and
// variation selectors that emoji and scripts need, and the Arabic, Syriac and Kaithi signs that are Cf but visible.
const unsafe =
  /(?!\n|\t|[\u{200c}-\u{200d}]|[\u{fe00}-\u{fe0f}]|[\u{180b}-\u{180d}]|\u{180f}|[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

// What needs no closer look.
const printable = /^[\x20-\x7e]*$/;

// What a link adds around its text. Node's own stripping stops at some of the characters that a URL may have.
const linkSequence = /\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;
// One column each, whatever stands beside them: ASCII, Latin-1, Cyrillic, and what our own lines are made of.
const plain = /^[\x20-\x7e\xa1-\xa8\xaa-\xac\xaf-\xff\u{400}-\u{482}\u{48a}-\u{4ff}–—‘’“”•…→↓✔✘]*$/u;
const joiners = /[\u{200c}\u{200d}]/gu;
const joinedEmoji = /\u{200d}\p{Extended_Pictographic}/u;
const tab = '    ';
// A family emoji takes 11 code units for 2 columns; more than this is heaped-up marks.
const unitsPerColumn = 8;
const windowUnits = 128;

/** Foreign text made harmless for a terminal; newlines and tabs stay. Idempotent. */
export function safe(text: string): string {
  return text.replace(unsafe, escape);
}

/** As `safe`, for what must stay on one line: newlines and tabs become visible too. */
export function safeLine(text: string): string {
  return safe(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** A value as a line of JSON, with what `safe` would escape written as JSON's own escapes: it parses to the same. */
export function jsonLine(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** As `jsonLine`, for what is JSON already. */
export function escapeJson(json: string): string {
  if (printable.test(json)) return json;
  return json.replace(unsafe, (character) => character.replaceAll(/[^]/g, escapeUnit));
}

/** At most `max` UTF-16 units of the text, never half a character, and how many characters were left out. */
export function clip(text: string, max: number): string {
  const end = clipEnd(text, max);
  return end === text.length ? text : `${text.slice(0, end)}… (+${characters(countCharacters(text.slice(end)))})`;
}

/** Foreign text as safe, wrapped, indented lines: none of them can pass for a line of ours. */
export function block(text: string, { indent, columns, maxLines }: BlockOptions): string[] {
  // Below 2 columns a wide character has no place at all.
  const room = Math.max(2, columns - width(indent));
  const end = clipEnd(text, maxLines * room * unitsPerColumn);
  const head = safe(text.slice(0, end));
  const lines: string[] = [];
  let shown = 0;
  for (const row of rows(head, room)) {
    if (lines.length >= maxLines) break;
    lines.push(indent + row.trimEnd().replaceAll('\t', tab));
    shown += row.length;
  }
  const left = countCharacters(head.slice(shown)) + countCharacters(text.slice(end));
  if (left > 0) lines.push(indent + truncate(`… ${characters(left, 'more ')}`, room));
  return lines;
}

/** Columns the text takes on a terminal; our own colours and links count nothing. */
export function width(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(stripVTControlCharacters(text.replace(linkSequence, ''))))
    columns += graphemeWidth(segment);
  return columns;
}

/** The text filled up with blanks to a display width. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Plain text cut to a display width, with an ellipsis where it was cut. */
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

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function clipEnd(text: string, max: number): number {
  if (text.length <= max) return text.length;
  // Whether a character ends at `max` shows in the one that follows, a surrogate pair at most.
  const window = segments(text.slice(0, max + 2));
  return window.containing(max)?.index ?? 0;
}

function countCharacters(text: string): number {
  const points = text[Symbol.iterator]();
  let count = 0;
  while (points.next().done === false) count++;
  return count;
}

function characters(count: number, which = ''): string {
  return `${grouped(count)} ${which}${count === 1 ? 'character' : 'characters'}`;
}

function graphemeWidth(grapheme: string): number {
  if (plain.test(grapheme)) return grapheme.length;
  if (joinedEmoji.test(grapheme)) return 2;
  // Composed first: decomposed Hangul, as in file names from a Mac, would count each of its parts.
  return fastStringWidth(grapheme.normalize().replace(joiners, ''), { tabWidth: tab.length });
}

/** The text cut into rows, nothing left out: blanks and newlines at the end of a row still belong to it. */
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
    // Blanks hang over the edge rather than begin a row.
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
    // Some scripts allow one grapheme of any length. Its parts count 2 each, the most a code point can take.
    let at = index;
    for (const piece of segment) {
      yield { piece, index: at, cells: 2 };
      at += piece.length;
    }
  }
}

let segmenter: Intl.Segmenter | undefined;

/** The segmenter takes 12 ms to make, which most runs can do without. */
function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

// Each step of Intl.Segmenter costs as much as its whole text is long (Node 20), so it gets the text in small windows.
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
      // What touches the window's end, or half a surrogate pair there, may go on: it begins the next window.
      if (!isLast && done > 0 && done + segment.length + 1 >= window.length) break;
      yield { segment, index: start + done };
      done += segment.length;
    }
    start += done;
  }
}

import { TextDecoder } from 'node:util';
import { grouped } from './units.ts';

// Unicode's own properties, so that what a later version adds is covered too. Spared: our layout, the joiners and
// variation selectors that emoji and scripts need, and the Arabic, Syriac and Kaithi signs that are Cf but visible.
const unsafe =
  /(?!\n|\t|[\u{200c}-\u{200d}]|[\u{fe00}-\u{fe0f}]|[\u{180b}-\u{180d}]|\u{180f}|[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

// What needs no closer look.
const printable = /^[\x20-\x7e]*$/;

// GitHub's runner trims a line before it looks for `::name`, and finds `##[name]` anywhere in it. `##vso[...]` is
// Azure's, `##teamcity[...]` TeamCity's.
const lineCommand = /^([^\S\n]*):(?=:)/gm;
const logCommand = /##(?=[\w.]*\[)/g;

/** Foreign text made harmless for a terminal and for the log of a CI runner; newlines and tabs stay. Idempotent. */
export function safe(text: string): string {
  return withoutCommands(text.replace(unsafe, escape));
}

/** As `safe`, for what must stay on one line: newlines and tabs become visible too. */
export function safeLine(text: string): string {
  return withoutCommands(text.replace(unsafe, escape).replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
}

function withoutCommands(text: string): string {
  // Most texts have neither, and to look costs a tenth of the expressions.
  if (!text.includes('::') && !text.includes('##')) return text;
  return text.replace(lineCommand, '$1\\x3a').replace(logCommand, '#\\x23');
}

/** A value as a line of JSON, with what `safe` would escape written as JSON's own escapes: it parses to the same. */
export function jsonLine(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** As `jsonLine`, for what is JSON already. No line of JSON begins with `::`, so that needs no escape. */
export function escapeJson(json: string): string {
  const text = printable.test(json) ? json : json.replace(unsafe, (found) => found.replaceAll(/[^]/g, escapeUnit));
  return text.includes('##') ? text.replace(logCommand, '#\\u0023') : text;
}

/** A value as JSON in ASCII alone, every other character as `\uXXXX`: it parses to the same. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, escapeUnit);
}

/** At most `max` UTF-16 units of the text, never half a character, and how many characters were left out. */
export function clip(text: string, max: number): string {
  const end = clipEnd(text, max);
  return end === text.length ? text : `${text.slice(0, end)}… (+${characters(countCharacters(text.slice(end)))})`;
}

/**
 * At most `max` UTF-16 units of the text, with an ellipsis where more was left out. For what a report keeps: `clip`
 * would load a segmenter and count, and a person's eye alone needs either.
 */
export function clipText(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** Enough of a body to cut so many characters from: more, so that no secret is cut in two before it is taken out. */
export function decodeStart(bytes: Uint8Array, max: number): string {
  return new TextDecoder().decode(bytes.subarray(0, max * 4 + 4096));
}

/** Bytes as text; what is not UTF-8 shows as replacement characters. */
export function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
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

/** Where the text ends that has at most `max` UTF-16 units, and no half of a character. */
export function clipEnd(text: string, max: number): number {
  if (text.length <= max) return text.length;
  // Whether a character ends at `max` shows in the one that follows, a surrogate pair at most.
  const window = segments(text.slice(0, max + 2));
  return window.containing(max)?.index ?? 0;
}

/** How many code points. */
export function countCharacters(text: string): number {
  const points = text[Symbol.iterator]();
  let count = 0;
  while (points.next().done === false) count++;
  return count;
}

/** `1 character`, `12 more characters`. */
export function characters(count: number, which = ''): string {
  return `${grouped(count)} ${which}${count === 1 ? 'character' : 'characters'}`;
}

let segmenter: Intl.Segmenter | undefined;

/** The segmenter takes 12 ms to make, which most runs can do without. */
export function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

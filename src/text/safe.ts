import { TextDecoder } from 'node:util';
import { grouped } from './units.ts';

// Unicode's own properties, so that characters of a later version are covered too. Not included: our layout, the
// joiners and variation selectors that emoji and scripts need, and the Arabic, Syriac and Kaithi signs that are Cf but
// visible.
const unsafe =
  /(?!\n|\t|[\u{200c}-\u{200d}]|[\u{fe00}-\u{fe0f}]|[\u{180b}-\u{180d}]|\u{180f}|[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

// All of a text that needs a closer look.
const unusual = /[^\n\t\x20-\x7e]+/g;

// GitHub's runner trims a line before it looks for `::name`, and finds `##[name]` anywhere in the line. `##vso[...]`
// belongs to Azure, `##teamcity[...]` to TeamCity.
const lineCommand = /^([^\S\n]*):(?=:)/gm;
const logCommand = /##(?=[\w.]*\[)/g;

/** Makes untrusted text harmless for a terminal and for the log of a CI runner. Newlines and tabs stay. Idempotent. */
export function safe(text: string): string {
  return withoutCommands(escapeUnsafe(text, escape));
}

/** Like `safe`, for text that must stay on one line: newlines and tabs become visible too. */
export function safeLine(text: string): string {
  return withoutCommands(escapeUnsafe(text, escape).replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
}

function escapeUnsafe(text: string, escapeOne: (found: string) => string): string {
  return text.replace(unusual, (part) => part.replace(unsafe, escapeOne));
}

function withoutCommands(text: string): string {
  // Most texts have neither, and this check takes a tenth of the time of the expressions.
  if (!text.includes('::') && !text.includes('##')) return text;
  return text.replace(lineCommand, '$1\\x3a').replace(logCommand, '#\\x23');
}

/**
 * A value as a line of JSON. Characters that `safe` would escape are written as JSON escapes, so it parses to the same
 * value.
 */
export function jsonLine(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** Like `jsonLine`, for text that is already JSON. No line of JSON begins with `::`, so that needs no escape. */
export function escapeJson(json: string): string {
  const text = escapeUnsafe(json, (found) => found.replaceAll(/[^]/g, escapeUnit));
  return text.includes('##') ? text.replace(logCommand, '#\\u0023') : text;
}

/** A value as JSON in ASCII only, every other character as `\uXXXX`. It parses to the same value. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, escapeUnit);
}

/** At most `max` UTF-16 units of the text, never half a character, and how many characters were left out. */
export function clip(text: string, max: number): string {
  const end = clipEnd(text, max);
  return end === text.length ? text : `${text.slice(0, end)}… (+${characters(countCharacters(text.slice(end)))})`;
}

/**
 * At most `max` UTF-16 units of the text, with an ellipsis if more was left out. Reports use it: `clip` would load a
 * segmenter and count the characters, which only a person at a terminal needs.
 */
export function clipText(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** The beginning of a text, as a text of its own: a slice keeps the whole of it in memory. */
export function startOf(text: string, max: number): string {
  return Buffer.from(text.slice(0, max), 'utf16le').toString('utf16le');
}

/**
 * Enough bytes of a body to cut `max` characters from. It decodes more than `max`, so that no secret is cut in two
 * before it is taken out.
 */
export function decodeStart(bytes: Uint8Array, max: number): string {
  return new TextDecoder().decode(bytes.subarray(0, max * 4 + 4096));
}

/** Bytes as text; bytes that are not UTF-8 show as replacement characters. */
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

/** The end of the longest start of the text that has at most `max` UTF-16 units and no half character. */
export function clipEnd(text: string, max: number): number {
  if (text.length <= max) return text.length;
  // Whether a character ends at `max` depends on the next one, which is at most a surrogate pair.
  const window = segments(text.slice(0, max + 2));
  return window.containing(max)?.index ?? 0;
}

/** Counts code points. */
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

/** Making the segmenter takes 12 ms, and most runs do not need it. */
export function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

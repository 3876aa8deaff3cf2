import { createHash } from 'node:crypto';
import { startOf } from '../../text/safe.ts';

/** So much of a text is kept and looked at, in UTF-16 units. */
const maxKept = 4096;

/** A text as it is compared: two that a person takes for the same are the same. */
export interface NormalText {
  /** The same for equal texts. */
  key: string;
  /** Its beginning, for telling a quotation. */
  head: string;
  /** Of the whole. */
  length: number;
}

/** NFC, without the entities of HTML, each row of blanks as one and none outside. */
export function normalText(text: string): NormalText {
  const whole = decodeEntities(text)
    .normalize('NFC')
    .replaceAll(/[\s\u{200b}\u{feff}]+/gu, ' ')
    .trim();
  if (whole.length <= maxKept) return { key: whole, head: whole, length: whole.length };
  const digest = createHash('sha256').update(whole).digest('base64');
  return { key: `sha256:${digest}`, head: startOf(whole, maxKept), length: whole.length };
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The entities that a library writes when it makes HTML of a text, once. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,6}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(entities, name as string) ? entities[name as string]! : whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Whether a text is an event of ours as JSON, or as Python and PHP print one: nobody writes that by hand. */
export function isOwnEvent(text: string): boolean {
  const start = decodeEntities(text.slice(0, maxKept)).trimStart();
  if (!/^[[{(]|^b?['"]\{|^array\(/i.test(start)) return false;
  const hasKey = (key: string): boolean => new RegExp(`["']${key}\\\\?["']`).test(start);
  return (
    (hasKey('event_type') && hasKey('new_messages')) ||
    (hasKey('message_sender') && /["'](ai|employee)\\?["']/.test(start))
  );
}

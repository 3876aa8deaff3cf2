import type { Redact } from '../contract/redact.ts';
import { clipText, decodeStart } from '../text/safe.ts';
import type { Response } from './outcome.ts';

/** An answer in a few words, with no secret in them. */
export interface AnswerSummary {
  /** `500 Internal Server Error`, or `no answer`. */
  status: string;
  /** What the body says, fit to be quoted in a sentence; empty where it says nothing. */
  words: string;
}

const maxWords = 160;
const maxReason = 40;

/** What an answer says in a few words, fit to be quoted in a sentence. */
export function summariseAnswer(response: Response | null, redact: Redact): AnswerSummary {
  if (!response) return { status: 'no answer', words: '' };
  const reason = clipText(redact(response.statusText), maxReason);
  // Taken out before and after: mark-up could keep the parts of a secret from each other.
  const words = redact(htmlWords(redact(decodeStart(response.body, maxWords))));
  const text = words.replaceAll(/\s+/g, ' ').trim();
  return { status: `${response.status} ${reason}`.trim(), words: clipText(text, maxWords) };
}

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

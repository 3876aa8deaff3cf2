import { spellingsOf, type Redact } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import type { Response } from '../delivery/outcome.ts';
import type { Trial } from './case.ts';
import { htmlWords } from './html-words.ts';
import type { Exchange } from './report.ts';

const maxBody = 2000;
const maxExcerpt = 1000;
const maxWords = 160;
const maxReason = 40;

/** Below this, a near miss is a word that means nothing. */
const shortestNearMiss = 4;

/** Below this, so is an encoded secret. */
const shortestSpelled = 8;

/** Takes out the secret, however it is spelled, and what only comes near it. */
export function createReportRedact(secret: string | null, trials: readonly Pick<Trial, 'probe'>[]): Redact {
  const sent = trials.flatMap(({ probe }) => probe.authorization?.value?.split(' ').at(-1) ?? []);
  const near = secret ? sent.filter((word) => word.length >= shortestNearMiss && resembles(word, secret)) : [];
  const spelled = (text: string): string[] => [...spellingsOf(text), base64(text)];
  const own = secret ? (secret.length < shortestSpelled ? [secret] : spelled(secret)) : [];
  const words = [...new Set([...own, ...near])].toSorted((a, b) => b.length - a.length);
  return (text) => words.reduce((rest, word) => rest.replaceAll(word, '***'), text);
}

function resembles(word: string, secret: string): boolean {
  return secret.startsWith(word) || word.toLowerCase().startsWith(secret.toLowerCase());
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}

/** A trial as the report shows it. */
export function exchangeOf({ delivery: { payload, outcome } }: Trial, redact: Redact): Exchange {
  const { response, timing } = outcome;
  return {
    method: payload.method,
    headers: headerObject(payload.headers, redact),
    body: clipped(payload.body, maxBody, (text) => text),
    response: response && {
      status: response.status,
      headers: headerObject(response.headers, redact),
      bodyExcerpt: clipped(response.body, maxExcerpt, redact),
    },
    timing,
  };
}

/** What an answer says in a few words, fit to be quoted in a sentence. */
export function saidIn(response: Response | null, redact: Redact): Trial['said'] {
  if (!response) return { status: 'no answer', words: '' };
  const reason = clipText(redact(response.statusText), maxReason);
  // Taken out before and after: mark-up could keep the parts of a secret from each other.
  const words = redact(htmlWords(redact(decode(response.body, maxWords))));
  const text = words.replaceAll(/\s+/g, ' ').trim();
  return { status: `${response.status} ${reason}`.trim(), words: clipText(text, maxWords) };
}

function clipped(bytes: Uint8Array, max: number, redact: Redact): string {
  return clipText(redact(decode(bytes, max)), max);
}

/** Enough of a body to cut so many characters from: more, so that no secret is cut in two before it is taken out. */
function decode(bytes: Uint8Array, max: number): string {
  return new TextDecoder().decode(bytes.subarray(0, max * 4 + 4096));
}

function clipText(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

import type { Redact } from '../contract/redact.ts';
import { errorLine } from '../text/error-line.ts';
import { htmlWords } from '../text/markup-words.ts';
import { clipText, decodeStart } from '../text/safe.ts';
import type { Response } from './outcome.ts';

/** An answer in a few words, with no secret in them. */
export interface AnswerSummary {
  /** `500 Internal Server Error`, or `no answer`. */
  status: string;
  /** The line that matters, or else the first words of the body, fit to be quoted; empty where it says nothing. */
  words: string;
  /** The line that says what went wrong: of an error page, a stack or a JSON error. Null where there is none. */
  errorLine?: string | null;
}

const maxWords = 160;
const maxLine = 300;
const maxReason = 40;
/** An error page may have a style sheet before it comes to the point. */
const maxRead = 16_384;

/** What an answer says in a few words, fit to be quoted in a sentence. */
export function summariseAnswer(response: Response | null, redact: Redact): AnswerSummary {
  if (!response) return { status: 'no answer', words: '', errorLine: null };
  const reason = clipText(redact(response.statusText), maxReason);
  // Taken out before and after: mark-up could keep the parts of a secret from each other.
  const body = redact(decodeStart(response.body, maxRead));
  const found = errorLine(body);
  const line = found === null ? null : clipText(redact(found), maxLine);
  const words =
    line ??
    clipText(
      redact(htmlWords(body.slice(0, 8192)))
        .replaceAll(/\s+/g, ' ')
        .trim(),
      maxWords,
    );
  return { status: `${response.status} ${reason}`.trim(), words, errorLine: line };
}

import { bearer, redactAuthorization } from '../contract/bearer.ts';
import { decodeUtf8 } from '../contract/parse-body.ts';
import { createRedactor, type Redact, type Redactor } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import { withoutSecret, type Received } from '../receiver/inspect.ts';
import { formatStep } from '../receiver/parse-script.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import type { Line } from '../text/line.ts';
import type { JournalEntry, KeptAnswer } from './entry.ts';
import { quoteJson } from './quote-json.ts';

/** The line of one request: a `JournalEntry`. */
export type EntryLines = (received: Received, answered: Answered) => Line;

/** Makes the lines of a run. The body stays exact; the secret is nowhere else. */
export function createEntryLines(secret: string | null): EntryLines {
  const redaction = {
    redact: createRedactor(secret),
    authorization: secret ? redactAuthorization(bearer(secret)) : undefined,
  };
  return (received, answered) => entryLine(received, answered, redaction);
}

interface Redaction {
  redact: Redactor;
  /** What stands for the `Authorization` header that is right. */
  authorization: string | undefined;
}

/** From this size on, in bytes, a body is quoted as it is: to decode it and encode it again takes ten times as long. */
const large = 1024;

function entryLine(received: Received, answered: Answered, redaction: Redaction): Line {
  const { body, json } = received;
  const quoted = body && json?.ok && body.length >= large ? quoteJson(body) : null;
  const line = JSON.stringify(entryOf(received, quoted ? {} : keptBody(body), answered, redaction));
  return quoted ? withBody(line, quoted) : line;
}

/** All in one literal: to put an entry together by spreading takes three times as long. */
function entryOf(
  received: Received,
  { body, bodyBase64 }: Pick<JournalEntry, 'body' | 'bodyBase64'>,
  answered: Answered,
  { redact, authorization }: Redaction,
): JournalEntry {
  const { eventType, issues, unknownFields } = withoutSecret(received, redact);
  return {
    v: 1,
    id: received.id,
    receivedAt: received.receivedAt.toISOString(),
    method: received.method,
    path: redact(received.target),
    headers: headerObject(received.rawHeaders, redact, received.auth === 'ok' ? authorization : undefined),
    body,
    bodyBase64,
    auth: received.auth,
    eventType,
    issues: issues.map(({ path, message, rule }) => ({ path, message, rule })),
    unknownFields,
    answer: keptAnswer(answered, redact),
  };
}

function keptBody(body: Buffer | null): Pick<JournalEntry, 'body' | 'bodyBase64'> {
  if (body === null) return { body: null };
  const text = decodeUtf8(body);
  return text === null ? { bodyBase64: body.toString('base64') } : { body: text };
}

/** Puts a quoted body into its place, behind the headers: theirs is the first brace that closes outside of a string. */
function withBody(line: string, quoted: Buffer): Buffer {
  const at = line.indexOf('},"auth":') + 1;
  return Buffer.concat([Buffer.from(`${line.slice(0, at)},"body":`), quoted, Buffer.from(line.slice(at))]);
}

function keptAnswer({ status, scripted, forwarded }: Answered, redact: Redact): KeptAnswer {
  const kept: KeptAnswer = { status };
  if (scripted) kept.scripted = redact(formatStep(scripted));
  if (forwarded) {
    const { ms, reason, message } = forwarded;
    const words = message && redact(message);
    kept.forwarded = { status: forwarded.status, ms: Math.round(ms * 10) / 10, reason, message: words };
  }
  return kept;
}

import { bearer, redactAuthorization } from '../contract/bearer.ts';
import { decodeUtf8 } from '../contract/parse-body.ts';
import { createRedactor, type Redactor } from '../contract/redact.ts';
import { headerObject } from '../contract/shown-headers.ts';
import type { Received } from '../receiver/inspect.ts';
import { formatStep } from '../receiver/parse-script.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import type { Line } from '../text/line.ts';
import type { JournalEntry, KeptAnswer } from './entry.ts';
import { quoteJson } from './quote-json.ts';

/** The line of one request: a `JournalEntry`. It is made on the first call, and only once. */
export type EntryLines = (received: Received, answered: Answered) => Line;

/** Makes the lines of a run. The body stays exact; the secret is removed everywhere else. */
export function createEntryLines(secret: string | null): EntryLines {
  const redaction = {
    redact: createRedactor(secret),
    authorization: secret ? redactAuthorization(bearer(secret)) : undefined,
  };
  // Kept on the arrival itself, where no copy takes it along. A WeakMap would keep large bodies longer than they are
  // used.
  const slot = Symbol('line');
  return (received, answered) => {
    const before = (received as { [slot]?: MadeLine })[slot];
    // An answer that was recorded may never have gone out: then the line is different.
    if (before && isSame(before.answered, answered)) return before.line;
    const line = entryLine(received, answered, redaction);
    const made: MadeLine = { line, answered: { ...answered } };
    Object.defineProperty(received, slot, { value: made, configurable: true });
    return line;
  };
}

interface MadeLine {
  line: Line;
  answered: Answered;
}

function isSame(one: Answered, other: Answered): boolean {
  return one.status === other.status && one.scripted === other.scripted && one.forwarded === other.forwarded;
}

interface Redaction {
  redact: Redactor;
  /** What is shown for an `Authorization` header that is correct. */
  authorization: string | undefined;
}

/** From this size on, in bytes, a body is quoted as it is: decoding and encoding it again takes ten times as long. */
const large = 1024;

function entryLine(received: Received, answered: Answered, redaction: Redaction): Line {
  const { body, json } = received;
  const quoted = body && json?.ok && body.length >= large ? quoteJson(body) : null;
  const kept = quoted ? {} : keptBody(body);
  const entry = entryOf(received, kept, answered, redaction);
  const line = JSON.stringify(entry);
  // This also finds a secret that is only in the body. Searching again without the body is rare and cheap.
  if (!redaction.redact.finds(line)) return quoted ? withBody(line, quoted) : line;
  const clean = JSON.stringify({ ...redaction.redact.leaves(entry), ...kept });
  return quoted ? withBody(clean, quoted) : clean;
}

/** All in one literal: building an entry by spreading takes three times as long. */
function entryOf(
  received: Received,
  { body, bodyBase64 }: Pick<JournalEntry, 'body' | 'bodyBase64'>,
  answered: Answered,
  { authorization }: Redaction,
): JournalEntry {
  const { eventType, issues, unknownFields } = received;
  return {
    v: 1,
    id: received.id,
    receivedAt: received.receivedAt.toISOString(),
    method: received.method,
    path: received.target,
    headers: headerObject(received.rawHeaders, received.auth === 'ok' ? authorization : undefined),
    body,
    bodyBase64,
    auth: received.auth,
    eventType,
    issues: issues.map(({ path, message, rule }) => ({ path, message, rule })),
    unknownFields,
    answer: keptAnswer(answered),
  };
}

function keptBody(body: Buffer | null): Pick<JournalEntry, 'body' | 'bodyBase64'> {
  if (body === null) return { body: null };
  const text = decodeUtf8(body);
  return text === null ? { bodyBase64: body.toString('base64') } : { body: text };
}

/** Puts a quoted body into its place after the headers. The headers end at the first closing brace outside a string. */
function withBody(line: string, quoted: Buffer): Buffer {
  const at = line.indexOf('},"auth":') + 1;
  return Buffer.concat([Buffer.from(`${line.slice(0, at)},"body":`), quoted, Buffer.from(line.slice(at))]);
}

/** What is kept of an answer. */
export function keptAnswer({ status, scripted, forwarded }: Answered): KeptAnswer {
  const kept: KeptAnswer = { status };
  if (scripted) kept.scripted = formatStep(scripted);
  if (forwarded) {
    const { ms, reason, message } = forwarded;
    kept.forwarded = { status: forwarded.status, ms: Math.round(ms * 10) / 10, reason, message };
  }
  return kept;
}

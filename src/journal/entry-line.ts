import { headerObject } from '../contract/shown-headers.ts';
import { bearer, redactAuthorization } from '../contract/bearer.ts';
import { createRedactor, type Redact, type Redactor } from '../contract/redact.ts';
import type { Line } from '../line.ts';
import type { Answered } from '../receiver/exchange.ts';
import { withoutSecret, type Received } from '../receiver/inspect.ts';
import { decodeUtf8 } from '../receiver/parse-body.ts';
import { formatStep } from '../receiver/parse-script.ts';
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
  // Two parts, each an object as it was written: to spread them into one takes longer than all the rest.
  const front = JSON.stringify(entryFront(received, redaction)).slice(0, -1);
  const back = JSON.stringify(entryBack(received, answered, redaction)).slice(1);
  const { body, json } = received;
  const quoted = body && json?.ok && body.length >= large ? quoteJson(body) : null;
  return quoted
    ? Buffer.concat([Buffer.from(`${front},"body":`), quoted, Buffer.from(`,${back}`)])
    : `${front},${bodyMember(body)},${back}`;
}

function bodyMember(body: Buffer | null): string {
  if (body === null) return '"body":null';
  const text = decodeUtf8(body);
  return text === null ? `"bodyBase64":"${body.toString('base64')}"` : `"body":${JSON.stringify(text)}`;
}

/** What stands before the body. */
function entryFront({ id, receivedAt, method, target, rawHeaders, auth }: Received, redaction: Redaction) {
  const { redact, authorization } = redaction;
  return {
    v: 1,
    id,
    receivedAt: receivedAt.toISOString(),
    method,
    path: redact(target),
    headers: headerObject(rawHeaders, redact, auth === 'ok' ? authorization : undefined),
  } satisfies Partial<JournalEntry>;
}

/** What stands behind it. */
function entryBack(received: Received, answered: Answered, { redact }: Redaction) {
  const { auth, eventType, issues, unknownFields } = withoutSecret(received, redact);
  return {
    auth,
    eventType,
    issues: issues.map(({ path, message, rule }) => ({ path, message, rule })),
    unknownFields,
    answer: keptAnswer(answered, redact),
  } satisfies Partial<JournalEntry>;
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

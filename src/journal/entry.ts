import { redactSecret, type Auth } from '../contract/bearer.ts';
import { headerObject } from '../contract/shown-headers.ts';
import type { Answered } from '../receiver/exchange.ts';
import type { Forwarded } from '../receiver/answer.ts';
import { withoutSecret, type Received } from '../receiver/inspect.ts';
import { decodeUtf8 } from '../receiver/parse-body.ts';
import { formatStep } from '../receiver/parse-script.ts';

/** One request that came, and what was answered: a line of a journal, and of `listen --json`. */
export interface JournalEntry {
  /** Version of this shape. */
  v: 1;
  id: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  method: string;
  /** The request target as on the wire, with its query. */
  path: string;
  /** In order; repeated ones as an array; credentials as fingerprints. */
  headers: Record<string, string | string[]>;
  /** The exact body where it is UTF-8; null where it was refused unread. */
  body?: string | null;
  /** The exact body where it is not UTF-8. */
  bodyBase64?: string;
  auth: Auth;
  eventType: string | null;
  issues: { path: string; message: string; rule: string }[];
  /** Fields that Suvvy's page does not list. */
  unknownFields: string[];
  answer: KeptAnswer;
}

interface KeptAnswer {
  /** Null where no answer was given: on purpose (hang, reset), or because the sender had left. */
  status: number | null;
  /** The step of the script that it follows, if there is a script. */
  scripted?: string;
  /** What the app made of it, if it was passed on to one: `reason` is null where Suvvy would be content. */
  forwarded?: Pick<Forwarded, 'status' | 'ms' | 'reason' | 'message'>;
}

/** What a journal keeps of a request. The body stays exact; the secret is nowhere else. */
export function journalEntry(received: Received, answer: Answered, secret: string | null): JournalEntry {
  const { eventType, issues, unknownFields } = withoutSecret(received, secret);
  return {
    v: 1,
    id: received.id,
    receivedAt: received.receivedAt.toISOString(),
    method: received.method,
    path: redactSecret(received.target, secret),
    headers: headerObject(received.rawHeaders, secret),
    ...keptBody(received.body),
    auth: received.auth,
    eventType,
    issues: issues.map(({ path, message, rule }) => ({ path, message, rule })),
    unknownFields,
    answer: keptAnswer(answer, secret),
  };
}

function keptAnswer({ status, scripted, forwarded }: Answered, secret: string | null): KeptAnswer {
  const kept: KeptAnswer = { status };
  if (scripted) kept.scripted = redactSecret(formatStep(scripted), secret);
  if (forwarded) {
    const { ms, reason, message } = forwarded;
    const words = message && redactSecret(message, secret);
    kept.forwarded = { status: forwarded.status, ms: Math.round(ms * 10) / 10, reason, message: words };
  }
  return kept;
}

/** The exact bytes that came, or null where the request was refused unread. */
export function bodyOf({ body, bodyBase64 }: Pick<JournalEntry, 'body' | 'bodyBase64'>): Buffer | null {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64');
  return typeof body === 'string' ? Buffer.from(body) : null;
}

function keptBody(body: Buffer | null): Pick<JournalEntry, 'body' | 'bodyBase64'> {
  if (body === null) return { body: null };
  const text = decodeUtf8(body);
  return text === null ? { bodyBase64: body.toString('base64') } : { body: text };
}

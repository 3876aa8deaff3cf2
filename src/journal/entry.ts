import type { Auth } from '../contract/bearer.ts';
import type { Forwarded } from '../receiver/answer.ts';

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
  body?: string | null | undefined;
  /** The exact body where it is not UTF-8. */
  bodyBase64?: string | undefined;
  auth: Auth;
  eventType: string | null;
  issues: { path: string; message: string; rule: string }[];
  /** Fields that Suvvy's page does not list. */
  unknownFields: string[];
  answer: KeptAnswer;
}

export interface KeptAnswer {
  /** Null where no answer was given: on purpose (hang, reset), or because the sender had left. */
  status: number | null;
  /** The step of the script that it follows, if there is a script. */
  scripted?: string;
  /** What the app made of it, if it was passed on to one: `reason` is null where Suvvy would be content. */
  forwarded?: Pick<Forwarded, 'status' | 'ms' | 'reason' | 'message'>;
}

/** The exact bytes that came, or null where the request was refused unread. */
export function bodyOf({ body, bodyBase64 }: Pick<JournalEntry, 'body' | 'bodyBase64'>): Buffer | null {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64');
  return typeof body === 'string' ? Buffer.from(body) : null;
}

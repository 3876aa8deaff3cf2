import { isUtf8 } from 'node:buffer';
import type { Auth } from '../contract/bearer.ts';
import { isObject } from '../contract/field-path.ts';
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

/** `later` is an entry of a version that this program does not know; `bad` is anything else that is no entry. */
export type ParsedLine = JournalEntry | 'blank' | 'bad' | 'later';

/** Reads one line of a journal, without its newline. Never throws. */
export function parseEntry(line: Buffer): ParsedLine {
  // Decoding would put U+FFFD in the place of damage, and the body would no longer be what came.
  if (!isUtf8(line)) return 'bad';
  const text = line.toString('utf8').trim();
  if (text === '') return 'blank';
  const value = parsed(text);
  if (!isObject(value)) return 'bad';
  if (typeof value['v'] === 'number' && value['v'] > 1) return 'later';
  return isEntry(value) ? value : 'bad';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEntry(value: Record<string, unknown>): value is Record<string, unknown> & JournalEntry {
  const { v, id, receivedAt, method, path, headers, auth, eventType, issues, unknownFields, answer } = value;
  return (
    v === 1 &&
    [id, receivedAt, method, path, auth].every(isString) &&
    !Number.isNaN(Date.parse(receivedAt as string)) &&
    isObject(headers) &&
    Object.values(headers).flat().every(isHeaderValue) &&
    hasBody(value) &&
    (eventType === null || isString(eventType)) &&
    Array.isArray(issues) &&
    Array.isArray(unknownFields) &&
    isObject(answer) &&
    (answer['status'] === null || Number.isInteger(answer['status']))
  );
}

/** What came over HTTP can be sent over it again. */
function isHeaderValue(value: unknown): boolean {
  return isString(value) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function hasBody({ body, bodyBase64 }: Record<string, unknown>): boolean {
  if (body === undefined) return isString(bodyBase64) && /^[A-Za-z0-9+/]*={0,2}$/.test(bodyBase64);
  return bodyBase64 === undefined && (body === null || isString(body));
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

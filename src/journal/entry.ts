import { isUtf8 } from 'node:buffer';
import type { Auth } from '../contract/bearer.ts';
import { isObject } from '../contract/field-path.ts';
import type { Forwarded } from '../receiver/answer.ts';

/** One request, and its answer: a line of a journal, and of `listen --json`. */
export interface JournalEntry {
  /** The version of this format. */
  v: 1;
  id: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  method: string;
  /** The request target as on the wire, with its query. */
  path: string;
  /** In order. A repeated header is an array. Credentials are fingerprints. */
  headers: Record<string, string | string[]>;
  /** The exact body if it is UTF-8; null if the request was refused before the body was read. */
  body?: string | null | undefined;
  /** The exact body if it is not UTF-8. */
  bodyBase64?: string | undefined;
  auth: Auth;
  eventType: string | null;
  issues: { path: string; message: string; rule: string }[];
  /** Fields that Suvvy's page does not list. */
  unknownFields: string[];
  answer: KeptAnswer;
}

export interface KeptAnswer {
  /** Null if no answer was sent: on purpose (hang, reset), or because the sender had gone. */
  status: number | null;
  /** The script step that was used, if there is a script. */
  scripted?: string;
  /** What the app answered, if the request was passed on to one. `reason` is null if Suvvy would accept it. */
  forwarded?: Pick<Forwarded, 'status' | 'ms' | 'reason' | 'message'>;
}

/** The exact bytes of the body; null if the request was refused before the body was read. */
export function bodyOf({ body, bodyBase64 }: Pick<JournalEntry, 'body' | 'bodyBase64'>): Buffer | null {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64');
  return typeof body === 'string' ? Buffer.from(body) : null;
}

/** `later`: an entry of a version that this program does not know. `bad`: any other line that is not an entry. */
export type ParsedLine = JournalEntry | 'blank' | 'bad' | 'later';

/** Reads one line of a journal, without its newline. Never throws. */
export function parseEntry(line: Buffer): ParsedLine {
  // Decoding would replace damaged bytes with U+FFFD, and the body would no longer be the one that came.
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

/** A header that came over HTTP can be sent over HTTP again. */
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

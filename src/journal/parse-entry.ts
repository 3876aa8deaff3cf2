import { isUtf8 } from 'node:buffer';
import type { JournalEntry } from './entry.ts';
import { isObject } from '../contract/is-object.ts';

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

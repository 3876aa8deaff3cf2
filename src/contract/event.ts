import type { z } from 'zod';
import type { NewMessagesEvent, SuvvyEvent, UnknownEvent } from './event-types.ts';
import { formatPath, isObject } from './field-path.ts';
import { explainIssue } from './explain-issue.ts';
import type { Issue } from './issue.ts';
import {
  anyEventSchema,
  envelopeSchema,
  eventSchemas,
  isPlainEnvelope,
  isPlainMessage,
  messageSchema,
  testRequestSchema,
} from './schemas.ts';

/** The result of parsing a body. `event` is the same object that was given, with all its fields. */
export type ParsedEvent =
  | {
      ok: true;
      known: true;
      event: SuvvyEvent;
      /** Paths of fields that the page does not list, such as `new_messages[0].file.width` (R9: not an error). */
      unknownFields: string[];
    }
  | { ok: true; known: false; event: UnknownEvent; unknownFields: string[] }
  | { ok: false; issues: Issue[]; unknownFields: string[] };

/** The most issues and unknown fields that are reported for one body: a hostile body could have millions. */
const maxFindings = 100;

/**
 * Checks a parsed JSON body against the contract. Never throws, whatever the value.
 *
 * @example const parsed = parseEvent(JSON.parse(body)); if (!parsed.ok) console.log(parsed.issues);
 */
export function parseEvent(value: unknown): ParsedEvent {
  if (!isEvent(value)) return { ok: false, issues: issuesOf(anyEventSchema, value, value), unknownFields: [] };

  const event = value;
  if (!Object.hasOwn(eventSchemas, event.event_type)) return { ok: true, known: false, event, unknownFields: [] };

  const known = event as SuvvyEvent;
  const issues = known.event_type === 'new_messages' ? messagesIssues(known) : envelopeIssues(known, testRequestSchema);
  const unknownFields = findUnknownFields(known);
  return issues.length > 0
    ? { ok: false, issues, unknownFields }
    : { ok: true, known: true, event: known, unknownFields };
}

/** The same as `anyEventSchema`, in a tenth of the time. */
function isEvent(value: unknown): value is UnknownEvent {
  return isObject(value) && typeof value['event_type'] === 'string';
}

/** Checks one message at a time, so that a body with a million bad messages costs no more than the first hundred. */
function messagesIssues(event: NewMessagesEvent): Issue[] {
  const issues = envelopeIssues(event, envelopeSchema);
  if (issues.length > 0 && !Array.isArray(event.new_messages)) return issues;
  for (const [index, message] of event.new_messages.entries()) {
    if (issues.length >= maxFindings) break;
    if (isPlainMessage(message)) continue;
    for (const issue of issuesOf(messageSchema, knownPart(message), event, ['new_messages', index])) issues.push(issue);
  }
  return issues.slice(0, maxFindings);
}

function envelopeIssues(event: SuvvyEvent, schema: z.ZodType): Issue[] {
  return isPlainEnvelope(event) ? [] : issuesOf(schema, only(event, knownFields.event.new_messages), event);
}

function issuesOf(schema: z.ZodType, value: unknown, body: unknown, at: (string | number)[] = []): Issue[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : explain(parsed.error, body, at);
}

function explain(error: z.ZodError, body: unknown, at: (string | number)[] = []): Issue[] {
  return error.issues.map((issue) => explainIssue({ ...issue, path: [...at, ...issue.path] }, body));
}

const knownFields = {
  event: {
    new_messages: new Set(['event_type', 'new_messages', 'chat_id']),
    test_request: new Set(['event_type', 'new_messages']),
  },
  message: new Set(['type', 'message_sender', 'text', 'file']),
  file: new Set(['name', 'url', 'size_bytes', 'mime_type']),
} as const;

/** Only the known fields of a message: its schema would copy a hundred thousand unknown ones. */
function knownPart(message: unknown): unknown {
  const part = only(message, knownFields.message);
  return isObject(part) && 'file' in part ? { ...part, file: only(part['file'], knownFields.file) } : part;
}

function only(value: unknown, fields: ReadonlySet<string>): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries([...fields].filter((field) => field in value).map((field) => [field, value[field]]));
}

function findUnknownFields(event: SuvvyEvent): string[] {
  const found: string[] = [];
  const look = (value: unknown, listed: ReadonlySet<string>, index: number | null, field?: string): void => {
    for (const key of unlisted(value, listed, maxFindings - found.length)) {
      const path = index === null ? [key] : ['new_messages', index, ...(field === undefined ? [] : [field]), key];
      found.push(formatPath(path));
    }
  };
  look(event, knownFields.event[event.event_type], null);
  const messages: unknown = event.new_messages;
  if (!Array.isArray(messages)) return found;
  for (let index = 0; index < messages.length && found.length < maxFindings; index += 1) {
    const message: unknown = messages[index];
    look(message, knownFields.message, index);
    if (isObject(message)) look(message['file'], knownFields.file, index, 'file');
  }
  return found;
}

const none: readonly string[] = [];

/** The first `max` keys that are not listed. A body can have a million values, and most of them have no such key. */
function unlisted(value: unknown, listed: ReadonlySet<string>, max: number): readonly string[] {
  if (!isObject(value)) return none;
  let found: string[] | null = null;
  for (const key in value) {
    if (listed.has(key) || !Object.hasOwn(value, key)) continue;
    found ??= [];
    if (found.length >= max) break;
    found.push(key);
  }
  return found ?? none;
}

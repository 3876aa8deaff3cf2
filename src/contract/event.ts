import type { z } from 'zod';
import type { NewMessagesEvent, SuvvyEvent, UnknownEvent } from './event-types.ts';
import { formatPath, isObject } from './field-path.ts';
import { explainIssue } from './explain-issue.ts';
import type { Issue } from './issue.ts';
import { anyEventSchema, envelopeSchema, eventSchemas, messageSchema, testRequestSchema } from './schemas.ts';

/** What a body turned out to be. `event` is the very object that was given, with every field that it had. */
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

/** How many issues and unknown fields of one body are told, at the most: a hostile body could have millions. */
const maxFindings = 100;

/** Holds a parsed JSON body against the contract. Never throws, whatever comes in. */
export function parseEvent(value: unknown): ParsedEvent {
  if (!isEvent(value)) return { ok: false, issues: issuesOf(anyEventSchema, value, value), unknownFields: [] };

  const event = value;
  if (!Object.hasOwn(eventSchemas, event.event_type)) return { ok: true, known: false, event, unknownFields: [] };

  const known = event as SuvvyEvent;
  const issues =
    known.event_type === 'new_messages' ? messagesIssues(known) : issuesOf(testRequestSchema, known, known);
  const unknownFields = findUnknownFields(known);
  return issues.length > 0
    ? { ok: false, issues, unknownFields }
    : { ok: true, known: true, event: known, unknownFields };
}

/** What `anyEventSchema` says in many more words, and in ten times the time. */
function isEvent(value: unknown): value is UnknownEvent {
  return isObject(value) && typeof value['event_type'] === 'string';
}

/** Message by message, so that a body of a million wrong ones costs no more than the first hundred. */
function messagesIssues(event: NewMessagesEvent): Issue[] {
  const issues = issuesOf(envelopeSchema, event, event);
  if (issues.length > 0 && !Array.isArray(event.new_messages)) return issues;
  for (const [index, message] of event.new_messages.entries()) {
    if (issues.length >= maxFindings) break;
    issues.push(...issuesOf(messageSchema, message, event, ['new_messages', index]));
  }
  return issues.slice(0, maxFindings);
}

function issuesOf(schema: z.ZodType, value: unknown, body: unknown, at: (string | number)[] = []): Issue[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : explain(parsed.error, body, at);
}

function explain(error: z.ZodError, body: unknown, at: (string | number)[] = []): Issue[] {
  return error.issues.map((issue) => explainIssue({ ...issue, path: [...at, ...issue.path] }, body));
}

const knownFields = {
  event: { new_messages: ['event_type', 'new_messages', 'chat_id'], test_request: ['event_type', 'new_messages'] },
  message: ['type', 'message_sender', 'text', 'file'],
  file: ['name', 'url', 'size_bytes', 'mime_type'],
};

function findUnknownFields(event: SuvvyEvent): string[] {
  const found = unlisted(event, knownFields.event[event.event_type], []);
  const messages = Array.isArray(event.new_messages) ? (event.new_messages as unknown[]) : [];
  for (const [index, message] of messages.entries()) {
    if (found.length >= maxFindings) break;
    found.push(...unlisted(message, knownFields.message, ['new_messages', index]));
    const file = isObject(message) ? message['file'] : undefined;
    found.push(...unlisted(file, knownFields.file, ['new_messages', index, 'file']));
  }
  return found.slice(0, maxFindings);
}

function unlisted(value: unknown, listed: readonly string[], path: (string | number)[]): string[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((key) => !listed.includes(key))
    .slice(0, maxFindings)
    .map((key) => formatPath([...path, key]));
}

import { z } from 'zod';
import { explainIssue, type Issue } from './issue.ts';
import { formatPath } from './field-path.ts';
import {
  messageSenders,
  messageTypeNames,
  messageTypes,
  mimeTypePattern,
  type FileMessageType,
  type MessageSender,
  type MessageType,
} from './message-types.ts';

/** A file that hangs on a message (R16-R20). Fields that we do not know are kept. */
export interface MessageFile {
  /** File name. */
  name: string;
  /** Direct download link (R17). */
  url: string;
  /** Size in bytes, 0 or more (R18). */
  size_bytes: number;
  /** `type/subtype` (R19). */
  mime_type: string;
  [field: string]: unknown;
}

/** A message that carries text (R15). */
export interface TextMessage {
  type: Exclude<MessageType, FileMessageType>;
  message_sender: MessageSender;
  text: string;
  file?: never;
  [field: string]: unknown;
}

/** A message that carries a file (R16). */
export interface FileMessage {
  type: FileMessageType;
  message_sender: MessageSender;
  file: MessageFile;
  text?: never;
  [field: string]: unknown;
}

/** One item of `new_messages` (R13-R16). */
export type Message = TextMessage | FileMessage;

/** The bot's and the employees' new messages (R12). */
export interface NewMessagesEvent {
  event_type: 'new_messages';
  /** The dialogue (`chat-id`, observed). */
  chat_id?: string;
  new_messages: Message[];
  [field: string]: unknown;
}

/** What the test button of the panel sends (R10). */
export interface TestRequestEvent {
  event_type: 'test_request';
  new_messages?: never;
  [field: string]: unknown;
}

/** An event type that the page does not list yet (R8): a value, not an error. */
export interface UnknownEvent {
  event_type: string;
  [field: string]: unknown;
}

export type SuvvyEvent = NewMessagesEvent | TestRequestEvent;

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

const messageFile = (mimeTypes: readonly string[] | null) =>
  z.looseObject({
    name: z.string(),
    url: z.string().refine((url) => URL.canParse(url), { error: 'url' }),
    // Not z.int(): that stops at 2^53-1, and the page's range has no end.
    size_bytes: z.number().multipleOf(1).min(0).meta({ type: 'integer' }),
    mime_type: mimeTypes ? z.enum(mimeTypes as [string, ...string[]]) : z.string().regex(mimeTypePattern),
  });

const absent = () => z.never().optional();

const messageOf = (type: MessageType) => {
  const { carries, mimeTypes } = messageTypes[type];
  return z.looseObject({
    type: z.literal(type),
    message_sender: z.enum(messageSenders),
    text: carries === 'text' ? z.string() : absent(),
    file: carries === 'file' ? messageFile(mimeTypes) : absent(),
  });
};

const [firstType, ...otherTypes] = messageTypeNames.map(messageOf);

/** One item of `new_messages`: a zod schema. */
export const messageSchema = z.discriminatedUnion('type', [firstType!, ...otherTypes]) as unknown as z.ZodType<Message>;

/** The event that carries messages: a zod schema. */
export const newMessagesSchema = z.looseObject({
  event_type: z.literal('new_messages'),
  chat_id: z.string().optional(),
  new_messages: z.array(messageSchema),
}) as unknown as z.ZodType<NewMessagesEvent>;

/** The event of the test button: a zod schema. */
export const testRequestSchema = z.looseObject({
  event_type: z.literal('test_request'),
  new_messages: absent(),
}) as unknown as z.ZodType<TestRequestEvent>;

/** Any event at all (R8): a zod schema. */
export const anyEventSchema = z.looseObject({ event_type: z.string() }) as unknown as z.ZodType<UnknownEvent>;

/** The documented event types, each with its schema. */
export const eventSchemas = {
  new_messages: newMessagesSchema,
  test_request: testRequestSchema,
} as const satisfies Record<SuvvyEvent['event_type'], z.ZodType<SuvvyEvent>>;

/** How many issues and unknown fields of one body are told, at the most: a hostile body could have millions. */
export const maxFindings = 100;

/** Holds a parsed JSON body against the contract. Never throws, whatever comes in. */
export function parseEvent(value: unknown): ParsedEvent {
  const envelope = anyEventSchema.safeParse(value);
  if (!envelope.success) return { ok: false, issues: explain(envelope.error, value), unknownFields: [] };

  const event = value as UnknownEvent;
  if (!Object.hasOwn(eventSchemas, event.event_type)) return { ok: true, known: false, event, unknownFields: [] };

  const known = event as SuvvyEvent;
  const issues =
    known.event_type === 'new_messages' ? messagesIssues(known) : issuesOf(testRequestSchema, known, known);
  const unknownFields = findUnknownFields(known);
  return issues.length > 0
    ? { ok: false, issues, unknownFields }
    : { ok: true, known: true, event: known, unknownFields };
}

const withoutMessages = z.looseObject({ chat_id: z.string().optional(), new_messages: z.array(z.unknown()) });

/** Message by message, so that a body of a million wrong ones costs no more than the first hundred. */
function messagesIssues(event: NewMessagesEvent): Issue[] {
  const issues = issuesOf(withoutMessages, event, event);
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

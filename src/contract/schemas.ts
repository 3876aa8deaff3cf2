import { URL } from 'node:url';
import * as z from 'zod';
import type { Message, NewMessagesEvent, SuvvyEvent, TestRequestEvent, UnknownEvent } from './event-types.ts';
import { isObject } from './field-path.ts';
import { messageSenders, messageTypeNames, messageTypes, mimeTypePattern, type MessageType } from './message-types.ts';
import { observed, rules, type RuleId } from './rules.ts';

/** A description that ends with its rule. It is also in the JSON Schema. */
function by(rule: RuleId, words: string = rules[rule].gist): { description: string } {
  return { description: `${words} (${rule})` };
}

const messageFile = (mimeTypes: readonly string[] | null) =>
  z.looseObject({
    name: z.string().meta(by('R16', 'file name')),
    url: z
      .string()
      .refine((url) => URL.canParse(url))
      .meta({ ...by('R17'), format: 'uri' }),
    // Not z.int(): it stops at 2^53-1, and the page gives no upper limit.
    size_bytes: z
      .number()
      .multipleOf(1)
      .min(0)
      .meta({ ...by('R18'), type: 'integer' }),
    mime_type: mimeTypes
      ? z.enum(mimeTypes as [string, ...string[]]).meta(by('R20'))
      : z.string().regex(mimeTypePattern).meta(by('R19')),
  });

const absent = (rule: RuleId) => z.never().optional().meta(by(rule));

const messageOf = (type: MessageType) => {
  const { carries, mimeTypes } = messageTypes[type];
  return z.looseObject({
    type: z.literal(type).meta(by('R13')),
    message_sender: z.enum(messageSenders).meta(by('R14')),
    text: carries === 'text' ? z.string().meta(by('R15')) : absent('R15'),
    file: carries === 'file' ? messageFile(mimeTypes).meta(by('R16')) : absent('R16'),
  });
};

const [firstType, ...otherTypes] = messageTypeNames.map(messageOf);

/** One item of `new_messages`: a zod schema. */
export const messageSchema = z.discriminatedUnion('type', [firstType!, ...otherTypes]) as unknown as z.ZodType<Message>;

const newMessagesEnvelope = z.looseObject({
  event_type: z.literal('new_messages').meta(by('R8')),
  chat_id: z
    .string()
    .optional()
    .meta({ description: `${observed['chat-id']} (observed: chat-id)` }),
  new_messages: z.array(z.unknown()).meta(by('R12')),
});

/** The event that carries messages, without a look at its messages: a zod schema. */
export const envelopeSchema: z.ZodType = newMessagesEnvelope;

/** The event that carries messages: a zod schema. */
export const newMessagesSchema = newMessagesEnvelope.extend({
  new_messages: z.array(messageSchema).meta(by('R12')),
}) as unknown as z.ZodType<NewMessagesEvent>;

/** The event of the test button: a zod schema. */
export const testRequestSchema = z.looseObject({
  event_type: z.literal('test_request').meta(by('R10')),
  new_messages: absent('R12'),
}) as unknown as z.ZodType<TestRequestEvent>;

/** Any event at all (R8): a zod schema. */
export const anyEventSchema = z.looseObject({
  event_type: z.string().meta(by('R8')),
}) as unknown as z.ZodType<UnknownEvent>;

/** The documented event types, each with its schema. */
export const eventSchemas = {
  new_messages: newMessagesSchema,
  test_request: testRequestSchema,
} as const satisfies Record<SuvvyEvent['event_type'], z.ZodType<SuvvyEvent>>;

/**
 * Whether an event is certainly valid. The schema takes a hundred times as long to say so. If this returns false, the
 * schema may still accept the event. The messages are not checked.
 */
export function isPlainEnvelope(event: NewMessagesEvent | TestRequestEvent): boolean {
  if (event.event_type === 'test_request') return event.new_messages === undefined;
  const { chat_id: chatId, new_messages: messages } = event;
  return (chatId === undefined || typeof chatId === 'string') && Array.isArray(messages);
}

/** The same for one message. */
export function isPlainMessage(message: unknown): boolean {
  if (!isObject(message) || !senders.has(message['message_sender'])) return false;
  const { text, file } = message;
  const kind = kinds.get(message['type']);
  if (kind === undefined) return false;
  return kind.carries === 'text'
    ? typeof text === 'string' && file === undefined
    : text === undefined && isPlainFile(file, kind.mimeTypes);
}

const senders: ReadonlySet<unknown> = new Set(messageSenders);
const kinds: ReadonlyMap<unknown, { carries: 'text' | 'file'; mimeTypes: ReadonlySet<string> | null }> = new Map(
  messageTypeNames.map((name) => {
    const { carries, mimeTypes } = messageTypes[name];
    return [name, { carries, mimeTypes: mimeTypes && new Set<string>(mimeTypes) }];
  }),
);

/** From this number on, numbers are written with an exponent, and zod works on their digits. */
const firstExponent = 1e21;

function isPlainFile(file: unknown, mimeTypes: ReadonlySet<string> | null): boolean {
  if (!isObject(file)) return false;
  const { name, url, size_bytes: size, mime_type: mimeType } = file;
  return (
    typeof name === 'string' &&
    typeof mimeType === 'string' &&
    (mimeTypes ? mimeTypes.has(mimeType) : mimeTypePattern.test(mimeType)) &&
    typeof size === 'number' &&
    Number.isInteger(size) &&
    size >= 0 &&
    size < firstExponent &&
    typeof url === 'string' &&
    URL.canParse(url)
  );
}

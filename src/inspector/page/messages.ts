import type { EventFrame } from './frames.ts';

/** A message as far as it looks like one: what is wrong with it is said elsewhere. */
export interface Message {
  index: number;
  sender: string;
  type: string;
  text: string | null;
  /** `held`: its bytes came with the message. */
  file: { name: string; url: string | null; mimeType: string; sizeBytes: number | null; held?: true } | null;
}

/** More than a conversation can show. The rest is counted. */
const maxMessages = 50;

/** The messages of an event, and how many more there are. */
export interface Messages {
  shown: readonly Message[];
  more: number;
}

const none: Messages = { shown: [], more: 0 };

/** The messages in a body. Never throws, whatever it is. */
export function messagesOf(body: string | null | undefined): Messages {
  const event = parsed(body);
  const list = isRecord(event) ? event['new_messages'] : null;
  if (!Array.isArray(list)) return none;
  const shown = list
    .slice(0, maxMessages)
    .flatMap((value: unknown, index) => (isRecord(value) ? [messageOf(value, index)] : []));
  return { shown, more: Math.max(0, list.length - maxMessages) };
}

/** The messages of an event, or what a customer said. */
export function messagesIn(event: EventFrame): Messages {
  if (event.type !== 'customer') return messagesOf(event.body);
  const { sender, text, attachments = [] } = event;
  // Refused: there is nothing that could be shown as said.
  if (typeof sender !== 'string') return none;
  const said = typeof text === 'string' && text !== '' ? [{ index: -1, sender, type: 'text', text, file: null }] : [];
  const files = attachments.slice(0, maxMessages).map(({ fileName, fileType, bytes, mimeType }, index) => ({
    index,
    sender,
    type: fileType,
    text: null,
    file: { name: fileName, url: null, mimeType, sizeBytes: bytes, held: true as const },
  }));
  return { shown: [...said, ...files], more: Math.max(0, attachments.length - maxMessages) };
}

function messageOf(value: Record<string, unknown>, index: number): Message {
  const { message_sender: sender, type, text, file } = value;
  return {
    index,
    sender: textOf(sender),
    type: textOf(type),
    text: text === undefined ? null : textOf(text),
    file: isRecord(file)
      ? {
          name: textOf(file['name']),
          url: typeof file['url'] === 'string' ? file['url'] : null,
          mimeType: textOf(file['mime_type']),
          sizeBytes: typeof file['size_bytes'] === 'number' ? file['size_bytes'] : null,
        }
      : null,
  };
}

/** Not `String`: an object may have a `toString` of its own. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** The JSON of a text, or undefined. */
function parsed(text: string | null | undefined): unknown {
  try {
    return text === null || text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether Suvvy would take the answer for an acknowledgement. */
export function isAcknowledged({ answer: { status } }: EventFrame): boolean {
  return status !== null && status >= 200 && status <= 299;
}

/** Which conversation an event belongs to. */
export function groupOf(event: EventFrame): string {
  if (event.chatId !== null) return `chat:${event.chatId}`;
  if (event.eventType === 'test_request') return 'tests';
  if (event.eventType === 'new_messages') return 'chatless';
  return event.eventType === null ? 'refused' : 'others';
}

/** What a table has for a name from outside, which may be `constructor` as well. */
export function entryOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

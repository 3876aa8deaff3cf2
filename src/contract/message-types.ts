/**
 * The message types of Suvvy's page (R13), one entry each. Parsing, the line on the screen, fixtures and checks are all
 * derived from this table.
 */
export const messageTypes = {
  text: { icon: '💬', carries: 'text', mimeTypes: null },
  image: { icon: '🎨', carries: 'file', mimeTypes: ['image/png', 'image/jpeg', 'image/gif'] },
  audio: {
    icon: '🎵',
    carries: 'file',
    mimeTypes: [
      'audio/ogg',
      'audio/mpeg',
      'audio/wav',
      'audio/x-wav',
      'audio/webm',
      'audio/mp4',
      'audio/m4a',
      'audio/x-m4a',
    ],
    plural: 'audio',
    kinds: 'all eight audio types of the page',
    note: 'Voice messages come in all of these types, synonyms such as audio/wav and audio/x-wav included.',
  },
  document: {
    icon: '📄',
    carries: 'file',
    mimeTypes: null,
    kinds: 'pdf, docx, zip, octet-stream, and a png and an ogg as documents,',
    note: 'A document may be of any type, images and audio included: the message type decides, not the mime type.',
  },
} as const satisfies Record<string, MessageTypeEntry>;

/** What we know of a message type. The optional texts are for readers, where the rest of the entry does not say it. */
export interface MessageTypeEntry {
  icon: string;
  /** The one field that holds the content (R15, R16). */
  carries: 'text' | 'file';
  /** The MIME types that Suvvy can send (R20); null if any is allowed. */
  mimeTypes: readonly string[] | null;
  /** The plural; default: the name and an s. */
  plural?: string;
  /** What its check sends, before `in one request`; default: the MIME types. */
  kinds?: string;
  /** Why its check deserves a case of its own, as a sentence. */
  note?: string;
}

/** The type of a message (R13): a text, or a kind of file. */
export type MessageType = keyof typeof messageTypes;

/** The message types that carry a `file`. */
export type FileMessageType = {
  [T in MessageType]: (typeof messageTypes)[T]['carries'] extends 'file' ? T : never;
}[MessageType];

export const messageTypeNames = Object.keys(messageTypes) as MessageType[];

/** The types that carry a `file`, in the order of the page. */
export const fileMessageTypes = messageTypeNames.filter(
  (name): name is FileMessageType => messageTypes[name].carries === 'file',
);

/** Who can send a message (R14). */
export const messageSenders = ['ai', 'employee'] as const;

/** Who wrote a message (R14): `ai` or `employee`. */
export type MessageSender = (typeof messageSenders)[number];

/** The event types of the page (R8). Others may come. */
export const eventTypes = ['new_messages', 'test_request'] as const;

/** The type of an event (R8): `new_messages` or `test_request`. */
export type EventType = (typeof eventTypes)[number];

/** R19: the pattern of the page. */
export const mimeTypePattern = /^[a-zA-Z0-9]+\/[a-zA-Z0-9-.+]+$/;

/**
 * The message types of Suvvy's page (R13), one entry each. Parsing, the line on the screen, fixtures and checks all
 * follow from this table.
 *
 * `carries` names the one field that holds the content (R15, R16). `mimeTypes` are the types that Suvvy can send (R20);
 * null where any will do.
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
  },
  document: { icon: '📄', carries: 'file', mimeTypes: null },
} as const satisfies Record<string, MessageTypeEntry>;

interface MessageTypeEntry {
  icon: string;
  carries: 'text' | 'file';
  mimeTypes: readonly string[] | null;
}

export type MessageType = keyof typeof messageTypes;

/** The message types whose content is in `file`. */
export type FileMessageType = {
  [T in MessageType]: (typeof messageTypes)[T]['carries'] extends 'file' ? T : never;
}[MessageType];

export const messageTypeNames = Object.keys(messageTypes) as MessageType[];

/** The types that carry a `file`, in the order of the page. */
export const fileMessageTypes = messageTypeNames.filter(
  (name): name is FileMessageType => messageTypes[name].carries === 'file',
);

/** Who can have sent a message (R14). */
export const messageSenders = ['ai', 'employee'] as const;

export type MessageSender = (typeof messageSenders)[number];

/** The event types of the page (R8). Others may come. */
export const eventTypes = ['new_messages', 'test_request'] as const;

export type EventType = (typeof eventTypes)[number];

/** R19, the page's own pattern. */
export const mimeTypePattern = /^[a-zA-Z0-9]+\/[a-zA-Z0-9-.+]+$/;

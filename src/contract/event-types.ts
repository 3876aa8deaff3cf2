import type { FileMessageType, MessageSender, MessageType } from './message-types.ts';

/** A file attached to a message (R16-R20). Fields that we do not know are kept. */
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
  file?: never | undefined;
  [field: string]: unknown;
}

/** A message that carries a file (R16). */
export interface FileMessage {
  type: FileMessageType;
  message_sender: MessageSender;
  file: MessageFile;
  text?: never | undefined;
  [field: string]: unknown;
}

/** One item of `new_messages` (R13-R16). */
export type Message = TextMessage | FileMessage;

/** The bot's and the employees' new messages (R12). */
export interface NewMessagesEvent {
  event_type: 'new_messages';
  /** The dialogue (`chat-id`, observed). */
  chat_id?: string | undefined;
  new_messages: Message[];
  [field: string]: unknown;
}

/** The event that the test button of the panel sends (R10). */
export interface TestRequestEvent {
  event_type: 'test_request';
  new_messages?: never | undefined;
  [field: string]: unknown;
}

/** An event type that the page does not list yet (R8): a value, not an error. */
export interface UnknownEvent {
  event_type: string;
  [field: string]: unknown;
}

/** An event of a type that Suvvy's page describes (R8); `event_type` narrows it. */
export type SuvvyEvent = NewMessagesEvent | TestRequestEvent;

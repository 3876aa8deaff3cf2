import { messageTypes } from '../message-types.ts';

/*
 * "Sending messages": what Suvvy's API for custom channels takes from an integrator, and what it answers. As data, so
 * that the judge, the docs and what a finding quotes cannot disagree.
 */

/** Where a message is posted to, below the host of the API. */
export const apiPath = '/api/webhook/custom/message';

/** The most bytes of one attachment, once its base64 is undone. */
export const maxAttachmentBytes = 15 * 1024 * 1024;

/** Who can have written a message that is posted. */
const apiSenders = ['customer', 'employee'] as const;

/** What an attachment can be. Which mime types each may have stands in the table of message types (R20). */
const attachmentTypes = ['image', 'audio'] as const;

export type AttachmentType = (typeof attachmentTypes)[number];

/** The mime types that an attachment may have. */
export const attachmentMimeTypes: Readonly<Record<AttachmentType, readonly string[]>> = {
  image: messageTypes.image.mimeTypes,
  audio: messageTypes.audio.mimeTypes,
};

/** Where a link can lead. */
const linkTypes = ['user', 'chat', 'phone', 'lead', 'other'] as const;

/** What a value of the table has to be. */
type FieldKind =
  | { is: 'version'; version: number }
  | { is: 'string'; minLength?: number; orNull?: boolean }
  | { is: 'one-of'; values: readonly string[] }
  | { is: 'base64' }
  | { is: 'strings' }
  | { is: 'object'; fields: FieldTable; orNull?: boolean }
  | { is: 'list'; of: FieldTable; orNull?: boolean };

export interface ApiField {
  /** `text` and `attachments` stand in for each other. */
  required: 'yes' | 'no' | 'one of them';
  kind: FieldKind;
  /** What the table says of it, in one sentence. */
  sentence: string;
}

export type FieldTable = Readonly<Record<string, ApiField>>;

const attachmentFields: FieldTable = {
  file_name: { required: 'yes', kind: { is: 'string' }, sentence: 'the name of the file, a string' },
  file_type: { required: 'yes', kind: { is: 'one-of', values: attachmentTypes }, sentence: 'image or audio' },
  data: { required: 'yes', kind: { is: 'base64' }, sentence: 'the bytes of the file in base64, at most 15 MB of them' },
};

const linkFields: FieldTable = {
  type: { required: 'yes', kind: { is: 'one-of', values: linkTypes }, sentence: 'user, chat, phone, lead or other' },
  hint: { required: 'no', kind: { is: 'string', orNull: true }, sentence: 'a string or null' },
  url: { required: 'yes', kind: { is: 'string' }, sentence: 'where the link leads, a string' },
};

/** The fields of a message, in the order of the table. Fields that are not listed are ignored. */
export const apiFields: FieldTable = {
  api_version: { required: 'yes', kind: { is: 'version', version: 1 }, sentence: 'an integer, and only 1' },
  message_id: {
    required: 'yes',
    kind: { is: 'string' },
    sentence: "a string, the integrator's id of the message: it guards against accidental repeats",
  },
  chat_id: { required: 'yes', kind: { is: 'string' }, sentence: 'a string, which decides the dialogue' },
  message_sender: {
    required: 'yes',
    kind: { is: 'one-of', values: apiSenders },
    sentence: 'customer or employee',
  },
  source: { required: 'yes', kind: { is: 'string' }, sentence: 'a string, shown in the dashboard' },
  text: {
    required: 'one of them',
    kind: { is: 'string', minLength: 1, orNull: true },
    sentence: 'a string of at least 1 character, there if there are no attachments; null beside attachments',
  },
  attachments: {
    required: 'one of them',
    kind: { is: 'list', of: attachmentFields, orNull: true },
    sentence: 'a list of {file_name, file_type, data}, there if there is no text',
  },
  link: {
    required: 'no',
    kind: { is: 'object', fields: linkFields, orNull: true },
    sentence: 'an object {type, hint, url}',
  },
  placeholders: { required: 'no', kind: { is: 'strings' }, sentence: 'an object of strings; null is refused' },
  client_name: { required: 'no', kind: { is: 'string', orNull: true }, sentence: 'a string or null' },
  client_phone: { required: 'no', kind: { is: 'string', orNull: true }, sentence: 'a string or null' },
};

/** What the API answers, by a public client of the service's own developer. */
export const apiStatuses = {
  200: 'accepted',
  401: 'invalid token',
  402: 'negative balance',
  415: 'unsupported file type',
  422: 'validation error',
  424: 'the channel is disabled',
} as const;

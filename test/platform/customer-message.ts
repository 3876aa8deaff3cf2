import type { CustomerMessage } from '../../src/platform/api/validate.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** The beginning of a PNG, in base64. */
export const pngData = png.toString('base64');

/** What an integrator posts for a customer who says hello. */
export function posted(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    api_version: 1,
    message_id: 'm-1',
    chat_id: '42',
    message_sender: 'customer',
    source: 'Telegram',
    text: 'Hello there',
    ...changes,
  };
}

export const attachment = { file_name: 'photo.png', file_type: 'image', data: pngData };

/** The same, held against the table. */
export function customerMessage(changes: Partial<CustomerMessage> = {}): CustomerMessage {
  return {
    messageId: 'm-1',
    chatId: '42',
    sender: 'customer',
    source: 'Telegram',
    text: 'Hello there',
    attachments: [],
    clientName: null,
    clientPhone: null,
    ...changes,
  };
}

import type { Message, NewMessagesEvent, TestRequestEvent } from '../contract/event-types.ts';
import { defaultChatId } from '../contract/limits.ts';
import type { MessageSender } from '../contract/message-types.ts';

/** What is in an event of messages. */
export interface NewMessagesOptions {
  /** A text message, or several. Default: `Hello`, unless `messages` are given. */
  text?: string | readonly string[] | undefined;
  /** Who sent the texts (R14). Default `ai`. */
  sender?: MessageSender | undefined;
  /** Messages of any kind (R13), behind the texts. */
  messages?: readonly Message[] | undefined;
  /** The dialogue; null sends none. Default `"0"` (`chat-id`). */
  chatId?: string | null | undefined;
}

/**
 * An event with messages (R12), to be sent by `deliverBody` or by your own code.
 *
 * @example const event = newMessages({ text: 'Where is my order?', chatId: '42' });
 */
export function newMessages(options: NewMessagesOptions = {}): NewMessagesEvent {
  const { sender = 'ai', messages = [], chatId = defaultChatId } = options;
  const { text = messages.length > 0 ? [] : 'Hello' } = options;
  const texts = [text].flat().map((words): Message => ({ type: 'text', message_sender: sender, text: words }));
  return {
    event_type: 'new_messages',
    ...(chatId === null ? {} : { chat_id: chatId }),
    new_messages: [...texts, ...messages],
  };
}

/**
 * What the test button of Suvvy's panel sends (R10).
 *
 * @example await deliverBody(testRequest(), { url: ':3000/webhook' });
 */
export function testRequest(): TestRequestEvent {
  return { event_type: 'test_request' };
}

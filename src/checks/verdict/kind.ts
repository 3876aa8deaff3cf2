import type { Probe } from '../case.ts';

/** The kind of a request, as far as it decides what to try after a failure. */
export type RequestKind = 'text' | 'list' | 'file' | 'test-request' | 'other-event' | 'no-event';

/** The kind of the request of a probe. */
export function kindOf(probe: Probe): RequestKind {
  const event = eventOf(probe);
  if (event === null) return 'no-event';
  if (event.event_type === 'test_request') return 'test-request';
  if (event.event_type !== 'new_messages') return 'other-event';
  const messages = messagesIn(event);
  const files = messages.filter((message) => message !== null && typeof message === 'object' && 'file' in message);
  if (files.length > 0 && files.length === messages.length) return 'file';
  return messages.length > 1 ? 'list' : 'text';
}

/** How many messages a probe carries. */
export function messageCount(probe: Probe): number {
  const event = eventOf(probe);
  return event === null ? 0 : messagesIn(event).length;
}

/** The `chat_id` that a probe sends; null if none. */
export function chatIdOf(probe: Probe): string | null {
  const id = eventOf(probe)?.['chat_id'];
  return typeof id === 'string' ? id : null;
}

type Fields = Record<string, unknown>;

function eventOf({ event, body, method = 'POST' }: Probe): Fields | null {
  if (event) return event as Fields;
  if (method !== 'POST' || typeof body !== 'string') return null;
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' && 'event_type' in value ? value : null;
  } catch {
    return null;
  }
}

function messagesIn({ new_messages: messages }: Fields): readonly unknown[] {
  return Array.isArray(messages) ? messages : [];
}

import type { ApiAssumptionId } from '../../contract/api/assumptions.ts';

/** Every kind of finding: errors fail a run that asks for it. */
export const findingKinds = {
  'loop/self-talk': {
    level: 'error',
    about: "what we sent comes back as a customer's message: the bot would talk to itself",
  },
  'loop/quotation': { level: 'note', about: 'a message has in it what we sent in that chat' },
  'message/repeated-id': { level: 'warning', about: 'a message_id that was taken before in the same chat' },
  'chat/near-miss': {
    level: 'warning',
    about: 'a chat_id that is nearly a known one: Suvvy takes it for another dialogue',
  },
  'reply/undelivered': { level: 'error', about: 'the webhook did not take a reply: Suvvy would mark it undelivered' },
  'message/invalid': { level: 'error', about: "a message that Suvvy's API refuses: it never reaches the bot" },
} as const satisfies Record<string, { level: Level; about: string }>;

/** How bad it is: an error loses or distorts messages, a warning may do so, a note is only said. */
export type Level = 'error' | 'warning' | 'note';

/** The name of a finding, such as `loop/self-talk`. */
export type FindingId = keyof typeof findingKinds;

/** Something that no status tells. The text in it is foreign: sanitise before showing. */
export interface Finding {
  id: FindingId;
  level: Level;
  chatId: string | null;
  /** What was found, in one sentence. */
  message: string;
  /** The messages that show it, the older ones first. */
  messages: Evidence[];
  assumptions: readonly ApiAssumptionId[];
}

/** A message that shows a finding. */
export interface Evidence {
  from: 'customer' | 'employee' | 'ai';
  /** `message_id` of what was posted; null for what we sent, which has none. */
  messageId: string | null;
  /** The beginning of its text, or the name of its file. */
  text: string;
  at: Date;
}

/** A finding with the level of its kind. */
export function findingOf(
  id: FindingId,
  { chatId, message, messages, assumptions = [] }: Omit<Finding, 'id' | 'level' | 'assumptions'> & Partial<Finding>,
): Finding {
  return { id, level: findingKinds[id].level, chatId, message, messages, assumptions };
}

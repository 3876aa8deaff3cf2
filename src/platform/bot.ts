import { messageTypes } from '../contract/message-types.ts';
import type { Draft } from '../fixtures/compose.ts';
import { composeMessages, type MessagePart } from '../fixtures/message.ts';
import type { ScriptStep } from '../receiver/parse-script.ts';
import { clipText } from '../text/safe.ts';
import type { Matchable, Test } from './matcher.ts';
import type { CustomerMessage } from './api/validate.ts';

/** Makes an event for a chat: its messages were composed before. */
export type Compose = (chatId: string) => Promise<Draft> | Draft;

/** What the bot does about messages that fit. The first rule that fits decides. */
export interface Rule {
  when: Test;
  /** The events that go out, in order; none is silence. */
  replies: readonly Compose[];
  /** Instead of what the bot waits otherwise, in milliseconds. */
  afterMs: number | null;
  /** Who holds the dialogue from then on; null changes nothing. */
  handOver: Holder | null;
  /** What the API answers instead of 200; null for the 200. */
  respond: ScriptStep | null;
}

/** Who holds a dialogue: the bot answers only where it is the bot. */
export type Holder = 'bot' | 'employee' | 'silent';

/** What the bot does about one message. */
interface BotReply {
  replies: readonly Compose[];
  afterMs: number;
  handOver: Holder | null;
}

export interface BotOptions {
  /** What it says where no rule fits; null says nothing. */
  reply: ((message: CustomerMessage) => Compose) | null;
  replyAfterMs?: number;
  rules?: readonly Rule[];
  /** Told of an expression of a rule that took too long. */
  onSlow?: ((expression: string) => void) | undefined;
}

export interface Bot {
  /** The rule for a message; it may have the API answer something else. */
  ruleFor(message: CustomerMessage): Rule | null;
  /** What is said to a message; null for silence. */
  replyTo(message: CustomerMessage, rule: Rule | null): BotReply | null;
}

/** Suvvy's bot, as far as a bridge can tell: rules first, and what it says to everything else. */
export function createBot({ reply, replyAfterMs = 0, rules = [], onSlow }: BotOptions): Bot {
  return {
    ruleFor(message) {
      const matchable = matchableOf(message);
      return rules.find(({ when }) => when(matchable, onSlow)) ?? null;
    },
    replyTo(message, rule) {
      if (rule) return { replies: rule.replies, afterMs: rule.afterMs ?? replyAfterMs, handOver: rule.handOver };
      return reply && { replies: [reply(message)], afterMs: replyAfterMs, handOver: null };
    },
  };
}

/** A message as rules and scenarios look at it. */
export function matchableOf({ text, attachments, chatId }: CustomerMessage): Matchable {
  const types = attachments.map(({ fileType }): string => fileType);
  return { text, types: text === null ? types : ['text', ...types], chatId };
}

/** Before what an echo repeats: without it the customer's own next message could look like a loop. */
const echoPrefix = 'echo: ';

/** A longer text is no chat: receivers of real messengers take 4096 characters. */
const maxEcho = 4000;

/**
 * A bot that says what it heard.
 *
 * @param cwd where the paths of files begin
 */
export function echoReply(cwd: string): NonNullable<BotOptions['reply']> {
  return (message) => async (chatId) => (await composeMessages([echoOf(message)], { sender: 'ai', cwd }))({ chatId });
}

/** What an echo says: the text, or what came instead. */
function echoOf({ text, attachments }: CustomerMessage): MessagePart {
  const files = attachments.map(
    ({ fileType, fileName }) => `${messageTypes[fileType].icon} ${clipText(fileName, 100)}`,
  );
  return { type: 'text', content: echoPrefix + clipText(text ?? files.slice(0, 10).join(', '), maxEcho) };
}

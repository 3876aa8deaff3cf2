import { attachmentMimeTypes, type AttachmentType } from '../../contract/api/fields.ts';
import { HookError } from '../../errors.ts';
import { matchableOf } from '../../platform/bot.ts';
import { compileMatcher, maxMatchMs, type Matcher, type TextMatcher } from '../../platform/matcher.ts';
import { clipText } from '../../text/safe.ts';
import { isAcknowledged } from '../../contract/limits.ts';
import { verifyChoice } from '../options.ts';
import type { CustomerArrival } from './customer.ts';

/** What a customer's message has to be: all that is given. An empty one fits every message of a customer that was taken. */
export interface CustomerMatch {
  /**
   * The whole text (in the composed form of Unicode, NFC), an expression that it has to match, or `{contains}`: a part of
   * it. A `{match}` of text is as the rules of `mock` have it: `^hello` or `/^hello/i`.
   */
  text?: string | RegExp | { match: string | RegExp } | { contains: string } | undefined;
  /** `text`, or the type of one of its attachments. */
  type?: 'text' | AttachmentType | undefined;
  /** The whole `chat_id`. */
  chatId?: string | undefined;
}

/** Whether a message is waited for. What it throws rejects that wait, and no other. */
export type CustomerTest = (message: CustomerArrival) => boolean;

/** @throws HookError for a match that cannot be meant, with the choices */
export function compileMatch(match: CustomerMatch | CustomerTest): CustomerTest {
  if (typeof match === 'function') return match;
  if (typeof match !== 'object' || match === null)
    throw new HookError(`a match is an object such as { text: 'Hello' }, or a function: not ${String(match)}`);
  for (const key of Object.keys(match)) verifyChoice('a key of a match', key, ['text', 'type', 'chatId']);
  const { text, type, chatId } = match;
  verifyChoice('type', type, ['text', ...Object.keys(attachmentMimeTypes)]);
  if (chatId !== undefined && typeof chatId !== 'string')
    throw new HookError(`chatId is a string: not ${String(chatId)}`);
  const matcher: Matcher = {};
  if (text !== undefined) matcher.text = textOf(text);
  if (type !== undefined) matcher.type = type;
  if (chatId !== undefined) matcher.chat_id = chatId;
  const fits = compile(matcher);
  return (message) => isTaken(message) && fits(matchableOf(message), tooSlow);
}

/** A message of a customer that the API took. */
function isTaken({ status, sender }: CustomerArrival): boolean {
  return sender === 'customer' && status !== null && isAcknowledged(status);
}

function textOf(text: NonNullable<CustomerMatch['text']>): TextMatcher {
  if (typeof text === 'string') return text;
  // One of another realm, such as Jest's, is no instance of ours.
  if (isExpression(text)) return { match: text };
  const { match, contains } = text as { match?: unknown; contains?: unknown };
  if (typeof contains === 'string' && match === undefined) return { contains };
  if ((typeof match === 'string' || isExpression(match)) && contains === undefined) return { match };
  throw new HookError('text is a string, an expression, {match: EXPRESSION} or {contains: TEXT}');
}

function isExpression(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

function compile(matcher: Matcher): ReturnType<typeof compileMatcher> {
  try {
    return compileMatcher(matcher);
  } catch (error) {
    throw new HookError(`text is no regular expression: ${(error as SyntaxError).message}`, { cause: error });
  }
}

function tooSlow(expression: string): never {
  throw new HookError(`the expression ${expression} takes longer than ${maxMatchMs} ms on a message`);
}

/** ` with the text "Hello" in chat 42`, behind `no message of a customer`. */
export function matchWords(match: CustomerMatch | CustomerTest | undefined): string {
  if (match === undefined) return '';
  if (typeof match === 'function') return ' that matches';
  const { text, type, chatId } = match;
  const words = [
    ...(text === undefined ? [] : [`with ${textWords(text)}`]),
    ...(type === undefined ? [] : [`of type ${type}`]),
    ...(chatId === undefined ? [] : [`in chat ${clipText(chatId, 60)}`]),
  ];
  return words.map((word) => ` ${word}`).join('');
}

function textWords(text: NonNullable<CustomerMatch['text']>): string {
  const matcher = textOf(text);
  if (typeof matcher === 'string') return `the text ${JSON.stringify(clipText(matcher, 80))}`;
  if ('contains' in matcher) return `${JSON.stringify(clipText(matcher.contains, 80))} in its text`;
  return `a text like ${clipText(String(matcher.match), 80)}`;
}

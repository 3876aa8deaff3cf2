import type { YamlFile } from '../config/read-yaml.ts';
import type { FieldPath } from '../contract/field-path.ts';
import { fileMessageTypes, messageTypeNames, type MessageType } from '../contract/message-types.ts';
import type { HookError } from '../errors.ts';
import type { MessagePart } from '../fixtures/message.ts';
import { oneOf } from '../text/words.ts';
import { parseExpression, type Matcher, type TextMatcher } from './matcher.ts';

/** The keys of a matcher, wherever it stands. */
const matcherKeys = ['text', 'type', 'chat_id'] as const;

/** @throws HookError (exit 2) with the place of what cannot be meant */
export function parseMatcher(file: YamlFile, path: FieldPath, value: unknown): Matcher {
  const { text, type, chat_id: chatId } = file.object(path, value, matcherKeys);
  const matcher: Matcher = {};
  if (text !== undefined) matcher.text = parseText(file, [...path, 'text'], text);
  if (type !== undefined) {
    if (!messageTypeNames.includes(type as MessageType))
      throw file.error([...path, 'type'], `must be ${oneOf(messageTypeNames)}`);
    matcher.type = type as string;
  }
  if (chatId !== undefined) matcher.chat_id = string(file, [...path, 'chat_id'], chatId);
  return matcher;
}

function parseText(file: YamlFile, path: FieldPath, value: unknown): TextMatcher {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null)
    throw file.error(path, 'must be a string, {match: EXPRESSION} or {contains: TEXT}', quoteHint(value));
  const { match, contains } = file.object(path, value, ['match', 'contains']);
  if ((match === undefined) === (contains === undefined)) throw file.error(path, 'has either match or contains');
  if (contains !== undefined) return { contains: string(file, [...path, 'contains'], contains) };
  const source = string(file, [...path, 'match'], match);
  try {
    parseExpression(source);
  } catch (error) {
    throw file.error([...path, 'match'], `is no regular expression: ${(error as SyntaxError).message}`);
  }
  return { match: source };
}

/**
 * Messages as a file has them: `Here you are`, `{text: Here you are}`, or a list of such with `{image: photo.jpg}`.
 *
 * @throws HookError (exit 2) with the place of what cannot be meant
 */
export function parseMessages(file: YamlFile, path: FieldPath, value: unknown): MessagePart[] {
  const list: [FieldPath, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [[...path, index], item])
    : [[path, value]];
  if (list.length === 0) throw file.error(path, 'has no message in it');
  return list.map(([at, item]) => parsePart(file, at, item));
}

function parsePart(file: YamlFile, path: FieldPath, value: unknown): MessagePart {
  if (typeof value === 'string') return { type: 'text', content: value };
  if (typeof value !== 'object' || value === null)
    throw file.error(path, `must be a text, or one of {text: TEXT}, ${filesHint}`, quoteHint(value));
  const [entry, ...more] = Object.entries(file.object(path, value, messageTypeNames));
  if (!entry || more.length > 0) throw file.error(path, `has one message: {text: TEXT}, ${filesHint}`);
  const [type, content] = entry;
  return { type: type as MessageType, content: string(file, [...path, type], content) };
}

const filesHint = oneOf(fileMessageTypes.map((type) => `{${type}: FILE}`));

function string(file: YamlFile, path: FieldPath, value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrongString(file, path, value);
}

function wrongString(file: YamlFile, path: FieldPath, value: unknown): HookError {
  return file.error(path, 'must be a string', quoteHint(value));
}

/** YAML takes `42` and `yes` for something else than text. */
function quoteHint(value: unknown): string | undefined {
  return ['number', 'boolean', 'bigint'].includes(typeof value) ? `write it in quotes: "${String(value)}"` : undefined;
}

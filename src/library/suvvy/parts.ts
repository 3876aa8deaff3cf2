import { messageTypeNames, type MessageType } from '../../contract/message-types.ts';
import { HookError } from '../../errors.ts';
import type { MessagePart } from '../../fixtures/message.ts';
import { oneOf } from '../../text/words.ts';
import { verifyChoice } from '../options.ts';

/** What the bot says: a text, or a file of this machine by its path. One key each. */
export type SaidPart = { [Type in MessageType]: Readonly<Record<Type, string>> }[MessageType];

/** @throws HookError for what is no message, with the choices */
export function partsOf(parts: string | SaidPart | readonly SaidPart[]): MessagePart[] {
  if (typeof parts === 'string') return [{ type: 'text', content: parts }];
  const list = Array.isArray(parts) ? (parts as readonly SaidPart[]) : [parts as SaidPart];
  if (list.length === 0) throw new HookError('there is no message in parts');
  return list.map(partOf);
}

function partOf(part: SaidPart): MessagePart {
  const entries = typeof part === 'object' && part !== null ? Object.entries(part) : [];
  const [type, content] = entries[0] ?? [];
  if (entries.length !== 1) throw new HookError(`a part is one of ${shapes}, and has one key`);
  verifyChoice('the key of a part', type, messageTypeNames);
  if (typeof content !== 'string') throw new HookError(`${type} is a string: not ${String(content)}`);
  return { type: type as MessageType, content };
}

const shapes = oneOf(messageTypeNames.map((type) => (type === 'text' ? '{text: TEXT}' : `{${type}: FILE}`)));

import { isObject } from '../../contract/field-path.ts';
import { isAcknowledged } from '../../contract/limits.ts';
import { parseBody } from '../../contract/parse-body.ts';
import type { Style } from '../../host.ts';
import { bodyOf, type JournalEntry } from '../../journal/entry.ts';
import { padEnd } from '../../text/layout.ts';
import { clip, safeLine } from '../../text/safe.ts';

/** What `journal list` shows of an event. */
export interface EntryFacts {
  id: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  eventType: string | null;
  chatId: string | null;
  /** The status of the answer; null for no answer. */
  status: number | null;
  /** In how many places the body breaks the contract. */
  issues: number;
  /** A short form of the first message, and how many more there are. */
  about: string;
}

const typeWidth = 'new_messages'.length;

/** The facts of a journal line. The texts in them come from outside: they are untrusted. */
export function entryFacts(entry: JournalEntry): EntryFacts {
  const { id, receivedAt, eventType, answer, issues } = entry;
  const body = eventOf(entry);
  const chatId = body?.['chat_id'];
  return {
    id,
    receivedAt,
    eventType,
    chatId: typeof chatId === 'string' ? clip(chatId, 80) : null,
    status: answer.status,
    issues: issues.length,
    about: about(body?.['new_messages']),
  };
}

/** One line for a person. The times are local, as in `listen`. */
export function entryRow(entry: JournalEntry, style: Style): string {
  const { id, receivedAt, eventType, chatId, status, issues, about: messages } = entryFacts(entry);
  const accepted = status !== null && isAcknowledged(status);
  const mark = accepted ? style.green(`✔ ${status}`) : style.red(`✘ ${status ?? 'no answer'}`);
  const type = padEnd(safeLine(clip(eventType ?? `${entry.method} ${entry.path}`, 40)), typeWidth);
  const facts = [
    ...(chatId === null ? [] : [`chat ${safeLine(chatId)}`]),
    ...(messages ? [safeLine(messages)] : []),
    ...(issues > 0 ? [style.yellow(`breaks the contract in ${issues === 1 ? 'one place' : `${issues} places`}`)] : []),
  ];
  return `${safeLine(id)}  ${style.dim(localTime(receivedAt))}  ${mark}  ${type}  ${facts.join(' · ')}`.trimEnd();
}

function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${at.toTimeString().slice(0, 8)}`;
}

function eventOf(entry: JournalEntry): Record<string, unknown> | null {
  const bytes = bodyOf(entry);
  const body = bytes && parseBody(bytes);
  return body?.ok && isObject(body.value) ? body.value : null;
}

function about(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  const first = (messages as unknown[]).find(isObject);
  if (!first) return '';
  const { message_sender: sender, type, text, file } = first;
  const name = isObject(file) ? file['name'] : undefined;
  const content = [text, name, type].find((value) => typeof value === 'string') ?? '?';
  const from = typeof sender === 'string' ? `${clip(sender, 20)}: ` : '';
  return `${from}${clip(content as string, 60)}${messages.length > 1 ? ` (and ${messages.length - 1} more)` : ''}`;
}

import { hash } from 'node:crypto';
import { clipText } from '../../text/safe.ts';
import { createBoundedMap } from './bounded-map.ts';
import { findingOf, type Finding } from './finding.ts';
import { evidenceOf, findLoop, soonMs, type SeenMessage } from './loop.ts';
import { createKnownChats } from './near-miss.ts';
import { createSaidLately, type SaidEvent } from './said.ts';

/** After so many rounds of a loop in a chat there is no reply to it any more. */
export const maxRounds = 3;

/** So many ids of messages are remembered, of all chats. */
const maxIds = 10_000;

const maxChats = 10_000;

/** A chat_id that is longer, in characters, is no name for a dialogue: it is not remembered. */
const maxChatId = 1000;

/** What a message shows, and whether the bot may answer it. */
export interface Seen {
  findings: Finding[];
  /** Why it gets no reply, in words; null where it may. */
  silent: string | null;
}

/** Watches both directions of all chats. */
export interface FindingsWatch {
  /** We are sending this: told before it leaves, because what comes back may be here before the webhook's answer. */
  said(event: SaidEvent): void;
  /** Whether a file of this size was served in the chat lately: only then its bytes need a look. */
  wasServed(chatId: string, bytes: number, nowMs: number): boolean;
  /** A sound message came. One that was not taken (402, 424, a script) leaves no trace but a loop. */
  seen(message: SeenMessage, isTaken: boolean): Seen;
}

export function createFindingsWatch(): FindingsWatch {
  const lately = createSaidLately();
  const chats = createKnownChats();
  const ids = createBoundedMap<string, string>(maxIds);
  const rounds = createBoundedMap<string, number>(maxChats);

  /** How often in a row the chat has gone round, this message included. */
  const countRounds = (seen: SeenMessage, loop: Finding | null): number => {
    const { chatId, sender } = seen.message;
    if (sender !== 'customer' || chatId.length > maxChatId) return 0;
    const latest = lately.in(chatId, seen.atMs)[0];
    const isSoon = latest !== undefined && seen.atMs - latest.atMs <= soonMs;
    // A person may quote. A program that quotes at once, again and again, is a loop as well.
    if (loop === null || (loop.id === 'loop/quotation' && !isSoon)) {
      rounds.delete(chatId);
      return 0;
    }
    const count = (rounds.get(chatId) ?? 0) + 1;
    rounds.set(chatId, count);
    return count;
  };
  return {
    said(event) {
      if (event.chatId.length > maxChatId) return;
      lately.add(event);
      chats.meet(event.chatId);
    },
    wasServed: (chatId, bytes, nowMs) =>
      lately.in(chatId, nowMs).some(({ files }) => files.some(({ sizeBytes }) => sizeBytes === bytes)),
    seen(message, isTaken) {
      const loop = findLoop(message, lately.in(message.message.chatId, message.atMs));
      const round = countRounds(message, loop);
      const found = loop === null ? [] : [loop];
      if (!isTaken) return { findings: found, silent: 'it was not taken' };
      const near = nearMiss(message, chats.meet(message.message.chatId));
      const repeat = repeated(message, ids);
      const findings = [...found, ...(near ? [near] : []), ...(repeat ? [repeat] : [])];
      if (repeat) return { findings, silent: 'its message_id was taken before (assumed: repeat-not-answered)' };
      if (message.message.sender === 'employee')
        return { findings, silent: 'an employee wrote it (assumed: employee-not-answered)' };
      const silent = round >= maxRounds ? `the bot has talked to itself here for ${maxRounds} rounds` : null;
      return { findings, silent };
    },
  };
}

function nearMiss(seen: SeenMessage, near: { known: string; difference: string } | null): Finding | null {
  if (!near) return null;
  const { chatId } = seen.message;
  const message = `chat_id ${quoted(chatId)} differs from ${quoted(near.known)} in ${near.difference} alone: Suvvy takes it for another dialogue`;
  return findingOf('chat/near-miss', { chatId, message, messages: [evidenceOf(seen)] });
}

function repeated(seen: SeenMessage, ids: ReturnType<typeof createBoundedMap<string, string>>): Finding | null {
  const { chatId, messageId, text, attachments } = seen.message;
  const key = digest(JSON.stringify([chatId, messageId]));
  const content = digest(JSON.stringify([text, attachments.map(({ fileName, bytes }) => [fileName, bytes])]));
  const before = ids.get(key);
  ids.set(key, content);
  if (before === undefined) return null;
  const message =
    before === content
      ? `message_id ${quoted(messageId)} came before, with the same content (assumed: repeat-not-answered)`
      : `message_id ${quoted(messageId)} came before, with other content: this message gets lost (assumed: repeat-not-answered)`;
  const assumptions = ['repeat-not-answered'] as const;
  return findingOf('message/repeated-id', { chatId, message, messages: [evidenceOf(seen)], assumptions });
}

function quoted(text: string): string {
  return JSON.stringify(clipText(text, 80));
}

/** Short, however long the text is. */
function digest(text: string): string {
  return hash('sha256', text, 'buffer').toString('latin1', 0, 16);
}

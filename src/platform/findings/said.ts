import { normalText, type NormalText } from './normal-text.ts';

/** For so long what we sent is held against what comes, in milliseconds. */
const windowMs = 60_000;

/** So many events of all chats are kept: at a thousand a second the window is shorter. */
const maxEvents = 10_000;

/** So many of one chat. */
const maxPerChat = 50;

/** An event that we sent, or are sending: the answer of the webhook may still be out. */
export interface SaidEvent {
  chatId: string;
  sender: 'ai' | 'employee';
  texts: readonly string[];
  files: readonly SaidFile[];
  /** Monotonic, in milliseconds. */
  atMs: number;
  at: Date;
}

export interface SaidFile {
  name: string;
  sizeBytes: number;
  /** Of its bytes, in base64; null where they could not be read. */
  sha256: string | null;
}

/** What is kept of an event. */
export interface Said extends Omit<SaidEvent, 'texts'> {
  /** Each text, and all of them as one where there are more: a receiver may join them. */
  texts: readonly (NormalText & { shown: string })[];
}

/** What was sent lately. */
export interface SaidLately {
  add(event: SaidEvent): void;
  /** What was sent in a chat within the window, the latest first. */
  in(chatId: string, nowMs: number): readonly Said[];
}

export function createSaidLately(): SaidLately {
  const chats = new Map<string, Said[]>();
  // All that is kept, the oldest first, behind what was dropped.
  let order: Said[] = [];
  let dropped = 0;
  const forget = (said: Said): void => {
    const list = chats.get(said.chatId);
    // Those of a chat are in the order of all.
    list?.shift();
    if (list?.length === 0) chats.delete(said.chatId);
  };
  const forgetOld = (nowMs: number): void => {
    for (; dropped < order.length; dropped += 1) {
      const said = order[dropped]!;
      if (order.length - dropped <= maxEvents && nowMs - said.atMs <= windowMs) break;
      if (chats.get(said.chatId)?.[0] === said) forget(said);
    }
    if (dropped < maxEvents) return;
    order = order.slice(dropped);
    dropped = 0;
  };
  return {
    add({ texts, ...event }) {
      const all = texts.length > 1 ? [...texts, texts.join('\n')] : texts;
      const said = { ...event, texts: all.map((text) => ({ ...normalText(text), shown: text.slice(0, 200) })) };
      const list = chats.get(event.chatId) ?? [];
      chats.set(event.chatId, list);
      list.push(said);
      order.push(said);
      if (list.length > maxPerChat) forget(list[0]!);
      forgetOld(event.atMs);
    },
    in(chatId, nowMs) {
      forgetOld(nowMs);
      return (chats.get(chatId) ?? []).toReversed();
    },
  };
}

import { startOf } from '../../text/safe.ts';
import { normalText, type NormalText } from './normal-text.ts';

/** For so long what we sent is held against what comes, in milliseconds. */
const windowMs = 60_000;

/** So many events of all chats are kept: at a thousand a second the window is shorter. */
const maxEvents = 5000;

/** So many that are dropped are held on to: they go together. */
const maxDropped = maxEvents / 10;

/** So much of a text is shown, in UTF-16 units. */
const maxShown = 200;

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
    if (dropped < maxDropped) return;
    order = order.slice(dropped);
    dropped = 0;
  };
  return {
    add({ chatId, sender, texts, files, atMs, at }) {
      const all = texts.length > 1 ? [...texts, texts.join('\n')] : texts;
      // Field by field: objects that are spread have a shape of their own each, which is larger than they are.
      const said: Said = { chatId, sender, texts: all.map(saidText), files, atMs, at };
      const list = chats.get(chatId) ?? [];
      chats.set(chatId, list);
      list.push(said);
      order.push(said);
      if (list.length > maxPerChat) forget(list[0]!);
      forgetOld(atMs);
    },
    in(chatId, nowMs) {
      forgetOld(nowMs);
      return (chats.get(chatId) ?? []).toReversed();
    },
  };
}

function saidText(text: string): Said['texts'][number] {
  const { key, head, length } = normalText(text);
  return { key, head, length, shown: text.length > maxShown ? startOf(text, maxShown) : text };
}

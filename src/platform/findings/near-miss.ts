import { createBoundedMap } from './bounded-map.ts';

/** So many chats are known at once. */
const maxChats = 2000;

/** An id is a name for a person or a number: longer ones are not compared. */
const maxLength = 200;

/** The chats that were seen, and whether a new one is nearly one of them. */
export interface KnownChats {
  /** Makes a chat known; the one that it is nearly, and in what it differs. Null for one that is known, or unlike all. */
  meet(chatId: string): { known: string; difference: string } | null;
}

export function createKnownChats(): KnownChats {
  const known = createBoundedMap<string, true>(maxChats);
  /** By what is left of an id without case, blanks and `+`. */
  const byBare = createBoundedMap<string, string>(maxChats);
  /** By what is left without its prefix as well, of those that have one. */
  const byCore = createBoundedMap<string, string>(maxChats);
  return {
    meet(chatId) {
      if (chatId.length > maxLength || known.get(chatId)) return null;
      known.set(chatId, true);
      const bare = bareOf(chatId);
      const core = coreOf(bare);
      const same = byBare.get(bare);
      const near = same ?? (core === null ? undefined : byBare.get(core)) ?? byCore.get(bare);
      byBare.set(bare, chatId);
      if (core !== null) byCore.set(core, chatId);
      if (near === undefined) return null;
      return { known: near, difference: same === undefined ? 'a prefix' : differences(chatId, near) };
    },
  };
}

function bareOf(chatId: string): string {
  return chatId.normalize('NFKC').toLowerCase().replaceAll(/[\s+]/g, '');
}

/** `42` of `tg_42`, `telegram:42` and `tg42`; null for an id without a prefix. */
function coreOf(bare: string): string | null {
  const [, separated, number] = /^\p{L}[\p{L}\p{N}]*[_:/.@-](.+)$|^\p{L}+(\d+)$/u.exec(bare) ?? [];
  return separated ?? number ?? null;
}

function differences(one: string, other: string): string {
  const without = (pattern: RegExp): boolean => one.replaceAll(pattern, '') === other.replaceAll(pattern, '');
  if (one.toLowerCase() === other.toLowerCase()) return 'case';
  if (without(/\s/g)) return 'blanks';
  if (without(/\+/g)) return 'a +';
  return 'case, blanks or a +';
}

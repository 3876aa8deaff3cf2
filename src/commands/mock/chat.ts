import { messageTypeNames, messageTypes, type MessageType } from '../../contract/message-types.ts';
import { HookError } from '../../errors.ts';
import type { MessagePart } from '../../fixtures/message.ts';
import type { Host } from '../../host.ts';
import { parseApiScript } from '../../platform/api/script.ts';
import type { Platform } from '../../platform/start-platform.ts';
import { clip, safeLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import type { MockFlags } from './flags.ts';
import { readLines } from './read-lines.ts';
import type { MockWatch } from './watch.ts';

export interface Chat {
  /** Resolves when the input has ended, and all that was typed is on its way. */
  ended: Promise<void>;
  close(): void;
}

export interface ChatOptions {
  platform: Platform;
  watch: Pick<MockWatch, 'lastChat' | 'news'>;
  host: Host;
  flags: MockFlags;
}

/** A line that was typed, understood. */
export type Typed =
  | { is: 'message'; part: MessagePart; sender: 'ai' | 'employee' | null }
  | { is: 'to'; chatId: string | null }
  | { is: 'takeover' | 'release' | 'test' | 'help' | 'nothing' }
  | { is: 'answer'; script: string }
  | { is: 'wrong'; why: string };

const fileTypes = messageTypeNames.filter((type) => messageTypes[type].carries === 'file');

const commandNames = ['employee', ...fileTypes, 'to', 'takeover', 'release', 'test', 'answer', 'help'];

const help = [
  'TEXT                  what the bot says; //TEXT for one that begins with a slash',
  '/employee TEXT        what an employee says',
  ...fileTypes.map((type) => `${`/${type} FILE`.padEnd(22)}a file of this machine`),
  '/to CHAT              whom it goes to; without a chat, to who wrote last',
  '/takeover, /release   an employee holds the dialogue, or the bot again',
  '/test                 what the test button sends',
  '/answer 402x2,200     what the API answers from now on; /answer 200 is as ever',
];

/** Reads a line. Pure. */
export function parseTyped(line: string): Typed {
  const text = line.trim();
  if (text === '') return { is: 'nothing' };
  if (text.startsWith('//')) return message('text', text.slice(1), null);
  if (!text.startsWith('/')) return message('text', text, null);
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (fileTypes.includes(name as MessageType)) {
    return rest === '' ? { is: 'wrong', why: `/${name} takes a file` } : message(name as MessageType, rest, null);
  }
  switch (name) {
    case 'employee':
      return rest === '' ? { is: 'wrong', why: '/employee takes a text' } : message('text', rest, 'employee');
    case 'to':
      return { is: 'to', chatId: rest === '' ? null : rest };
    case 'answer':
      return rest === ''
        ? { is: 'wrong', why: '/answer takes a script such as 402x2,200' }
        : { is: 'answer', script: rest };
    case 'takeover':
    case 'release':
    case 'test':
    case 'help':
      return { is: name };
    default:
      return {
        is: 'wrong',
        why: `there is no /${name}: it is one of ${commandNames.map((one) => `/${one}`).join(' ')}`,
      };
  }
}

function message(type: MessageType, content: string, sender: 'employee' | null): Typed {
  return { is: 'message', part: { type, content }, sender };
}

/** Takes what is typed on a terminal, or comes in a pipe, for the words of the bot. */
export function openChat({ platform, watch, host, flags }: ChatOptions): Chat {
  const closed = new AbortController();
  const talk = talker(host, flags);
  let chosen: string | null = null;
  /** Where a line goes: waits for the first customer, if nobody has written yet. */
  const chatNow = (): string | null => chosen ?? watch.lastChat();
  let told = false;
  const untilChat = async (): Promise<string | null> => {
    if (chatNow() === null && !told) talk('nobody has written yet: this waits for the first message, or for /to CHAT');
    told = true;
    await watch.news.until(() => chatNow() !== null, { timeoutMs: 2 ** 31 - 1, signal: closed.signal });
    return chatNow();
  };
  const send = async ({ part, sender }: Extract<Typed, { is: 'message' }>): Promise<void> => {
    const chatId = await untilChat();
    if (chatId === null) return;
    const held = platform.holderOf(chatId) === 'employee' ? 'employee' : 'ai';
    await platform.say(chatId, [part], { sender: sender ?? held });
  };
  const act = async (typed: Typed): Promise<void> => {
    switch (typed.is) {
      case 'message':
        return send(typed);
      case 'to':
        chosen = typed.chatId;
        talk(chosen === null ? '→ to who wrote last' : `→ to chat ${nameOf(chosen)}`);
        return watch.news.happened();
      case 'takeover':
      case 'release': {
        const chatId = await untilChat();
        if (chatId === null) return;
        platform.handOver(chatId, typed.is === 'takeover' ? 'employee' : 'bot');
        return talk(
          typed.is === 'takeover'
            ? `→ an employee holds chat ${nameOf(chatId)}`
            : `→ the bot holds chat ${nameOf(chatId)} again`,
        );
      }
      case 'test':
        return void (await platform.sendTest());
      case 'answer':
        platform.answerWith(parseApiScript(typed.script));
        return talk(`→ the API answers ${typed.script === '200' ? 'as ever' : safeLine(typed.script)} from now on`);
      case 'help':
        return help.forEach(talk);
      case 'wrong':
        return talk(`! ${safeLine(typed.why)}`);
      case 'nothing':
    }
  };
  const tryToAct = (line: string): Promise<void> =>
    act(parseTyped(line)).catch((error: unknown) => {
      const hint = error instanceof HookError && error.hint ? ` (${safeLine(error.hint)})` : '';
      talk(`! ${safeLine(error instanceof Error ? error.message : String(error))}${hint}`);
    });
  const under = new Set<Promise<void>>();
  const read = async (): Promise<void> => {
    for await (const line of readLines(host.stdin, closed.signal)) {
      if (closed.signal.aborted) break;
      // Not awaited: a chat keeps its own order, and no line waits for the webhook.
      const acting: Promise<void> = tryToAct(line).finally(() => under.delete(acting));
      under.add(acting);
    }
    await Promise.all(under);
  };
  return {
    ended: read(),
    close() {
      closed.abort();
      // An open one would keep the process.
      host.stdin.destroy?.();
    },
  };
}

function nameOf(chatId: string): string {
  return safeLine(clip(chatId, 60));
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { isOwnEvent, normalText } from '../../src/platform/findings/normal-text.ts';
import { createKnownChats } from '../../src/platform/findings/near-miss.ts';
import type { SeenMessage } from '../../src/platform/findings/loop.ts';
import { createFindingsWatch, maxRounds, type Seen } from '../../src/platform/findings/watch.ts';
import { customerMessage } from './customer-message.ts';
import type { CustomerMessage } from '../../src/platform/api/validate.ts';

const at = new Date(0);

/** A watch with a clock of its own, in milliseconds. */
function watching() {
  const watch = createFindingsWatch();
  let nextId = 0;
  return {
    watch,
    said: (atMs: number, ...texts: string[]) => watch.said({ chatId: '42', sender: 'ai', texts, files: [], atMs, at }),
    came: (atMs: number, changes: Partial<CustomerMessage> = {}, digests: SeenMessage['digests'] = []): Seen => {
      const message = customerMessage({ messageId: `m-${(nextId += 1)}`, ...changes });
      return watch.seen({ message, digests, atMs, at }, true);
    },
  };
}

const idsOf = ({ findings }: Seen): string[] => findings.map(({ id }) => id);

describe("the bot's own words that come back", () => {
  const words = 'Hello! How can I help you?';
  test.each<[string, string, string, number, string[]]>([
    ['the same text', words, words, 30_000, ['loop/self-talk']],
    ['the same text after a minute', words, words, 60_001, []],
    ['other blanks', words, ` Hello!  How can\nI help you? `, 100, ['loop/self-talk']],
    ['entities of HTML', `"Tom" & I'm <b>`, '&quot;Tom&quot; &amp; I&#39;m &lt;b&gt;', 100, ['loop/self-talk']],
    ['decomposed letters', 'Привет, Йошкар', 'Привет, Йошкар'.normalize('NFD'), 100, ['loop/self-talk']],
    ['a short text, at once', 'ok', 'ok', 1999, ['loop/self-talk']],
    ['a short text, later', 'ok', 'ok', 2001, []],
    ['a text of eight characters, later', 'good day', 'good day', 5000, ['loop/self-talk']],
    ['a quotation', words, `> ${words}\nWith my order`, 20_000, ['loop/quotation']],
    ['another text', words, 'With my order', 100, []],
    ['a part of it', words, 'How can I help', 100, []],
    ['nothing but blanks', words, ' ', 100, []],
    ['a text over 4096 characters', 'long '.repeat(2000), 'long '.repeat(2000), 100, ['loop/self-talk']],
    [
      'a longer text with the same beginning',
      'long '.repeat(2000),
      `${'long '.repeat(2000)}x`,
      100,
      ['loop/quotation'],
    ],
  ])('%s', (_, said, came, afterMs, ids) => {
    const chat = watching();
    chat.said(1000, said);
    expect(idsOf(chat.came(1000 + afterMs, { text: came }))).toEqual(ids);
  });

  test('a quotation is a note, a loop an error', () => {
    const chat = watching();
    chat.said(0, words);
    expect(chat.came(5000, { text: `you said ${words}` }).findings[0]).toMatchObject({ level: 'note' });
    expect(chat.came(5000, { text: words }).findings[0]).toMatchObject({
      level: 'error',
      messages: [
        { from: 'ai', text: words },
        { from: 'customer', text: words, messageId: 'm-2' },
      ],
    });
  });

  test('two texts of one event are found one by one, and joined', () => {
    const chat = watching();
    chat.said(0, 'Your order is ready', 'Come and get it');
    expect(idsOf(chat.came(10, { text: 'Come and get it' }))).toEqual(['loop/self-talk']);
    expect(idsOf(chat.came(10, { text: 'Your order is ready\nCome and get it' }))).toEqual(['loop/self-talk']);
  });

  test('are nothing in another chat, nor from an employee', () => {
    const chat = watching();
    chat.said(0, words);
    expect(idsOf(chat.came(10, { text: words, chatId: 'another' }))).toEqual([]);
    expect(idsOf(chat.came(10, { text: words, sender: 'employee' }))).toEqual([]);
  });

  test('as a file with the very bytes that we served', () => {
    const chat = watching();
    const files = [{ name: 'image.png', sizeBytes: 16, sha256: 'abc' }];
    chat.watch.said({ chatId: '42', sender: 'ai', texts: [], files, atMs: 0, at });
    expect(chat.watch.wasServed('42', 16, 10)).toBe(true);
    expect(chat.watch.wasServed('42', 17, 10)).toBe(false);
    expect(chat.watch.wasServed('42', 16, 60_001)).toBe(false);
    chat.watch.said({ chatId: '42', sender: 'ai', texts: [], files, atMs: 60_002, at });
    const attachments = [{ fileName: 'x.png', fileType: 'image' as const, bytes: 16, mimeType: 'image/png' }];
    expect(idsOf(chat.came(60_010, { text: null, attachments }, ['abc']))).toEqual(['loop/self-talk']);
    expect(idsOf(chat.came(60_010, { text: null, attachments }, ['abd']))).toEqual([]);
  });

  test(`get a reply until the round before the ${maxRounds}rd, and again after a word of the customer's own`, () => {
    const chat = watching();
    const round = (ms: number): boolean => {
      chat.said(ms, `${words} (${ms})`);
      return chat.came(ms + 10, { text: `${words} (${ms})` }).silent === null;
    };
    expect([100, 200, 300, 400].map(round)).toEqual([true, true, false, false]);
    expect(chat.came(3000, { text: 'a word of my own' }).silent).toBeNull();
    expect(round(4000)).toBe(true);
  });

  test('stop a program that quotes at once as they stop a loop, but not a person who quotes', () => {
    const chat = watching();
    const quote = (ms: number, afterMs: number): boolean => {
      chat.said(ms, `${words} (${ms})`);
      return chat.came(ms + afterMs, { text: `bot: ${words} (${ms})` }).silent === null;
    };
    expect([100, 200, 300, 400].map((ms) => quote(ms, 10))).toEqual([true, true, false, false]);
    expect([10_000, 20_000, 30_000, 40_000].map((ms) => quote(ms, 5000))).toEqual([true, true, true, true]);
  });

  test('are found also where the message was not taken', () => {
    const chat = watching();
    chat.said(0, words);
    const seen = chat.watch.seen({ message: customerMessage({ text: words }), digests: [], atMs: 10, at }, false);
    expect(idsOf(seen)).toEqual(['loop/self-talk']);
  });
});

test.each([
  ['{"event_type":"new_messages","chat_id":"42","new_messages":[]}', true],
  ["{'event_type': 'new_messages', 'new_messages': [{'type': 'text'}]}", true],
  ['{&quot;event_type&quot;:&quot;new_messages&quot;,&quot;new_messages&quot;:[]}', true],
  ['"{\\"event_type\\":\\"new_messages\\",\\"new_messages\\":[]}"', true],
  ['[{"type":"text","message_sender":"ai","text":"Hi"}]', true],
  ['what is event_type in new_messages?', false],
  ['{"message_sender":"customer"}', false],
  ['{}', false],
])('%s is an event of ours: %s', (text, expected) => {
  expect(isOwnEvent(text)).toBe(expected);
});

test('an entity that is none stays as it is', () => {
  expect(normalText('AT&T; &constructor; &#x110000; &#0;').key).toBe('AT&T; &constructor; &#x110000; &#0;');
});

describe('a message_id that comes again', () => {
  test('is a warning, and gets no second reply', () => {
    const chat = watching();
    chat.came(0, { messageId: 'a' });
    const again = chat.came(10, { messageId: 'a' });
    expect(again.findings).toMatchObject([
      { id: 'message/repeated-id', level: 'warning', assumptions: ['repeat-not-answered'] },
    ]);
    expect(again.silent).toContain('repeat-not-answered');
  });

  test('is said to lose a message where the content is another', () => {
    const chat = watching();
    chat.came(0, { messageId: 'a', text: 'one' });
    expect(chat.came(10, { messageId: 'a', text: 'two' }).findings[0]!.message).toContain('this message gets lost');
  });

  test('is none in another chat, nor where the first was not taken', () => {
    const chat = watching();
    chat.came(0, { messageId: 'a' });
    expect(idsOf(chat.came(10, { messageId: 'a', chatId: '7' }))).toEqual([]);
    chat.watch.seen({ message: customerMessage({ messageId: 'b' }), digests: [], atMs: 20, at }, false);
    expect(idsOf(chat.came(30, { messageId: 'b' }))).toEqual([]);
  });
});

test('a message of an employee gets no reply', () => {
  expect(watching().came(0, { sender: 'employee' }).silent).toContain('employee-not-answered');
});

describe('a chat_id that is nearly a known one', () => {
  test.each([
    ['Room', 'room', 'case'],
    ['7900', '7 900', 'blanks'],
    ['7900', '+7900', 'a +'],
    ['42', 'tg_42', 'a prefix'],
    ['telegram:42', '42', 'a prefix'],
    ['42', 'chat42', 'a prefix'],
  ])('%j, then %j: %s', (first, second, difference) => {
    const chats = createKnownChats();
    expect(chats.meet(first)).toBeNull();
    expect(chats.meet(second)).toEqual({ known: first, difference });
    expect(chats.meet(second)).toBeNull();
  });

  test.each([
    ['42', '43'],
    ['tg_42', 'vk_42'],
    ['1', '11'],
    ['chat-1', 'chat-2'],
  ])('%j and %j are two chats', (first, second) => {
    const chats = createKnownChats();
    chats.meet(first);
    expect(chats.meet(second)).toBeNull();
  });
});

/** What a run leaves behind in the heap, in MB. */
function heapOf(run: () => void): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const before = used();
  run();
  return used() - before;
}

test('a hundred thousand messages, each in a chat of its own, leave less than 10 MB behind', () => {
  const chat = watching();
  const left = heapOf(() => {
    for (let index = 0; index < 100_000; index += 1) {
      const chatId = `a chat of quite an ordinary length ${index}`;
      chat.watch.said({ chatId, sender: 'ai', texts: [`echo: ${index}`], files: [], atMs: index / 10, at });
      chat.came(index / 10, { chatId, messageId: `a message of an ordinary length ${index}`, text: `text ${index}` });
    }
  });
  expect(left).toBeLessThan(10);
  expect(chat.came(10_000, { chatId: 'a chat of quite an ordinary length 99999' }).findings).toEqual([]);
});

test('of a long text only the beginning is kept, and none of its memory', () => {
  const chat = watching();
  const left = heapOf(() => {
    for (let index = 0; index < 40; index += 1) chat.said(index, `${index}${' word'.repeat(200_000)}`);
  });
  expect(left).toBeLessThan(4);
  expect(idsOf(chat.came(50, { text: `39${' word'.repeat(200_000)}` }))).toEqual(['loop/self-talk']);
});

import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/contract/event.ts';
import { messageTypeNames, messageTypes } from '../../src/contract/message-types.ts';
import { rules } from '../../src/contract/rules.ts';
import { oneOf } from '../../src/text/words.ts';

const file = { name: 'a.png', url: 'https://files.example/a.png', size_bytes: 10, mime_type: 'image/png' };
const text = { type: 'text', message_sender: 'ai', text: 'Hello' };
const image = { type: 'image', message_sender: 'employee', file };
const event = (...messages: unknown[]) => ({ event_type: 'new_messages', new_messages: messages });

describe('parseEvent accepts what the page documents', () => {
  test.each([
    ['a text', event(text)],
    ['an empty text', event({ ...text, text: '' })],
    ['an image', event(image)],
    ['no messages', event()],
    ["the page's sample order", event({ ...image, message_sender: 'ai' }, text)],
    ['a chat_id (observed)', { ...event(text), chat_id: '0' }],
    ['the test button', { event_type: 'test_request' }],
    [
      'any type as a document',
      event({ type: 'document', message_sender: 'ai', file: { ...file, mime_type: 'application/vnd.ms-excel+x.1-y' } }),
    ],
    ['a huge file', event({ ...image, file: { ...file, size_bytes: 2 ** 53 * 4 } })],
    ['an empty file', event({ ...image, file: { ...file, size_bytes: 0 } })],
  ])('it accepts %s', (_, body) => {
    expect(parseEvent(body)).toEqual({ ok: true, known: true, event: body, unknownFields: [] });
  });

  test('it accepts every audio type of R20', () => {
    for (const mime of ['ogg', 'mpeg', 'wav', 'x-wav', 'webm', 'mp4', 'm4a', 'x-m4a'])
      expect(
        parseEvent(event({ type: 'audio', message_sender: 'ai', file: { ...file, mime_type: `audio/${mime}` } })).ok,
      ).toBe(true);
  });
});

test('parseEvent returns an unknown event type as a value with all its fields, not as an error', () => {
  const body = { event_type: 'dialogue_closed', data: { a: [1] }, __proto__x: 1 };
  const parsed = parseEvent(body);
  expect(parsed).toEqual({ ok: true, known: false, event: body, unknownFields: [] });
  expect(parsed.ok && parsed.event).toBe(body);
});

test('parseEvent keeps unknown fields, and names their paths', () => {
  const body = { ...event({ ...image, reply_to: 1, file: { ...file, width: 2, 'odd key': 3 } }), extra: true };
  expect(parseEvent(body)).toEqual({
    ok: true,
    known: true,
    event: body,
    unknownFields: [
      'extra',
      'new_messages[0].reply_to',
      'new_messages[0].file.width',
      'new_messages[0].file["odd key"]',
    ],
  });
});

describe('parseEvent reports a breach of the contract in plain words, with path and rule', () => {
  test.each([
    ['no object', [], '(root)', 'must be an object, not an array', 'R6'],
    ['null', null, '(root)', 'must be an object, not null', 'R6'],
    ['no event_type', {}, 'event_type', 'is missing: new_messages or test_request', 'R8'],
    ['event_type a number', { event_type: 5 }, 'event_type', 'must be a string, not 5', 'R8'],
    ['no messages', { event_type: 'new_messages' }, 'new_messages', 'is missing', 'R12'],
    [
      'messages an object',
      { event_type: 'new_messages', new_messages: {} },
      'new_messages',
      'must be an array, not an object',
      'R12',
    ],
    [
      'messages on a test',
      { event_type: 'test_request', new_messages: [] },
      'new_messages',
      `does not belong here: ${rules.R12.gist}`,
      'R12',
    ],
    ['chat_id a number', { ...event(text), chat_id: 5 }, 'chat_id', 'must be a string, not 5', 'chat-id'],
    ['a message null', event(null), 'new_messages[0]', 'must be an object, not null', 'R12'],
    [
      'no type',
      event({ message_sender: 'ai' }),
      'new_messages[0].type',
      `is missing: ${oneOf(messageTypeNames)}`,
      'R13',
    ],
    [
      'type unknown',
      event({ ...text, type: 'hologram' }),
      'new_messages[0].type',
      `must be ${oneOf(messageTypeNames)}, not "hologram"`,
      'R13',
    ],
    [
      'sender unknown',
      event({ ...text, message_sender: 'bot' }),
      'new_messages[0].message_sender',
      'must be ai or employee, not "bot"',
      'R14',
    ],
    [
      'no sender',
      event({ type: 'text', text: '' }),
      'new_messages[0].message_sender',
      'is missing: ai or employee',
      'R14',
    ],
    ['no text', event({ type: 'text', message_sender: 'ai' }), 'new_messages[0].text', 'is missing', 'R15'],
    [
      'text on an image',
      event({ ...image, text: 'x' }),
      'new_messages[0].text',
      `does not belong here: ${rules.R15.gist}`,
      'R15',
    ],
    [
      'file on a text',
      event({ ...text, file }),
      'new_messages[0].file',
      `does not belong here: ${rules.R16.gist}`,
      'R16',
    ],
    ['no file', event({ type: 'audio', message_sender: 'ai' }), 'new_messages[0].file', 'is missing', 'R16'],
    [
      'url empty',
      event({ ...image, file: { ...file, url: '' } }),
      'new_messages[0].file.url',
      '"" is not a URL',
      'R17',
    ],
    [
      'size negative',
      event({ ...image, file: { ...file, size_bytes: -1 } }),
      'new_messages[0].file.size_bytes',
      'must be 0 or more, not -1',
      'R18',
    ],
    [
      'size a fraction',
      event({ ...image, file: { ...file, size_bytes: 1.5 } }),
      'new_messages[0].file.size_bytes',
      'must be a whole number, not 1.5',
      'R18',
    ],
    [
      'size a string',
      event({ ...image, file: { ...file, size_bytes: '1' } }),
      'new_messages[0].file.size_bytes',
      'must be a number, not "1"',
      'R18',
    ],
    [
      'image of webp',
      event({ ...image, file: { ...file, mime_type: 'image/webp' } }),
      'new_messages[0].file.mime_type',
      'must be image/png, image/jpeg or image/gif, not "image/webp"',
      'R20',
    ],
    [
      'mime with parameter',
      event({ type: 'document', message_sender: 'ai', file: { ...file, mime_type: 'text/plain; charset=utf-8' } }),
      'new_messages[0].file.mime_type',
      '"text/plain; charset=utf-8" is not a mime type such as image/png',
      'R19',
    ],
    [
      'mime empty subtype',
      event({ type: 'document', message_sender: 'ai', file: { ...file, mime_type: 'a/' } }),
      'new_messages[0].file.mime_type',
      '"a/" is not a mime type such as image/png',
      'R19',
    ],
    ['second message', event(text, { ...text, text: 5 }), 'new_messages[1].text', 'must be a string, not 5', 'R15'],
  ])('it reports %s', (_, body, path, message, rule) => {
    const parsed = parseEvent(body);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok === false && parsed.issues.map(({ path, message, rule }) => ({ path, message, rule }))).toEqual([
      { path, message, rule },
    ]);
  });
});

test('parseEvent treats __proto__ and constructor as ordinary members', () => {
  const body = JSON.parse(
    '{"event_type":"new_messages","new_messages":[],"__proto__":{"polluted":true},"constructor":1}',
  );
  expect(parseEvent(body)).toMatchObject({ ok: true, unknownFields: ['__proto__', 'constructor'] });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(parseEvent(JSON.parse('{"event_type":"__proto__"}'))).toMatchObject({ ok: true, known: false });
});

test('parseEvent knows every message type of the table', () => {
  for (const type of messageTypeNames) {
    const { carries, mimeTypes } = messageTypes[type];
    const message =
      carries === 'text'
        ? { ...text, type }
        : { ...image, type, file: { ...file, mime_type: mimeTypes?.[0] ?? 'a/b' } };
    expect(parseEvent(event(message)).ok).toBe(true);
  }
});

test('an error in the event does not hide errors in its messages', () => {
  const parsed = parseEvent({ ...event(null), chat_id: 5 });
  expect(parsed.ok === false && parsed.issues.map(({ path }) => path)).toEqual(['chat_id', 'new_messages[0]']);
});

test('messages in a test_request are a misplaced field, not an unknown one', () => {
  expect(parseEvent({ event_type: 'test_request', new_messages: [] })).toMatchObject({ ok: false, unknownFields: [] });
});

test('a body that is not an event has no unknown fields', () => {
  expect(parseEvent({ a: 1 })).toMatchObject({ ok: false, unknownFields: [] });
});

describe('parseEvent reports at most a hundred findings of one body', () => {
  const unknown = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));

  test.each([
    ['a hundred messages with one issue each', Array.from({ length: 100 }, () => null), 100],
    ['one more', Array.from({ length: 101 }, () => null), 100],
    ['99, and a message with two', [...Array.from({ length: 99 }, () => null), { type: 'text' }], 100],
  ])('it counts the issues of %s', (_, messages, count) => {
    const parsed = parseEvent(event(...messages));
    expect(parsed.ok === false && parsed.issues.length).toBe(count);
  });

  test.each([
    ['one field less, and a message with one', { ...event({ ...text, x: 1 }), ...unknown(99) }, 100],
    ['one field less, and a message with two', { ...event({ ...text, x: 1, y: 1 }), ...unknown(99) }, 100],
    ['ever so many at the top', { ...event(text), ...unknown(200) }, 100],
  ])('it counts the unknown fields of %s', (_, body, count) => {
    expect(parseEvent(body).unknownFields.length).toBe(count);
  });
});

test('a body with millions of errors takes no longer than one with a hundred', { tags: 'heavy' }, () => {
  const messages = parseEvent({ ...event(), new_messages: Array.from({ length: 300_000 }, () => 1) });
  expect(messages.ok === false && messages.issues.length).toBe(100);
  const fields = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`k${index}`, 1]));
  const parsed = parseEvent(event({ ...image, file: { ...file, ...fields } }));
  expect(parsed.unknownFields.length).toBe(100);
});

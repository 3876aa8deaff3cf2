import { describe, expect, test } from 'vitest';
import { apiFields, maxAttachmentBytes } from '../../src/contract/api/fields.ts';
import { base64Bytes, base64Problem } from '../../src/platform/api/attachments.ts';
import { answerBody, decide, type Refusing } from '../../src/platform/api/decide.ts';
import { validate } from '../../src/platform/api/validate.ts';
import { attachment, pngData, posted } from './customer-message.ts';

const without = (name: string): Record<string, unknown> => {
  const { [name]: _, ...rest } = posted();
  return rest;
};

/** Path and words of each problem, in one line. */
const problemsOf = (value: unknown): string[] => {
  const { problems, unsupported } = validate(value);
  return [...problems, ...unsupported].map(({ path, message }) => `${path} ${message}`);
};

describe("a message that the table of Suvvy's API takes", () => {
  test.each([
    ['a text', posted()],
    ['an image without a text', posted({ text: null, attachments: [attachment] })],
    ['an image, and no text at all', { ...without('text'), attachments: [attachment] }],
    ['a text beside attachments', posted({ attachments: [attachment] })],
    ['a text and no list of attachments', posted({ attachments: null })],
    ['a text and an empty list of attachments', posted({ attachments: [] })],
    ['an employee', posted({ message_sender: 'employee' })],
    ['fields that nobody knows', posted({ x: 1, ['__proto__']: 2 })],
    ['a link', posted({ link: { type: 'user', hint: null, url: 'https://a.example' } })],
    ['placeholders', posted({ placeholders: { city: 'Kazan' } })],
    ['names that are null', posted({ client_name: null, client_phone: null })],
  ])('is sound with %s', (_, value) => {
    expect(problemsOf(value)).toEqual([]);
    expect(validate(value).message).toMatchObject({ messageId: 'm-1', chatId: '42' });
  });
});

describe("a message that the table of Suvvy's API refuses says where and why", () => {
  const required = Object.entries(apiFields).filter(([, { required }]) => required === 'yes');
  test.each(required.map(([name]) => name))('without %s', (name) => {
    expect(problemsOf(without(name))).toEqual([`${name} is missing`]);
  });

  test.each([
    [null, '(root) must be an object, not null'],
    [[], '(root) must be an object, not a list'],
    [posted({ api_version: 2 }), 'api_version must be the number 1, not the number 2'],
    [posted({ api_version: '1' }), 'api_version must be the number 1, not "1"'],
    [posted({ chat_id: 42 }), 'chat_id must be a string, not the number 42'],
    [posted({ message_id: null }), 'message_id must be a string, not null'],
    [posted({ message_sender: 'bot' }), 'message_sender must be customer or employee, not "bot"'],
    [posted({ text: '' }), 'text is an empty string'],
    [posted({ text: '', attachments: [attachment] }), 'text is an empty string'],
    [without('text'), 'text is missing, and there are no attachments either'],
    [posted({ text: null, attachments: [] }), 'text is missing, and there are no attachments either'],
    [posted({ attachments: {} }), 'attachments must be a list, not an object'],
    [posted({ attachments: ['x'] }), 'attachments[0] must be an object, not "x"'],
    [
      posted({ attachments: [{ ...attachment, file_type: 'video' }] }),
      'attachments[0].file_type must be image or audio, not "video"',
    ],
    [posted({ attachments: [{ ...attachment, data: 7 }] }), 'attachments[0].data must be a string, not the number 7'],
    [posted({ placeholders: null }), 'placeholders must be an object, not null'],
    [posted({ placeholders: { age: 7 } }), 'placeholders.age must be a string, not the number 7'],
    [posted({ link: { type: 'map', url: 'x' } }), 'link.type must be user, chat, phone, lead or other, not "map"'],
    [posted({ client_phone: 7 }), 'client_phone must be a string, not the number 7'],
  ])('%j', (value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  test('and a thousand wrong attachments are told as a hundred', () => {
    const { problems } = validate(posted({ attachments: Array.from({ length: 1000 }, () => 1) }));
    expect(problems).toHaveLength(100);
  });
});

describe('base64 is held strictly', () => {
  test.each([
    ['', 'is empty'],
    ['data:image/png;base64,AAAA', 'is a data: URL; base64 alone is wanted'],
    ['AA-_', 'is base64 in the alphabet of URLs; the standard one is wanted'],
    ['AAAA\nAAAA', 'is base64 with blanks or line breaks in it'],
    ['AAA', 'is base64 that was cut: its length is no multiple of 4'],
    ['A===', 'is not base64'],
    ['AA=A', 'is not base64'],
    ['{"a":1}', 'is not base64'],
    ['AAAA', null],
    ['AAA=', null],
    ['AA==', null],
  ])('%j', (data, problem) => {
    expect(base64Problem(data)).toBe(problem);
  });

  test.each([0, 1, 2, 3, 100])('%i bytes are counted without being decoded', (bytes) => {
    expect(base64Bytes(Buffer.alloc(bytes).toString('base64') || '')).toBe(bytes);
  });
});

describe('the type of an attachment is told by its bytes', () => {
  const audio = Buffer.from('OggS\0').toString('base64');
  test.each([
    ['image', pngData, 'photo.txt', []],
    ['audio', audio, 'voice.ogg', []],
    [
      'image',
      audio,
      'photo.png',
      ['attachments[0].data is audio/ogg by its bytes, which is not taken as image (assumed: mime-from-bytes)'],
    ],
    [
      'audio',
      pngData,
      'voice.ogg',
      ['attachments[0].data is image/png by its bytes, which is not taken as audio (assumed: mime-from-bytes)'],
    ],
    [
      'image',
      Buffer.from('RIFF0000WEBP').toString('base64'),
      'a.webp',
      ['attachments[0].data is image/webp by its bytes, which is not taken as image (assumed: mime-from-bytes)'],
    ],
  ])('%s %s as %s', (type, data, name, problems) => {
    const value = posted({ attachments: [{ file_name: name, file_type: type, data }] });
    expect(problemsOf(value)).toEqual(problems);
  });
});

describe('what the API answers', () => {
  const bad = posted({ chat_id: 1 });
  const lies = posted({ attachments: [{ ...attachment, data: Buffer.from('nothing').toString('base64') }] });
  const large = posted({
    attachments: [{ ...attachment, data: 'A'.repeat(Math.ceil((maxAttachmentBytes + 3) / 3) * 4) }],
  });

  test.each<[string, unknown, Refusing | null, number, string[]]>([
    ['200 to a sound message', posted(), null, 200, []],
    ['402 to a sound message when the balance is negative', posted(), 402, 402, []],
    ['424 to a sound message when the channel is disabled', posted(), 424, 424, []],
    ['402 before 422', bad, 402, 402, ['api-check-order']],
    ['424 before 415', lies, 424, 424, ['api-check-order']],
    ['422 to a wrong field', bad, null, 422, []],
    ['422 before 415', { ...lies, chat_id: 1 }, null, 422, []],
    ['415 to a type that is not taken', lies, null, 415, ['mime-from-bytes']],
    ['422 to more than 15 MB', large, null, 422, ['oversize-is-422']],
  ])('%s', (_, value, refusing, status, assumptions) => {
    expect(decide({ ok: true, value }, refusing)).toMatchObject({ status, assumptions });
  });

  test('what is no JSON is 422', () => {
    const decision = decide({ ok: false, message: 'Unexpected token \'a\', "secret" is not valid JSON' });
    expect(decision).toMatchObject({ status: 422, message: null });
    expect(JSON.stringify(answerBody(decision))).not.toContain('secret');
  });

  test('a 422 has a list of {loc, msg, type}, and no value of the message in it', () => {
    const decision = decide({ ok: true, value: posted({ message_sender: 'k7-secret', text: 7 }) });
    expect(answerBody(decision)).toEqual({
      detail: [
        { loc: ['body', 'message_sender'], msg: 'must be customer or employee', type: 'literal_error' },
        { loc: ['body', 'text'], msg: expect.stringContaining('must be a string'), type: 'string_type' },
      ],
    });
  });

  test('a 415 names the types that are taken', () => {
    expect(answerBody({ status: 415, problems: [] })).toMatchObject({
      allowed_mime_types: expect.arrayContaining(['image/png', 'audio/ogg']),
    });
  });
});

import { expect, test } from 'vitest';
import { messageTypeNames, messageTypes } from '../../src/contract/message-types.ts';
import { rules } from '../../src/contract/rules.ts';

test('the table of message types begins with those of the page, in its order', () => {
  const [, listed = ''] = /\((.+)\)/.exec(rules.R13.quote) ?? [];
  expect(listed.split(', ')).toEqual(['text', 'image', 'audio', 'document']);
  expect(messageTypeNames.slice(0, 4)).toEqual(listed.split(', '));
});

test('the documented message types carry what the page says, and the types of file that it lists', () => {
  expect(messageTypes).toMatchObject({
    text: { carries: 'text', mimeTypes: null },
    image: { carries: 'file', mimeTypes: ['image/png', 'image/jpeg', 'image/gif'] },
    audio: {
      carries: 'file',
      mimeTypes: ['ogg', 'mpeg', 'wav', 'x-wav', 'webm', 'mp4', 'm4a', 'x-m4a'].map((subtype) => `audio/${subtype}`),
    },
    document: { carries: 'file', mimeTypes: null },
  });
});

import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/contract/event.ts';
import { explainIssue } from '../../src/contract/explain-issue.ts';
import type { Issue } from '../../src/contract/issue.ts';

const file = { name: 'a.png', url: 'https://files.example/a.png', size_bytes: 10, mime_type: 'image/png' };
const text = { type: 'text', message_sender: 'ai', text: 'Hello' };
const image = { type: 'image', message_sender: 'ai', file };
const event = (...messages: unknown[]) => ({ event_type: 'new_messages', new_messages: messages });

/** All that is wrong with a body, which has to be one thing. */
function issueOf(body: unknown): Issue {
  const parsed = parseEvent(body);
  const issues = parsed.ok ? [] : parsed.issues;
  expect(issues).toHaveLength(1);
  return issues[0]!;
}

describe('an issue names what was found instead of the documented value', () => {
  const withFile = (more: object) => event({ ...image, file: { ...file, ...more } });

  test.each<[string, unknown, string | null]>([
    ['nothing at all', { event_type: 'new_messages' }, null],
    ['null', event({ ...text, text: null }), 'null'],
    ['a number', event({ ...text, text: 5 }), 'number'],
    ['an array', event({ ...text, text: [] }), 'array'],
    ['an object', event({ ...text, text: {} }), 'object'],
    ['an array for the event', [], 'array'],
    ['another text where the page lists some', event({ ...text, message_sender: 'bot' }), '"bot"'],
    ['a number where the page lists texts', event({ ...text, message_sender: 5 }), 'number'],
    ['another type', event({ ...text, type: 'video' }), '"video"'],
    ['null for a type', event({ ...text, type: null }), 'null'],
    ['another mime type', withFile({ mime_type: 'image/webp' }), '"image/webp"'],
    ['no mime type', event({ ...image, type: 'document', file: { ...file, mime_type: 'png' } }), '"png"'],
    ['a negative size', withFile({ size_bytes: -1 }), 'below 0'],
    ['half a byte', withFile({ size_bytes: 1.5 }), 'not whole'],
    ['a size that is a text', withFile({ size_bytes: '1' }), 'string'],
    ['no URL', withFile({ url: 'a.png' }), 'not a URL'],
    ['a text in an image', event({ ...image, text: 'x' }), 'not in its place'],
  ])('it does so for %s', (_, body, found) => {
    expect(issueOf(body).found).toBe(found);
  });
});

describe('an issue describes a value in a few words', () => {
  const described = (type: unknown) => issueOf(event({ ...text, type })).message.replace(/^.*, not /, '');

  test.each<[string, unknown, string]>([
    ['a short text', 'video', '"video"'],
    ['a text of 40 characters', 'x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['a longer one', 'x'.repeat(41), `"${'x'.repeat(40)}…"`],
    ['emoji, of which none is cut in two', '😀'.repeat(41), `"${'😀'.repeat(40)}…"`],
    ['an array', [1], 'an array'],
    ['an object', { a: 1 }, 'an object'],
    ['null', null, 'null'],
    ['a boolean', true, 'true'],
  ])('it describes %s', (_, value, words) => {
    expect(described(value)).toBe(words);
  });
});

test('a file without a name breaks the rule on files', () => {
  const { name: _, ...nameless } = file;
  expect(issueOf(event({ ...image, file: nameless }))).toMatchObject({
    path: 'new_messages[0].file.name',
    message: 'is missing',
    rule: 'R16',
  });
});

describe('explainIssue handles issues that the current schemas never produce', () => {
  const path = ['note'];

  test('it keeps the words of zod for an unknown kind of issue, and uses R9 for a field without a rule', () => {
    const issue = { code: 'too_big', maximum: 3, origin: 'string', path, message: 'Too big' } as const;
    expect(explainIssue(issue, { note: 'text' })).toEqual({
      path: 'note',
      steps: path,
      message: 'Too big',
      rule: 'R9',
      found: 'string',
    });
  });

  test('it names a single allowed value without an "or"', () => {
    const issue = { code: 'invalid_value' as const, values: ['a'], path, message: '' };
    expect(explainIssue(issue, { note: 'b' }).message).toBe('must be a, not "b"');
  });
});

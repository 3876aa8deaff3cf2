import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/config/read-yaml.ts';
import { createBot, matchableOf } from '../../src/platform/bot.ts';
import { compileMatcher, maxMatchMs, type Matcher } from '../../src/platform/matcher.ts';
import { compileRules, parseRules } from '../../src/platform/rules.ts';
import { customerMessage } from './customer-message.ts';

const read = (text: string) => parseRules(readYaml(Buffer.from(text), 'rules.yaml'));
const compile = (text: string, folder: string) => {
  const file = readYaml(Buffer.from(text), 'rules.yaml');
  return compileRules(parseRules(file), file, folder);
};

describe('a matcher', () => {
  const image = { fileName: 'a.png', fileType: 'image' as const, bytes: 1, mimeType: 'image/png' };
  test.each<[Matcher, boolean]>([
    [{}, true],
    [{ text: 'Hello there' }, true],
    [{ text: 'hello there' }, false],
    [{ text: { contains: 'there' } }, true],
    [{ text: { contains: 'There' } }, false],
    [{ text: { match: '^Hello' } }, true],
    [{ text: { match: '^hello' } }, false],
    [{ text: { match: '/^hello/i' } }, true],
    [{ text: { match: '^.{11}$' } }, true],
    [{ type: 'text' }, true],
    [{ type: 'image' }, true],
    [{ type: 'audio' }, false],
    [{ chat_id: '42' }, true],
    [{ chat_id: '4' }, false],
    [{ chat_id: '42', text: 'no' }, false],
  ])('%j fits: %s', (matcher, fits) => {
    const message = customerMessage({ attachments: [image] });
    expect(compileMatcher(matcher)(matchableOf(message))).toBe(fits);
  });

  test('takes a text for the same in whatever form of Unicode it comes', () => {
    const message = customerMessage({ text: 'Йод'.normalize('NFD') });
    expect(compileMatcher({ text: 'Йод' })(matchableOf(message))).toBe(true);
  });

  test('gives an expression up that would take years, says so, and goes on', () => {
    const slow: string[] = [];
    const fits = compileMatcher({ text: { match: '^(a+)+$' } });
    const startedAt = performance.now();
    expect(fits(matchableOf(customerMessage({ text: `${'a'.repeat(60)}b` })), (found) => slow.push(found))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(maxMatchMs * 20);
    expect(slow).toEqual(['^(a+)+$']);
    expect(fits(matchableOf(customerMessage({ text: 'aaa' })))).toBe(true);
  });
});

describe('a file of rules', () => {
  test('is a list of what comes and what is done about it', () => {
    const rules = read(`
- when: { text: { match: "^hello" }, chat_id: "42" }
  bot: [{ text: Here you are }, { image: photo.jpg }]
  employee: One moment
  after: 300ms
  then: takeover
- when: { type: audio }
  respond: 402@1s
- then: silent
`);
    expect(rules).toMatchObject([
      {
        when: { text: { match: '^hello' }, chat_id: '42' },
        bot: [
          { type: 'text', content: 'Here you are' },
          { type: 'image', content: 'photo.jpg' },
        ],
        employee: [{ type: 'text', content: 'One moment' }],
        afterMs: 300,
        handOver: 'employee',
      },
      { when: { type: 'audio' }, respond: { action: 402, delayMs: 1000 } },
      { when: {}, handOver: 'silent', bot: [] },
    ]);
  });

  test('may be JSON', () => {
    expect(read('[{"when": {"text": "Hi"}, "bot": "Hello"}]')).toMatchObject([{ bot: [{ content: 'Hello' }] }]);
  });

  test.each([
    ['- whn: {text: a}\n  bot: b', 'rules.yaml:1:3: [0].whn is not known here', 'did you mean "when"?'],
    ['- when: {text: a}\n  bott: b', 'rules.yaml:2:3: [0].bott is not known here', 'did you mean "bot"?'],
    ['- when: {txt: a}\n  bot: b', 'rules.yaml:1:10: [0].when.txt is not known here', 'did you mean "text"?'],
    ['- when: {text: 42}\n  bot: b', 'rules.yaml:1:10: [0].when.text must be a string, {match', '"42"'],
    ['- when: {text: {match: "("}}\n  bot: b', 'rules.yaml:1:17: [0].when.text.match is no regular expression', ''],
    ['- when: {text: {}}\n  bot: b', '[0].when.text has either match or contains', ''],
    ['- when: {type: video}\n  bot: b', 'must be text, image, audio or document', ''],
    ['- when: {chat_id: 42}\n  bot: b', 'rules.yaml:1:10: [0].when.chat_id must be a string', 'in quotes: "42"'],
    ['- when: {text: a}', 'rules.yaml:1:3: [0] does nothing', ''],
    ['- bot: []', 'has no message in it', ''],
    ['- bot: [{video: x}]', 'rules.yaml:1:10: [0].bot[0].video is not known here', ''],
    ['- bot: [{text: a, image: b}]', 'has one message', ''],
    ['- bot: yes\n  after: 3', 'rules.yaml:2:3: [0].after must be a duration', ''],
    ['- then: stop', 'must be silent or takeover', ''],
    ['- respond: 402x2', 'must be one answer', ''],
    ['- respond: abc', 'must be one answer', ''],
    ['when: a', 'rules.yaml:1:1: the rules are a list', 'begins with a dash'],
    ['', 'rules.yaml:1:1: the rules are a list', ''],
    ['- bot: "x', 'rules.yaml:1:', ''],
    ['- bot: a\n  bot: b', 'rules.yaml:2:3: ', ''],
    ['- &a bot: a\n- *a', 'an alias', ''],
    ['- bot: !!js/function x', 'rules.yaml:1:', ''],
    ['- bot: a\n---\n- bot: b', 'rules.yaml:2:1', ''],
    ['- __proto__: {then: silent}', 'is not known here', ''],
  ])('%j is refused with its place', (text, message, hint) => {
    let error: unknown;
    try {
      read(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name: 'HookError', exitCode: 2, message: expect.stringContaining(message) });
    expect((error as { hint?: string }).hint ?? '').toContain(hint);
  });

  test('the first rule that fits decides, and composes its events for the chat', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    writeFileSync(join(folder, 'a.txt'), 'hello');
    const text = '- {when: {text: Hi}, bot: [Hello, {document: a.txt}], employee: Yes}\n- bot: other';
    const bot = createBot({ reply: null, rules: await compile(text, folder) });
    const message = customerMessage({ text: 'Hi' });
    const { replies } = bot.replyTo(message, bot.ruleFor(message))!;
    const events = await Promise.all(replies.map(async (compose) => JSON.parse(String((await compose('42')).body()))));
    expect(events).toMatchObject([
      { chat_id: '42', new_messages: [{ text: 'Hello', message_sender: 'ai' }, { type: 'document' }] },
      { chat_id: '42', new_messages: [{ text: 'Yes', message_sender: 'employee' }] },
    ]);
  });

  test('a file that is not there is found when the rules are read, with its place', async () => {
    const rules = '- bot: Hello\n- when: {text: Hi}\n  employee: {image: nothere.png}';
    await expect(compile(rules, tmpdir())).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^rules\.yaml:3:3: \[1\]\.employee: cannot read .*nothere\.png/),
    });
  });

  test('a file that Suvvy cannot send that way is found when the rules are read, with its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    writeFileSync(join(folder, 'a.txt'), 'hello');
    await expect(compile('- bot: {image: a.txt}', folder)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^rules\.yaml:1:3: \[0\]\.bot: .*a\.txt/),
    });
  });
});

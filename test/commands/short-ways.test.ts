import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePort } from '../../src/commands/flags/option-parsers.ts';
import { parseTarget } from '../../src/delivery/target.ts';
import { ndjson, run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';

const text = '{"event_type":"new_messages","new_messages":[{"type":"text","message_sender":"ai","text":"own"}]}';

describe('a short address means http on this machine', () => {
  test.each([
    [':3000', 'http://localhost:3000/'],
    [':3000/webhook?a=1', 'http://localhost:3000/webhook?a=1'],
    ['localhost', 'http://localhost/'],
    ['localhost:3000/x', 'http://localhost:3000/x'],
    ['LOCALHOST:3000', 'http://localhost:3000/'],
    ['3000', 'http://localhost:3000/'],
    ['https://example.com/x', 'https://example.com/x'],
  ])('%s means %s', (typed, meant) => {
    expect(parseTarget(typed).href).toBe(meant);
  });

  test.each(['localhost.example', 'localhosts:1', '300000', ':port', '3000/x'])('%s is not guessed', (typed) => {
    expect(() => parseTarget(typed)).toThrow('is not an http(s) URL');
  });

  test('a port may be typed as :3000, as in an address', () => {
    expect(parsePort(':3000')).toBe(3000);
  });
});

describe('the URL may be the last word', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'own.json');
  writeFileSync(file, text);
  const cases: [string[], string[]][] = [
    [['send', 'text'], ['text']],
    [
      ['send', 'text', 'image'],
      ['text', 'image'],
    ],
    [['send', 'fixture', 'text'], ['text']],
    [['send', 'file', file], [file]],
    [['send', file], ['own']],
    [['send', 'message', 'Hello'], ['message']],
    [['send', 'message', '--text', 'Hello'], ['message']],
    [['send'], ['text', 'image', 'audio', 'document', 'test_request']],
  ];
  test.each(cases)('after %j', async (words, names) => {
    const { url, port } = await target();
    for (const last of [url, `localhost:${port}/`, `:${port}`]) {
      const { code, out, err } = await run([...words, last, '--json']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(
        ndjson(out)
          .slice(0, -1)
          .map(({ fixture }) => fixture),
      ).toEqual(names);
    }
  });

  test('with flags before it and after it', async () => {
    const { url, seen } = await target();
    expect((await run(['send', 'text', '--chat-id', '7', url, '--repeat', '2'])).code).toBe(0);
    expect(seen).toHaveLength(2);
    expect(seen[0]!.body).toContain('"7"');
  });

  test('of send message, after a text that is a word too', async () => {
    const { url, seen } = await target();
    expect((await run(['send', 'message', 'first', '--text', 'second', url])).code).toBe(0);
    expect(JSON.parse(seen[0]!.body).new_messages.map((message: { text: string }) => message.text)).toEqual([
      'first',
      'second',
    ]);
  });
});

describe('what could mean two things is exit 2, and says why', () => {
  const url = 'http://127.0.0.1:1/';
  test.each([
    [['send', 'text', url, '--url', url], 'there are two URLs'],
    [['send', 'text', url, url], 'there are two URLs'],
    [['send', 'message', 'Hello', url, '--url', url], 'there are two URLs'],
    [['send', 'file', 'x.json', url, '--url', url], 'there are two URLs'],
    [['replay', 'x.ndjson', url, '--url', url], 'there are two URLs'],
    [['check', url, '--url', url], 'there are two URLs'],
    [['send', url, 'text'], '"text" comes after the URL'],
    [['send', 'fixture', url, 'text'], '"text" comes after the URL'],
    [['send', 'message', 'Hello', 'world', '--url', url], '"world" is one word too many'],
    [['send', 'message', url], 'the message is empty'],
    [['send', 'file', url], 'there is no file to send'],
    [['listen', '3000', '--port', '3001'], 'there are two ports'],
    [['listen', 'three'], 'whole number'],
  ])('as in %j', async (argv, why) => {
    const { code, out, err } = await run(argv);
    expect(err).toContain(why);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

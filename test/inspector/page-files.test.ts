import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatJson, lineOf } from '../../src/inspector/page/format-json.ts';
import { groupOf, messagesOf } from '../../src/inspector/page/messages.ts';
import { visible } from '../../src/inspector/page/visible.ts';
import { openInspector } from './open-inspector.ts';

const built = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../dist/ui', name));

describe('the files of the page', () => {
  test('the script has at most 80 KB, 28 KB zipped, and the style 16 KB', () => {
    expect(built('app.js').length).toBeLessThanOrEqual(80 * 1024);
    expect(gzipSync(built('app.js')).length).toBeLessThanOrEqual(28 * 1024);
    expect(built('app.css').length).toBeLessThanOrEqual(16 * 1024);
  });

  test('nothing in them is inline, comes from elsewhere, or writes markup', () => {
    const [html, css, js] = ['index.html', 'app.css', 'app.js'].map((name) => built(name).toString());
    expect(html).not.toMatch(/<style|<script(?! type="module" src="\/app\.js">)|\son\w+=|https?:/);
    expect(css).not.toMatch(/url\(|@import|https?:/);
    expect(js).not.toMatch(/insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });

  test('they are served with their types, and have no data in them', async () => {
    const { origin, token } = await openInspector();
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/app.js', 'text/javascript'],
      ['/ru.js', 'text/javascript'],
      ['/app.css', 'text/css'],
    ]) {
      const res = await fetch(origin + path);
      expect([res.status, res.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
      expect(await res.text()).not.toContain(token);
    }
  });
});

describe('JSON in lines', () => {
  const lines = (text: string): string[] =>
    formatJson(text).map(({ indent, pieces }) => '  '.repeat(indent) + pieces.map((piece) => piece.text).join(''));

  test('values stay as they are written: long numbers, escapes, names that are there twice', () => {
    const text = '{"a":12345678901234567890,"a":"\\u0041\\"x","b":[],"c":[{}, 1e400,[null]]}';
    expect(lines(text)).toEqual([
      '{',
      '  "a": 12345678901234567890,',
      '  "a": "\\u0041\\"x",',
      '  "b": [],',
      '  "c": [',
      '    {},',
      '    1e400,',
      '    [',
      '      null',
      '    ]',
      '  ]',
      '}',
    ]);
  });

  test.each(['{"a":[1,{"b":"x, y: {z}"}],"c d":{"e":{}}}', '[]', '"text"', '-1.5e3', '[[[]],{"":[true]}]'])(
    '%s means the same afterwards',
    (text) => {
      expect(JSON.parse(lines(text).join('\n'))).toEqual(JSON.parse(text));
    },
  );

  test('the line of a path is found, or of the nearest thing around it where it is missing', () => {
    const made = formatJson('{"new_messages":[{"text":"a"},{"file":{"a b":1}}]}');
    const textAt = (path: string): string | undefined =>
      made[lineOf(made, path)]?.pieces.map(({ text }) => text).join('');
    expect(textAt('new_messages[0].text')).toBe('"text": "a"');
    expect(textAt('new_messages[1].file["a b"]')).toBe('"a b": 1');
    expect(textAt('new_messages[1].file.url')).toBe('"file": {');
    expect(textAt('new_messages[1]')).toBe('{');
    expect(textAt('chat_id')).toBe('{');
    expect(lineOf(made, 'new_messages[1]')).toBeGreaterThan(lineOf(made, 'new_messages[0]'));
  });

  test('what is no JSON comes in the lines that it has', () => {
    expect(lines('one\ntwo {')).toEqual(['one', 'two {']);
  });
});

describe('what the page makes of a body', () => {
  test.each(['', 'null', '7', '[]', '{"new_messages":7}', '{"new_messages":[null,7,"x"]}'])(
    '%s has no messages',
    (body) => {
      expect(messagesOf(body).shown).toEqual([]);
    },
  );

  test('messages of any shape are texts, and very many are counted', () => {
    const { shown, more } = messagesOf(
      JSON.stringify({
        new_messages: Array.from({ length: 60 }, () => ({ type: 7, text: { toString: 1 }, file: [] })),
      }),
    );
    expect(shown[0]).toEqual({ index: 0, sender: '', type: '7', text: '{"toString":1}', file: null });
    expect([shown.length, more]).toEqual([50, 10]);
  });

  test.each([
    [{ chatId: '42', eventType: 'new_messages' }, 'chat:42'],
    [{ chatId: null, eventType: 'new_messages' }, 'chatless'],
    [{ chatId: null, eventType: 'test_request' }, 'tests'],
    [{ chatId: null, eventType: 'later' }, 'others'],
    [{ chatId: null, eventType: null }, 'refused'],
  ])('%j belongs to %s', (event, group) => {
    expect(groupOf(event as any)).toBe(group);
  });

  test('what cannot be seen is spelled out, and what scripts and emoji need stays', () => {
    expect(visible('a\u202eb\u200bc\u{e0041}\0')).toBe('a\\u202eb\\u200bc\\u{e0041}\\u0000');
    expect(visible('line\n\tметка 👩‍👩‍👧‍👦 क्‍ष')).toBe('line\n\tметка 👩‍👩‍👧‍👦 क्‍ष');
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { firstMistake, placesOf } from '../../src/commands/validate/places.ts';
import { run } from '../helpers/fake-host.ts';

type Path = (string | number)[];

/** Every way into a value, and one step too far. */
function pathsInto(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path, [...path, 'nothing'], [...path, 0]];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [
    path,
    [...path, 'nothing'],
    [...path, 99],
    ...entries.flatMap(([step, inner]) => pathsInto(inner, [...path, step])),
  ];
}

/** The same, by a tree of the whole and by cutting the text: slow, and easy to see through. */
function slowPlace(text: string, path: Path): { line: number; column: number } {
  const tree = parseTree(text)!;
  const lengths = Array.from({ length: path.length }, (_, at) => path.length - at);
  const node = lengths.map((length) => findNodeAtLocation(tree, path.slice(0, length))).find(Boolean) ?? tree;
  const before = text.slice(0, node.offset).split('\n');
  return { line: before.length, column: [...before.at(-1)!].length + 1 };
}

describe('the places that validate shows', () => {
  test('are those that a tree would give for any value in any JSON, on one line or many', () => {
    const json = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())),
    );
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), fc.constantFrom('', '\n', '  '), (value, indent, before) => {
        const text = before + JSON.stringify(value, null, indent);
        const paths = pathsInto(JSON.parse(text)).slice(0, 60);
        expect(placesOf(text, paths)).toEqual(paths.map((path) => slowPlace(text, path)));
      }),
      { numRuns: 100 },
    );
  });

  test('are the first one for a name that occurs twice', () => {
    expect(placesOf('{"a":1,"b":{"c":2},"a":3}', [['a'], ['b', 'c']])).toEqual([
      { line: 1, column: 6 },
      { line: 1, column: 17 },
    ]);
  });

  test('count a surrogate pair as one character', () => {
    expect(placesOf('{"😀":"👍","a":1}', [['a']])).toEqual([{ line: 1, column: 14 }]);
  });

  test('include the first error in the JSON', () => {
    expect(firstMistake('{\n "a": ]\n')).toEqual({ words: 'value expected', line: 2, column: 7 });
    expect(firstMistake('{}')).toBeNull();
    expect(firstMistake('['.repeat(200_000))).toBeNull();
  });
});

test('a hundred problems at the end of one long line take no longer than one', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const sound = JSON.stringify({ type: 'text', message_sender: 'ai', text: 'ё'.repeat(2000) });
  const file = (name: string, problems: number): string => {
    const messages = [...Array.from({ length: 2000 }, () => sound), ...Array.from({ length: problems }, () => '{}')];
    writeFileSync(join(folder, name), `{"event_type":"new_messages","new_messages":[${messages.join(',')}]}`);
    return join(folder, name);
  };
  const timed = async (path: string): Promise<{ ms: number; lines: number }> => {
    const startedAt = performance.now();
    const { out } = await run(['validate', path]);
    return { ms: performance.now() - startedAt, lines: out.trim().split('\n').length };
  };
  const [one, many] = [file('one.json', 1), file('many.json', 100)];
  await timed(one);
  const [few, hundred] = [await timed(one), await timed(many)];
  expect(hundred.lines).toBe(100);
  // Place by place it took a hundred times as long.
  expect(hundred.ms).toBeLessThan(few.ms * 20);
});

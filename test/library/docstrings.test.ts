import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';

const src = join(import.meta.dirname, '../../src');

interface Export {
  name: string;
  /** What stands in front of its declaration: a comment, or nothing. */
  comment: string;
}

const exported: Export[] = [
  ...readFileSync(join(src, 'index.ts'), 'utf8').matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm),
].flatMap(([, names, file]) => {
  const text = readFileSync(join(src, file!), 'utf8');
  return names!
    .split(',')
    .map((word) => word.replace(/\btype\b/, '').trim())
    .filter((word) => word !== '')
    .map((word) => {
      const [inside, outside = inside] = word.split(/ as /);
      return { name: outside!, comment: commentOf(text, inside!) };
    });
});

/** The comment on the declaration of a name; of the first one, where there are several of it. */
function commentOf(text: string, name: string): string {
  const declared = new RegExp(`^export (?:async )?(?:function|interface|type|const|class) ${name}\\b`, 'm').exec(text);
  const before = text.slice(0, declared?.index ?? 0).trimEnd();
  return before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : '';
}

test('every export of the library is looked at', () => {
  const names = new Set(exported.map(({ name }) => name));
  expect(Object.keys(library).filter((name) => !names.has(name))).toEqual([]);
  expect(exported.length).toBeGreaterThan(80);
});

test('every export of the library has a docstring', () => {
  expect(exported.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([]);
});

test('every function of the library has an example in its docstring', () => {
  const values = new Map<string, unknown>(Object.entries(library));
  const functions = exported.filter(({ name }) => typeof values.get(name) === 'function' && name !== 'HookError');
  expect(functions.filter(({ comment }) => !comment.includes('@example')).map(({ name }) => name)).toEqual([]);
});

test('a rule that a docstring of the library mentions is one of the table', () => {
  const mentioned = exported.flatMap(({ comment }) => [...comment.matchAll(/\bR\d+\b/g)].map(([id]) => id));
  expect(mentioned.filter((id) => !Object.hasOwn(library.rules, id))).toEqual([]);
});

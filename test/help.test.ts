import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { bin } from './helpers/process.ts';
import { type, webhook } from './helpers/typed.ts';

function help(words: readonly string[]): string {
  return execFileSync(process.execPath, [bin, ...words, '--help'], { encoding: 'utf8' });
}

/** The command itself, and those below it as its help lists them. */
function family(words: readonly string[]): { name: string; text: string }[] {
  const text = help(words);
  const [, list = ''] = /^Commands:\n((?: .*\n)+)/m.exec(text) ?? [];
  const names = [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
  return [{ name: words.join(' '), text }, ...names.flatMap((name) => family([...words, name]))];
}

function examplesOf(text: string): string[] {
  const [, block = ''] = /^Examples:\n((?: .*\n?)+)/m.exec(text) ?? [];
  return [...block.matchAll(/^ {2}\$ (.+)$/gm)].map(([, line]) => line!);
}

const pages = commands.flatMap(({ name }) => family([name]));

describe.each(pages)('suvvy-hook $name --help', ({ text }) => {
  const examples = examplesOf(text);

  test('has examples', () => {
    expect(examples).not.toEqual([]);
    for (const example of examples) expect(example).toContain('suvvy-hook ');
  });

  // What a shell of another kind reads is tested in that shell: test/commands/completion.test.ts.
  test.each(examples.filter((line) => !/^source |fish/.test(line)))('%s', async (line) => {
    const { url } = await webhook();
    const { code, output } = await type(line, url);
    expect(output).not.toMatch(/error:/);
    // A pipeline that is interrupted as a whole ends by the signal.
    expect({ output, ended: code === 0 || code === null }).toEqual({ output, ended: true });
  });
});

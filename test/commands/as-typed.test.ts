import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programName } from '../../src/commands/as-typed.ts';
import { commands } from '../../src/commands/index.ts';
import { main } from '../../src/cli.ts';
import { fakeHost } from '../helpers/fake-host.ts';
import { listening } from '../helpers/listening.ts';
import { target } from '../helpers/target.ts';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const program = 'node bin/suvvy-hook.js';
const scriptPath = join(process.cwd(), 'bin/suvvy-hook.js');

/** Titles, not commands: the name of a report, and the mark in the texts that check sends. */
const isTitle =
  /\[suvvy-hook check|^\s*(\*|\/\/|\/\*\*)|(<h1>|name: '|'notice', '|'error', '|'✘'\} |of `)suvvy-hook check/;

test('every command in the source is written as npx suvvy-hook, or as an example of --help, so that it can be pasted', () => {
  const names = commands.map(({ name }) => name).join('|');
  const command = new RegExp(`(?<!npx |\\$ |\\| |<\\(|\\$\\()\\bsuvvy-hook (?:${names})\\b`);
  const odd = files.flatMap((file) =>
    readFileSync(join(source, file), 'utf8')
      .split('\n')
      .filter((line) => command.test(line) && !isTitle.test(line) && !/^ {2}\['suvvy-hook/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(odd).toEqual([]);
});

test.each([
  [['--help']],
  [['send', 'fixture', '--help']],
  [['send', 'fixture', 'txet', '--url', 'http://127.0.0.1:1/']],
  [['check', '--list', '--only', 'nothing']],
])('on a terminal in a checkout, %j names the program as it was started', async (argv) => {
  const host = fakeHost({ scriptPath });
  await main(argv, host);
  const text = host.out() + host.err();
  expect(text).toContain(program);
  expect(text).not.toMatch(/(npx|\$) suvvy-hook/);
});

test('listen and check do so too, but a written report keeps npx', async () => {
  const { host } = await listening([], { scriptPath });
  expect(host.err()).toContain(`try it: ${program} send fixture --url http://127.0.0.1:`);
  const { url } = await target(503);
  const checking = fakeHost({ scriptPath });
  await main(['check', url, '--only', 'event/test-request', '--report', 'json'], checking);
  expect(checking.err()).toContain(`${program} check http`);
  expect(checking.out()).toContain('npx suvvy-hook check http');
});

test.each([
  ['/work/node_modules/.bin/suvvy-hook', {}, 'npx suvvy-hook'],
  ['/home/me/.npm/_npx/1a2b/node_modules/.bin/suvvy-hook', { npm_command: 'exec' }, 'npx suvvy-hook'],
  ['/usr/local/bin/suvvy-hook', {}, 'suvvy-hook'],
  ['/work/bin/suvvy-hook.js', {}, 'node bin/suvvy-hook.js'],
  ['/work/bin/suvvy-hook.js', { npm_command: 'exec' }, 'npx suvvy-hook'],
  ['/other place/bin/suvvy-hook.js', {}, "node '/other place/bin/suvvy-hook.js'"],
])('a program that was started as %s with %j is typed as %s', (path, env, typed) => {
  expect(programName({ scriptPath: path, env, cwd: '/work' })).toBe(typed);
});

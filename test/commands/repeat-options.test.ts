import { execFileSync } from 'node:child_process';
import { Command, type Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { addCheckFlags, noteGiven } from '../../src/commands/check/flags.ts';
import { repeatOptions } from '../../src/commands/check/repeat-options.ts';
import { receiver, secret, sound } from '../checks/receivers.ts';
import { ndjson, run } from '../helpers/fake-host.ts';

/** Flags that the printed command does without: it names target, case and secret by itself. */
const leftOut =
  '--url --profile --only --secret --secret-file --env-file --list --explain --dry-run --bail --report'.split(' ');

const { options: flags } = addCheckFlags(new Command('check'));

const named = (options: readonly Option[]) => options.map((option) => [option.long!, option] as const);

function parse(argv: readonly string[]) {
  const command = addCheckFlags(new Command('check')).exitOverride().argument('[url]');
  const given = noteGiven(command);
  command.parse(argv, { from: 'user' });
  return { options: command.opts(), given };
}

function repeat(argv: readonly string[]): string {
  return repeatOptions(parse(argv).given, (text) => text.replaceAll(secret, '***'));
}

/** The words of a line as a shell reads them. */
function wordsOf(line: string): string[] {
  const env = { ...process.env, SUVVY_WEBHOOK_SECRET: secret };
  return execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { env, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

/** Every way to type a flag, with each of the values that it takes. */
function typings({ long, flags: usage, optional, required, argChoices, parseArg }: Option): string[][] {
  const takes = (value: string): boolean => {
    try {
      parseArg?.(value, undefined);
      return true;
    } catch {
      return false;
    }
  };
  const values = (argChoices ?? ['1.5s', '7', `it's $HOME; "so"`, '-x', '']).filter(takes);
  if (!optional && !required) return [[long!]];
  const spaced = values.map((value) => [long!, value]);
  if (values.length === 0) throw new Error(`no value to try ${usage} with`);
  return required ? spaced : [[long!], ...values.map((value) => [`${long}=${value}`])];
}

describe('the command that repeats a case has every flag of the run in it', () => {
  test.each(named(flags.filter(({ long }) => !leftOut.includes(long!))))('%s, as it was typed', (name, flag) => {
    for (const typed of typings(flag)) {
      expect(repeat(typed)).toContain(name);
      expect(parse(wordsOf(repeat(typed))).options).toEqual(parse(typed).options);
    }
  });

  test.each(named(flags.filter(({ long }) => leftOut.includes(long!))))('but %s', (_, flag) => {
    for (const typed of typings(flag).filter((words) => words.at(-1) !== '')) expect(repeat(typed)).toBe('');
  });

  test('except for words that are not flags', () => {
    expect(leftOut.filter((name) => !flags.some(({ long }) => long === name))).toEqual([]);
  });

  test('in the order in which they were typed, because the last one wins', () => {
    const argv = [
      '--chat-id',
      '42',
      '--strict',
      '--no-chat-id',
      '--expect-fetch',
      '2s',
      '--skip',
      'auth',
      '--skip=perf',
    ];
    expect(repeat(argv)).toBe('--chat-id 42 --strict --no-chat-id --expect-fetch=2s --skip auth --skip perf');
    expect(parse(wordsOf(repeat(argv))).options).toEqual(parse(argv).options);
  });

  test('but never the secret, wherever it was typed', () => {
    const argv = ['--secret', secret, '--start', `TOKEN=${secret} npm start`, '--cacert', secret];
    expect(repeat(argv)).toBe(`--start 'TOKEN=*** npm start' --cacert '***'`);
    expect(repeat(['--secret', ''])).toBe(`--secret ''`);
  });

  test('and every flag of the help is one of these', async () => {
    const { out } = await run(['check', '--help']);
    const shown = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name!);
    const others = shown.filter((name) => !flags.some(({ long }) => long === name));
    expect(shown.length).toBeGreaterThan(20);
    expect(others.toSorted()).toEqual(['--help', '--json', '--no-color', '--quiet', '--verbose', '--version']);
  });
});

describe('the printed command for a failed run fails again', () => {
  test.for([
    [['--max-p95', '0.001ms'], 'perf/budget'],
    [['--max-latency=0.001ms'], 'perf/budget'],
    [['--strict', '--warmup', '1', '--no-chat-id'], 'event/unknown-message-kind'],
    [['--expect-fetch=20ms'], 'files/fetched'],
  ] as const)('with %j', async ([given, id]) => {
    const { url } = await receiver((request) =>
      request.text.includes('[suvvy-hook check event/unknown-message-kind]')
        ? void request.res.writeHead(422).end()
        : sound(request),
    );
    const check = (...argv: string[]) => run(['check', ...argv, '--json']);
    const first = await check(url, '--only', id, '--secret', secret, ...given);
    expect(first).toMatchObject({ code: 1 });
    const { command } = ndjson(first.out).find((line) => line['id'] === id)!['reproduce'] as { command: string };
    expect(command).not.toContain(secret);
    const [, , , ...argv] = wordsOf(command);
    expect(await check(...argv)).toMatchObject({ code: 1 });
    expect(await check(url, '--only', id, '--secret', secret)).toMatchObject({ code: 0 });
  });
});

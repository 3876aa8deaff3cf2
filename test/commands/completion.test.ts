import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { listFixtures } from '../../src/fixtures/list.ts';
import { run } from '../helpers/fake-host.ts';
import { bin } from '../helpers/process.ts';

/** What can follow a line; the last word is the one being typed. */
async function complete(...words: string[]): Promise<{ values: string[]; files: boolean; about: string[] }> {
  const { code, out, err } = await run(['completion', 'fish', '--', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const lines = out.split('\n').filter((line) => line !== '' && line !== ':files');
  return {
    values: lines.map((line) => line.split('\t')[0]!),
    about: lines.map((line) => line.split('\t')[1]!),
    files: out.includes(':files\n'),
  };
}

describe('completion knows what can come next', () => {
  test('it offers commands, each with its summary', async () => {
    const { values, about } = await complete('');
    expect(values).toEqual([...commands.map(({ name }) => name), 'help']);
    expect(about.slice(0, -1)).toEqual(commands.map(({ summary }) => summary));
  });

  test.each([
    [
      ['fixtures', ''],
      ['list', 'show', 'path', 'save', 'help'],
    ],
    [
      ['--json', 'fixtures', ''],
      ['list', 'show', 'path', 'save', 'help'],
    ],
    [
      ['send', 'message', '--text', 'send', '--sender', ''],
      ['ai', 'employee'],
    ],
    [
      ['send', 'message', '--sender='],
      ['--sender=ai', '--sender=employee'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['listen', '--port', ''], []],
    [['nonsense', ''], []],
    [['send', 'fixture', '--secret', '--', '--sec'], expect.arrayContaining(['--secret-file'])],
  ])('it completes %j', async (words, values) => {
    expect((await complete(...words)).values).toEqual(values);
  });

  test('it offers fixtures where a fixture is named', async () => {
    const names = (await listFixtures()).map(({ name }) => name);
    for (const words of [
      ['send', 'fixture', ''],
      ['send', 'fixture', 'text', ''],
      ['fixtures', 'show', ''],
      ['fixtures', 'path', ''],
    ])
      expect((await complete(...words)).values).toEqual(names);
    expect((await complete('fixtures', 'show', 'text', '')).values).toEqual([]);
  });

  test('it offers cases where a case is named, and report formats', async () => {
    for (const flag of ['--only', '--skip', '--explain'])
      expect((await complete('check', flag, '')).values).toContain('deliver/text-ai');
    expect((await complete('check', '--report', '')).values).toContain('junit');
  });

  test.each([
    [['validate', ''], true],
    [['validate', 'a.json', ''], true],
    [['send', 'file', '--', ''], true],
    [['send', 'fixture', ''], true],
    [['send', 'fixture', '--fixtures', ''], true],
    [['listen', '--secret-file=x'], true],
    [['listen', '--path', ''], false],
    [['fixtures', 'show', ''], false],
  ])('it completes %j with files: %s', async (words, files) => {
    expect((await complete(...words)).files).toBe(files);
  });

  test('it offers every flag of the help with its description, and the global flags', async () => {
    const { values, about } = await complete('listen', '--');
    expect(values).toEqual(
      expect.arrayContaining(['--port', '--secret', '--events', '--help', '--json', '--no-color']),
    );
    expect(about).not.toContain('');
    expect((await complete('listen', '--events', 'a', '--str')).values).toContain('--strict');
    expect((await complete('listen', '--', '--')).values).toEqual([]);
  });

  test('an unknown shell is exit 2', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({ code: 2, out: '' });
  });
});

/** A folder with files to find, and the command in the PATH. */
function workplace(): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const shims = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  symlinkSync(bin, join(shims, 'suvvy-hook'));
  writeFileSync(join(cwd, 'event.json'), '{}');
  writeFileSync(join(cwd, 'two words.json'), '{}');
  mkdirSync(join(cwd, '.config'));
  return {
    cwd,
    env: { PATH: shims + delimiter + process.env['PATH'], HOME: cwd, TERM: 'dumb', PS1: '$ ', LANG: 'C.UTF-8' },
  };
}

function isMissing(...programs: string[]): boolean {
  return programs.some((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
}

/** What a person sees after the line was typed in an interactive shell, once it fits. */
function type(shell: string, setUp: string, keys: string, wanted: RegExp): Promise<string> {
  const { cwd, env } = workplace();
  // `script` of util-linux is the terminal.
  const child = spawn('script', ['-qfec', shell, '/dev/null'], { cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.write(`${setUp}; echo set-$((40 + 2))\n`);
  return new Promise((resolve, reject) => {
    let screen = '';
    let isSetUp = false;
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk;
      if (!isSetUp && screen.includes('set-42')) {
        isSetUp = true;
        screen = '';
        child.stdin.write(keys);
      } else if (isSetUp && wanted.test(screen)) resolve(screen);
    });
    child.once('close', () => reject(new Error(`it ended before ${wanted}: ${screen}`)));
  });
}

const lines: [keys: string, seen: RegExp][] = [
  ['suvvy-hook se\t', /suvvy-hook send $/],
  ['suvvy-hook send \t', /fixture[^]*message/],
  ['suvvy-hook send fixture mix\t', /mixed $/],
  ['suvvy-hook send message --sender=e\t', /--sender=employee $/],
  ['suvvy-hook send fixture --url http://a:1/b --inse\t', /b --insecure $/],
  ['suvvy-hook validate ev\t', /validate event\.json $/],
  ['suvvy-hook validate two\t', /two\\ words\.json $/],
  ['suvvy-hook listen --ready-file=ev\t', /--ready-file=event\.json $/],
];

describe.each([
  ['bash', 'bash --norc --noprofile -i', "bind 'set show-all-if-ambiguous on'; source <(suvvy-hook completion bash)"],
  ['zsh', 'zsh -f -i', 'autoload -Uz compinit; compinit -u -D; source <(suvvy-hook completion zsh)'],
])('TAB in %s works', (shell, command, setUp) => {
  test.for(lines)('after %j', async ([keys, seen], context) => {
    if (isMissing(shell, 'script')) context.skip(`${shell} or script is not installed`);
    expect(await type(command, setUp, keys, seen)).toMatch(seen);
  });
});

describe('TAB in fish works', () => {
  test.for([
    ['suvvy-hook se', 'send\tdeliver events to a webhook, and show what Suvvy would conclude'],
    ['suvvy-hook send fixture mix', 'mixed'],
    ['suvvy-hook send message --sender=e', '--sender=employee'],
    ['suvvy-hook validate ev', 'event.json'],
    ['suvvy-hook listen --ready-file=ev', '--ready-file=event.json'],
    ['suvvy-hook listen --port ', ''],
  ])('after %j', ([line, seen], context) => {
    if (isMissing('fish')) context.skip('fish is not installed');
    const { cwd, env } = workplace();
    const script = `suvvy-hook completion fish | source; complete -C '${line}'`;
    const { stdout, stderr } = spawnSync('fish', ['-N', '-c', script], { cwd, env, encoding: 'utf8' });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: seen, stderr: '' });
  });
});

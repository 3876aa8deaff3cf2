import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { outputs } from '../../src/reporters/github-files.ts';
import { packageVersion } from '../../src/version.ts';
import { sampleReport } from './sample-report.ts';

interface Action {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: {
    using: string;
    steps: { id: string; shell: string; 'working-directory': string; env: Record<string, string>; run: string }[];
  };
}

interface Workflow {
  jobs: Record<string, { steps: { uses?: string; run?: string; with?: Record<string, unknown> }[] }>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const action = parse(read('action.yml')) as Action;
const step = action.runs.steps[0]!;

const folder = mkdtempSync(join(tmpdir(), 'ci-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  stdout: string;
  stderr: string;
  status: number | null;
}

/** Runs a script with this as its `npx`. */
function ranWith(npx: string, [command = '', ...args]: string[], env: Record<string, string>): Ran {
  writeFileSync(join(folder, 'npx'), npx);
  chmodSync(join(folder, 'npx'), 0o755);
  return spawnSync(command, args, { encoding: 'utf8', cwd: folder, env: { PATH: `${folder}:/usr/bin:/bin`, ...env } });
}

/** Runs a script with an `npx` that writes down its arguments, one a line. */
function argumentsOf(shell: string[], env: Record<string, string>): string[] {
  const { stdout, stderr, status } = ranWith('#!/bin/sh\nprintf "%s\\n" "$@"\n', shell, env);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trimEnd().split('\n');
}

describe('action.yml', () => {
  const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run];
  const outputFile = join(folder, 'output');
  // As GitHub gives them: each one is there, and empty where nobody filled it in.
  const given = {
    ...Object.fromEntries(Object.keys(step.env).map((name) => [name, ''])),
    SUVVY_WEBHOOK_SECRET: 's3cret-of-a-test',
    GITHUB_OUTPUT: outputFile,
  };
  const run = (env: Record<string, string>): string[] => argumentsOf(shell, { ...given, ...env });
  const ours = `#!/bin/sh\nshift 2\nexec '${process.execPath}' '${join(root, 'bin/suvvy-hook.js')}' "$@"\n`;
  const check = (env: Record<string, string>, npx = ours): Ran & { written: string[] } => {
    writeFileSync(outputFile, '');
    const ran = ranWith(npx, shell, { ...given, ...env });
    return { ...ran, written: readFileSync(outputFile, 'utf8').trimEnd().split('\n') };
  };

  test('nothing is pasted into a script', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run: script } of action.runs.steps) expect(script).not.toContain('${{');
  });

  test('every input reaches the script, through its environment', () => {
    const passed = [...Object.values(step.env), step['working-directory']].map(
      (value) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1],
    );
    expect(passed.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
    for (const name of Object.keys(step.env)) {
      if (name === 'SUVVY_WEBHOOK_SECRET') continue;
      expect(step.run).toContain(`"$${name}"`.replace('"$INPUT_VERSION"', '@$INPUT_VERSION"'));
    }
  });

  test('every output is one that the check writes', () => {
    const written = outputs(sampleReport())
      .split('\n')
      .map((line) => line.split('=')[0]);
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.${step.id}.outputs.${name} }}`);
      expect(written).toContain(name);
    }
  });

  test('the version is pinned to this one', () => {
    expect(String(action.inputs['version']?.default)).toBe(packageVersion());
  });

  test('exit 2 sets the output, says why in an annotation, and the step fails with it', () => {
    const { status, stdout, stderr, written } = check({
      INPUT_URL: 'http://127.0.0.1:9/',
      INPUT_ONLY: '50%, no\rsuch',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('error: there is no case "50%"');
    expect(written).toEqual(['exit-code=2', 'verdict=Not started (exit code 2): there is no case "50%".']);
    expect(stdout).toBe('::error title=suvvy-hook check::Not started (exit code 2): there is no case "50%25".\n');
  });

  test('what npm cannot install sets the output, and the last line of npm is the reason', () => {
    const npx =
      '#!/bin/sh\necho "npm error code E404" >&2\necho "npm error 404 suvvy-hook is not here" >&2\necho >&2\nexit 1\n';
    const { status, stdout, written } = check({ INPUT_URL: 'http://127.0.0.1:9/' }, npx);
    expect(status).toBe(1);
    expect(written).toEqual([
      'exit-code=1',
      'verdict=Not started (exit code 1): npm error 404 suvvy-hook is not here.',
    ]);
    expect(stdout).toContain('::error title=suvvy-hook check::Not started');
  });

  test('a check that wrote its outputs has no others added, and its exit code is that of the step', () => {
    const { status, stdout, written } = check({ INPUT_URL: 'http://127.0.0.1:9/', INPUT_PROFILE: 'smoke' });
    expect(status).toBe(3);
    expect(written.filter((line) => line.startsWith('exit-code='))).toEqual(['exit-code=3']);
    expect(written.filter((line) => line.startsWith('verdict='))).toEqual([
      'verdict=Not finished (exit code 3). The run ended early: nothing listens on 127.0.0.1:9.',
    ]);
    expect(stdout).not.toContain('Not started');
  });

  test('an empty secret is a warning, and is no secret', () => {
    const npx = '#!/bin/sh\necho "secret: ${SUVVY_WEBHOOK_SECRET-none}"\n';
    const url = { INPUT_URL: 'http://127.0.0.1:9/' };
    const { status, stdout } = check({ ...url, SUVVY_WEBHOOK_SECRET: '' }, npx);
    expect({ status, lines: stdout.split('\n') }).toEqual({
      status: 0,
      lines: [expect.stringMatching(/^::warning title=suvvy-hook check::The secret is empty, /), 'secret: none', ''],
    });
    expect(check(url, npx).stdout).toBe('secret: s3cret-of-a-test\n');
  });

  test('the command line', () => {
    expect(run({ INPUT_URL: 'http://localhost:3000/', INPUT_VERSION: '0.1.0' })).toEqual(
      '--yes suvvy-hook@0.1.0 check --report github -- http://localhost:3000/'.split(' '),
    );
    const everything = {
      INPUT_URL: 'http://localhost:3000/a?b=$(id)',
      INPUT_START: 'npm start; `id`',
      INPUT_WAIT: '30s',
      INPUT_PROFILE: 'full',
      INPUT_ONLY: 'deliver/*',
      INPUT_SKIP: 'auth/*,net/tls',
      INPUT_REPORT: 'junit=a b.xml\nhtml=*.html\n',
      INPUT_ARGS: '--strict\n--cacert\n/tmp/a "b".pem',
      INPUT_VERSION: '0.1.0',
    };
    expect(run(everything).join(' | ')).toBe(
      '--yes | suvvy-hook@0.1.0 | check | --report | github | --start | npm start; `id` | --wait | 30s | --profile | full | ' +
        '--only | deliver/* | --skip | auth/*,net/tls | --report | junit=a b.xml | --report | html=*.html | --strict | ' +
        '--cacert | /tmp/a "b".pem | -- | http://localhost:3000/a?b=$(id)',
    );
  });
});

describe('the secret of action.yml', () => {
  const env = Object.fromEntries(Object.keys(step.env).map((name) => [name, '']));
  const warningsOf = (more: Record<string, string>): string[] =>
    argumentsOf(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], { ...env, ...more }).filter(
      (line) => line.startsWith('::warning '),
    );

  test('an empty one is a warning, and the check runs without it: pull requests of forks have none', () => {
    expect(warningsOf({})).toEqual([expect.stringContaining('The secret is empty')]);
    expect(warningsOf({ INPUT_ARGS: '--bail' })).toHaveLength(1);
  });

  test.each([
    [{ SUVVY_WEBHOOK_SECRET: 's' }],
    [{ SUVVY_WEBHOOK_SECRET: ' ' }],
    [{ INPUT_ARGS: '--secret-file\nfile' }],
    [{ INPUT_ARGS: '--bail\n--env-file\n.env' }],
  ])('one that is given is no warning: %j', (more) => {
    expect(warningsOf(more)).toEqual([]);
  });
});

describe('examples', () => {
  test.each(['action.yml', 'examples/ci/github.yml', 'examples/ci/gitlab-ci.yml', 'examples/ci/check.sh'])(
    '%s begins with two lines on what it does',
    (path) => {
      expect(read(path)).toMatch(/^(?:#!.*\n)?# .+\n# .+\n(?!#)/);
    },
  );

  test('GitHub: actions by commit, and only inputs that there are', () => {
    const { jobs } = parse(read('examples/ci/github.yml')) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const ours = steps.find(({ uses }) => uses?.includes('/suvvy-hook@'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(ours?.with ?? { none: '' })));
    const others = steps.flatMap(({ uses }) => (uses && uses !== ours?.uses ? [uses] : []));
    expect(others.length).toBeGreaterThan(1);
    for (const uses of others) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('GitLab: the report is an artifact, also of a failure', () => {
    const { webhook } = parse(read('examples/ci/gitlab-ci.yml')) as {
      webhook: { script: string[]; artifacts: { when: string; reports: { junit: string } } };
    };
    expect(webhook.artifacts.when).toBe('always');
    expect(webhook.script.join('\n')).toContain(`--report junit=${webhook.artifacts.reports.junit}`);
    expect(webhook.script.join('\n')).toContain(`suvvy-hook@${packageVersion()} check`);
  });

  test('a plain shell', () => {
    const script = join(root, 'examples/ci/check.sh');
    const args = argumentsOf(['sh', script], { START: 'make "run"', REPORTS: join(folder, 'my reports') });
    expect(args.slice(0, 8).join(' | ')).toBe(
      `--yes | suvvy-hook@${packageVersion()} | check | http://localhost:3000/webhook | --start | make "run" | --wait | 30s`,
    );
    expect(args).toContain(`junit=${join(folder, 'my reports')}/suvvy-hook.xml`);
  });
});

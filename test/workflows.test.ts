import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './helpers/package.ts';

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; steps: { uses?: string; run?: string }[] }>;
}

const folder = join(root, '.github/workflows');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

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
      expect(permissions).toEqual(name === 'publish' ? { contents: 'read', 'id-token': 'write' } : {});
  });

  test('pastes nothing into a script', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('runs scripts that are there', () => {
    const named = steps.flatMap(({ run = '' }) => {
      const [, name, optional] = /^npm run ([\w:-]+)( --if-present)?/.exec(run) ?? [];
      return name === undefined || optional ? [] : [name];
    });
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

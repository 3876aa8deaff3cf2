import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { exitCodeOf } from '../../src/checks/case-result.ts';
import type { CaseResult } from '../../src/checks/report.ts';
import { runCases } from '../../src/checks/run-cases.ts';
import { createRun } from '../../src/checks/run.ts';
import { runChecks } from '../../src/checks/run.ts';
import { frameworks, type Framework } from './frameworks/frameworks.ts';
import { columnIn, frameworksPage, observe, refusalsOf, type Column } from './frameworks/page.ts';
import { secret } from './receivers.ts';

// `npm run docs:frameworks` (vitest -u) writes the page anew. What this machine does not have keeps its column.
const pageFile = join(import.meta.dirname, '../../docs/frameworks.md');

const columns = new Map<string, Column>();

async function started({ start }: Framework): Promise<string> {
  // Hono and Koa report there what a receiver throws.
  vi.spyOn(console, 'error').mockReturnValue();
  const { url, close } = await start();
  onTestFinished(close);
  return url;
}

function failures(results: readonly CaseResult[]): CaseResult[] {
  return results.filter(({ outcome }) => outcome === 'fail' || outcome === 'error');
}

describe.each(frameworks)('the receiver for $name', (framework) => {
  const { name, notes, missing = null, foreign = false } = framework;

  test('passes the default profile', async ({ skip }) => {
    skip(missing !== null, `${missing}`);
    const report = await runChecks({ url: await started(framework), secret });
    expect(failures(report.cases)).toEqual([]);
    expect(report).toMatchObject({ summary: { fail: 0, exitCode: 0 }, run: { aborted: null } });
  });

  test('passes the full profile', async ({ skip }) => {
    skip(missing !== null, `${missing}`);
    const run = await createRun({ url: await started(framework), secret, profile: 'full' });
    await runCases(run).finally(run.sender.close);
    const results = [...run.state.results.values()];
    expect(failures(results)).toEqual([]);
    expect(exitCodeOf(results, { connected: true, aborted: run.sender.stopped() !== null, interrupted: null })).toBe(0);
    expect(refusalsOf(run.state.trials)).toEqual([401]);
    if (!foreign) columns.set(name, { name, notes, cells: observe(results, run.state.trials) });
  });
});

test('docs/frameworks.md says what the tests have seen', async () => {
  const page = existsSync(pageFile) ? readFileSync(pageFile, 'utf8') : '';
  const known = frameworks.map(({ name, notes }) => columns.get(name) ?? columnIn(page, name, notes));
  expect(frameworks.filter((_, at) => known[at] === null).map(({ name }) => `never seen: ${name}`)).toEqual([]);
  await expect(frameworksPage(known as Column[])).toMatchFileSnapshot(pageFile);
});

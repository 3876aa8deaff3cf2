import { describe, expect, test } from 'vitest';
import { reporters } from '../../src/reporters/index.ts';
import { everythingHostile } from './hostile-text.ts';
import { plainStyle, reportSaying, sampleReport, soundReport, view } from './sample-report.ts';

const megabyte = 1024 * 1024;

function maxBytes(name: string): number {
  if (name === 'markdown') return 60_000;
  return name.endsWith('json') ? Infinity : 3 * megabyte;
}

function render(name: string, report = sampleReport(), options = view): string {
  const reporter = reporters.find((one) => one.name === name);
  if (!reporter) throw new Error(`no reporter ${name}`);
  return reporter.render(report, options);
}

test('the formats, in order', () => {
  expect(reporters.map(({ name }) => name)).toEqual([
    'pretty',
    'json',
    'ndjson',
    'junit',
    'markdown',
    'html',
    'github',
  ]);
  for (const { summary } of reporters) expect(summary).toMatch(/^\S.{10,60}$/);
});

describe.each(reporters)('$name', ({ name, render: run }) => {
  test('a report with every outcome', async () => {
    await expect(run(sampleReport(), view)).toMatchFileSnapshot(`./snapshots/${name}.txt`);
  });

  test('a sound receiver', async () => {
    await expect(run(soundReport(), view)).toMatchFileSnapshot(`./snapshots/${name}-sound.txt`);
  });

  test('hostile text everywhere', async () => {
    const report = reportSaying(everythingHostile);
    await expect(run({ ...report, cases: report.cases.slice(3, 4) }, view)).toMatchFileSnapshot(
      `./snapshots/${name}-hostile.txt`,
    );
  });

  test('a run that ended before its first case', () => {
    const empty = sampleReport({
      run: { startedAt: '', durationMs: 0, profile: 'default', aborted: 'interrupted' },
      summary: { total: 0, pass: 0, fail: 0, warn: 0, info: 0, skip: 0, waived: 0, error: 0, exitCode: 130 },
      rootCauses: [],
      cases: [],
    });
    const text = run(empty, view);
    expect(text).toMatch(/\n$/);
    expect(text).toContain('interrupted');
  });

  test.each(['x', '<', '\0', '\n', '漢'])('a megabyte of %j', (piece) => {
    const report = reportSaying(piece.repeat(megabyte / piece.length));
    const started = performance.now();
    // The cases alone would be more JSON than a string can hold.
    const cases = name.endsWith('json') ? [] : report.cases.slice(3, 4);
    const text = run({ ...report, cases }, { ...view, verbose: true });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(Buffer.byteLength(text)).toBeLessThan(maxBytes(name));
  });
});

describe('pretty', () => {
  test.each([60, 80, 120])('%i columns', async (columns) => {
    const text = render('pretty', sampleReport(), { ...view, style: plainStyle(columns) });
    await expect(text).toMatchFileSnapshot(`./snapshots/pretty-${columns}.txt`);
  });

  test('verbose', async () => {
    const text = render('pretty', sampleReport(), { ...view, verbose: true });
    await expect(text).toMatchFileSnapshot('./snapshots/pretty-verbose.txt');
  });

  test('an aborted run says so at the end', () => {
    const report = sampleReport();
    const text = render('pretty', { ...report, run: { ...report.run, aborted: 'two deadlines were missed' } });
    expect(text).toContain('✘ Failed: 2 of 9 cases. The run ended early: two deadlines were missed');
  });
});

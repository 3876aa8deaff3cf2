import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CaseResult } from '../../src/checks/report.ts';
import { reporters } from '../../src/reporters/index.ts';
import { pretty } from '../../src/reporters/pretty.ts';
import { width } from '../../src/text/layout.ts';
import { safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';
import { answered, caseResult, plainStyle, reportSaying, sampleReport, view } from './sample-report.ts';

/** Without what is there to be copied: it is in one piece, or broken as a shell allows. */
function withoutCommands(output: string): string[] {
  return output
    .replaceAll(/^ {2}repeat .*(?<=\\)\n(?: {14}.*\\\n)*.*$/gm, '')
    .split('\n')
    .filter((line) => !/^ *(curl|repeat|#) /.test(line));
}

test('whatever a receiver says, the terminal and the runner stay ours', () => {
  fc.assert(
    fc.property(hostileText, fc.constantFrom(20, 60, 80, 120), fc.boolean(), (text, columns, verbose) => {
      const output = pretty.render(reportSaying(text), { style: plainStyle(columns), verbose });
      expect(safe(output)).toBe(output);
      const lines = withoutCommands(output);
      expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
      expect(lines.filter((line) => columns >= 60 && width(line) > columns)).toEqual([]);
      // GitHub's runner takes off blanks before it looks for `::`, and finds `##[` anywhere.
      expect(output).not.toMatch(/^\s*::|##[\w.]*\[/m);
    }),
    { numRuns: 150 },
  );
});

test('a curl line stays in one piece, and stays the same JSON', () => {
  const text = 'строка\u2028\u202e\x9b31m\u{e0041} ##[error] '.repeat(10);
  const curl = `curl -i --data-binary '${JSON.stringify({ text })}'`;
  const cases = [
    caseResult('deliver/text-unicode', { outcome: 'fail', gating: true, reproduce: { curl, command: 'x' } }),
  ];
  const output = pretty.render(sampleReport({ cases }), { style: plainStyle(60), verbose: false });
  const line = output.split('\n').find((one) => one.includes('curl -i')) ?? '';
  expect(JSON.parse(line.slice(line.indexOf("'") + 1, -1))).toEqual({ text });
  expect(safe(line)).toBe(line);
});

test('a curl line that nobody would read is a comment that says where it is', () => {
  const curl = `curl --data-binary '${'x'.repeat(5000)}'`;
  const cases = [caseResult('deliver/batch-100', { outcome: 'fail', gating: true, reproduce: { curl, command: 'x' } })];
  const output = pretty.render(sampleReport({ cases }), { style: plainStyle(80), verbose: false });
  expect(output).toContain('\n  # the curl line is 4.9 KB long: --report json=FILE has it\n');
});

test('failures that make the run fail come first, whatever the order of the suite', () => {
  const cases = [
    caseResult('robust/not-json', { outcome: 'fail', level: 'MAY' }),
    caseResult('deliver/image', { outcome: 'fail', gating: true }),
  ];
  const output = pretty.render(sampleReport({ cases }), { style: plainStyle(80), verbose: false });
  expect(output.indexOf('✘ deliver/image (MUST)')).toBeLessThan(
    output.indexOf('✘ robust/not-json (MAY, does not fail the run)'),
  );
});

test('a waiver that makes the run fail is shown in full', () => {
  const cases = [caseResult('auth/wrong', { outcome: 'waived', gating: true, hint: 'the waiver is past its date' })];
  const output = pretty.render(sampleReport({ cases }), { style: plainStyle(80), verbose: false });
  expect(output).toContain('~ auth/wrong (MUST) ');
  expect(output).toContain('why       the waiver is past its date');
});

test('a command is broken between words alone, and a shell puts it together again', () => {
  const command = `suvvy-hook check http://localhost:3000/webhook --only auth/wrong --secret "$SUVVY_WEBHOOK_SECRET" --chat-id 'two words'`;
  const cases = [caseResult('auth/wrong', { outcome: 'fail', gating: true, reproduce: { curl: null, command } })];
  for (const columns of [40, 60, 80]) {
    const output = pretty.render(sampleReport({ cases }), { style: plainStyle(columns), verbose: false });
    const [, shown = ''] = /^ {2}repeat +((?:.*\\\n)*.*)$/m.exec(output) ?? [];
    expect(shown).toContain('\n');
    expect(shown.replaceAll(/ \\\n +/g, ' ')).toBe(command);
  }
});

test('of cases that failed in one way the first is told in full, and the others are named', () => {
  const failed: Partial<CaseResult> = { outcome: 'fail', gating: true, reason: 'status', requests: [answered(500)] };
  const cases = ['deliver/image', 'deliver/audio', 'deliver/document'].map((id) => caseResult(id, failed));
  cases.push(caseResult('deliver/text-ai'));
  const output = pretty.render(sampleReport({ cases }), { style: plainStyle(100), verbose: false });
  expect(output.match(/^ {2}expected /gm)).toHaveLength(1);
  expect(output).toContain('\n  also      deliver/audio, deliver/document\n');
});

test('a run that was interrupted does not list what it did not come to', () => {
  const report = sampleReport();
  const cases = [...report.cases.slice(2, 3), ...['a/one', 'a/two'].map((id) => caseResult(id, { outcome: 'skip' }))];
  const cut = { ...report, cases, run: { ...report.run, aborted: 'interrupted' } };
  const written = Object.fromEntries(reporters.map(({ name, render }) => [name, render(cut, view)]));
  for (const name of ['pretty', 'markdown', 'html']) expect(written[name]).not.toContain('a/one');
  for (const name of ['markdown', 'html']) expect(written[name]).toContain('2 cases not run');
  for (const name of ['json', 'ndjson', 'junit']) expect(written[name]).toContain('a/one');
});

test.each(reporters)('$name has the diagnosis and the first fix', ({ render }) => {
  const diagnosis = { summary: 'Texts pass and files fail', firstFix: 'Look at the type first' };
  const output = render(sampleReport({ diagnosis }), view);
  expect(output).toContain(diagnosis.summary);
  expect(output).toContain(diagnosis.firstFix);
});

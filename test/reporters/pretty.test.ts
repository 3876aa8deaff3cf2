import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pretty } from '../../src/reporters/pretty.ts';
import { width } from '../../src/text/layout.ts';
import { safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';
import { caseResult, plainStyle, reportSaying, sampleReport } from './sample-report.ts';

const isCommand = (line: string): boolean => /^ *(curl|suvvy-hook|#) /.test(line);

test('whatever a receiver says, the terminal and the runner stay ours', () => {
  fc.assert(
    fc.property(hostileText, fc.constantFrom(20, 60, 80, 120), fc.boolean(), (text, columns, verbose) => {
      const output = pretty.render(reportSaying(text), { style: plainStyle(columns), verbose });
      expect(safe(output)).toBe(output);
      const lines = output.split('\n').filter((line) => !isCommand(line));
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
  expect(output).toContain('why     the waiver is past its date');
});

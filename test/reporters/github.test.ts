import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputs, stepSummary } from '../../src/reporters/github-files.ts';
import { github } from '../../src/reporters/github.ts';
import { safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';
import { caseResult, reportSaying, sampleReport, view } from './sample-report.ts';

interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

/** A line of a log as GitHub's runner reads it (ActionCommand.cs): `::name k=v,k=v::data`, else `##[name k=v;]data`. */
function commandOf(line: string): Command | null {
  const [, head, data = ''] = /^\s*::(.*?)::(.*)$/s.exec(line) ?? /##\[([^\]]*)\](.*)$/s.exec(line) ?? [];
  if (head === undefined) return null;
  const [name = '', ...rest] = head.split(' ');
  const pairs = rest
    .join(' ')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split(/=(.*)/s, 2).map(unescape) as [string, string]);
  return { name, properties: Object.fromEntries(pairs), data: unescape(data) };
}

function unescape(text: string): string {
  const tokens: Record<string, string> = { '0D': '\r', '0A': '\n', '3A': ':', '2C': ',', '25': '%' };
  return text.replace(/%(0D|0A|3A|2C|25)/g, (_all, code: string) => tokens[code]!);
}

/** The file `$GITHUB_OUTPUT` as the runner reads it: `name=value`, or `name<<END` and lines up to END. */
function outputsOf(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r\n|\r|\n/).filter(Boolean)) {
    const [, name = '', mark, value = ''] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    expect(mark).toBe('=');
    expect(values).not.toHaveProperty(name);
    values[name] = value;
  }
  return values;
}

describe('annotations', () => {
  test('whatever a receiver says starts no command', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const output = github.render(reportSaying(text), view);
        const foreign = output.replaceAll(/^::/gm, '');
        expect(safe(foreign)).toBe(foreign);
        const lines = output.trimEnd().split('\n');
        expect(lines.length).toBeLessThanOrEqual(10);
        for (const line of lines) {
          const { name, properties, data } = commandOf(line)!;
          expect(['error', 'warning', 'notice']).toContain(name);
          expect(Object.keys(properties)).toEqual(['title']);
          // The runner prints the text again, line by line.
          for (const printed of data.split('\n')) expect(commandOf(printed)?.name ?? 'text').not.toMatch(/^[a-z]+-/);
          expect(data).not.toMatch(/^\s*::|##[\w.]*\[/m);
        }
      }),
    );
  });

  test('text comes through as it is', () => {
    const cases = [caseResult('a/b', { outcome: 'fail', gating: true, title: '50%, a:: b', actual: '100%0A' })];
    const [, line = ''] = github.render(sampleReport({ cases, rootCauses: [] }), view).split('\n');
    const { name, properties, data } = commandOf(line)!;
    expect(name).toBe('error');
    expect(properties).toEqual({ title: 'a/b (MUST) 50%, a:: b' });
    expect(data).toContain('got: 100%0A\n');
  });

  test('nine at most, and how many more there are', () => {
    const cases = Array.from({ length: 30 }, (_, at) => caseResult(`a${at}/b`, { outcome: 'fail', gating: true }));
    const lines = github.render(sampleReport({ cases }), view).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(9);
    expect(lines.at(-1)).toMatch(/^::notice .*22 more problems: see the step summary\.$/);
  });
});

describe('files', () => {
  test('outputs', () => {
    expect(outputsOf(outputs(sampleReport(), ['junit.xml', 'report.json']))).toEqual({
      total: '9',
      pass: '1',
      fail: '3',
      warn: '1',
      info: '1',
      skip: '1',
      waived: '1',
      error: '1',
      'exit-code': '1',
      failed: 'deliver/two-texts,deliver/text-long',
      verdict: 'Failed: 2 of 9 cases.',
      report: 'junit.xml,report.json',
    });
  });

  test('whatever a receiver says is no output of its own', () => {
    const names = Object.keys(outputsOf(outputs(sampleReport())));
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(Object.keys(outputsOf(outputs(reportSaying(text), [text])))).toEqual(names);
      }),
    );
  });

  test('the step summary is the Markdown report, well within 1 MiB', () => {
    const summary = stepSummary(sampleReport());
    expect(summary).toMatch(/^## ✘ suvvy-hook check\n/);
    expect(summary).toMatch(/\n\n$/);
    expect(Buffer.byteLength(stepSummary(reportSaying('@'.repeat(2_000_000))))).toBeLessThan(1024 * 1024);
  });
});

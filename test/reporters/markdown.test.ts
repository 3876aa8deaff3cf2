import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/checks/report.ts';
import { markdown } from '../../src/reporters/markdown.ts';
import { shownCases } from '../../src/reporters/report-words.ts';
import { safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';
import { caseResult, reportSaying, sampleReport, view } from './sample-report.ts';

/** The lines outside of fenced blocks, and what the blocks contain. A fence that does not close is an error. */
function split(text: string): { outside: string[]; blocks: number } {
  const outside: string[] = [];
  let fence = '';
  let blocks = 0;
  for (const line of text.split('\n')) {
    const [, ticks = ''] = /^ {0,3}(`{3,})[^`]*$/.exec(line) ?? [];
    if (!fence && ticks) {
      fence = ticks;
      blocks++;
    } else if (!fence) outside.push(line);
    else if (ticks.length >= fence.length && line.trim() === ticks) fence = '';
  }
  expect(fence).toBe('');
  return { outside, blocks };
}

/** What is left of a line when its code spans are taken out, as CommonMark finds them. */
function withoutCode(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, 'CODE');
}

function holdToRules(output: string, report: CheckReport): void {
  const { outside } = split(output);
  const rows = outside.filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(shownCases(report).length + 2);
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
  for (const line of outside) {
    const prose = withoutCode(line).replaceAll('&#8288;', '\u2060');
    // Every line begins with words or marks of ours.
    expect(prose).toMatch(
      /^(?:$|## [✔✘] |### [✔✘!~] CODE|\*\*|CODE|\d+ cases? in|- |\||<details>|<\/details>|Not checked|Failed|The same in|\d+ more)/,
    );
    expect(prose.replace(/^<\/?details>(?:<summary>Every case(?:, 1 case not run)?<\/summary>)?$/, '')).not.toMatch(
      /[<>`]/,
    );
    expect(prose.replace(/^(\||###) ~ /, '')).not.toMatch(/[[\]~$\\]/);
    expect(prose).not.toMatch(/@(?!\u2060)|#\w(?<!&#\w)|:\/\/|\bwww\.|mailto:/i);
    expect(prose).not.toMatch(/##[\w.]*\[/);
  }
}

test('whatever a receiver says, it stays text', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const report = reportSaying(text);
      const output = markdown.render(report, view);
      expect(Buffer.byteLength(output)).toBeLessThan(60_000);
      expect(safe(output)).toBe(output);
      holdToRules(output, report);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['a pipe', 'a | b', 'a &#124; b', '`a ¦ b`'],
  ['backticks', 'a ``b`` c', 'a &#96;&#96;b&#96;&#96; c', '```a ``b`` c```'],
  ['a mention', 'hi @all', 'hi @&#8288;all', '`hi @all`'],
  ['a link', 'see http://x.y', 'see http:&#8288;//x.y', '`see http://x.y`'],
  ['an address behind underscores', '__www.x.y', '&#95;&#95;www&#8288;.x.y', '`__www.x.y`'],
  ['a reference', 'o/r#1', 'o/r#&#8288;1', '`o/r#1`'],
  ['an image', '![a](b)', '!&#91;a&#93;(b)', '`![a](b)`'],
  ['a tag', '<b>', '&#60;b&#62;', '`<b>`'],
  ['lines', 'a\nb', 'a\\nb'.replace('\\', '&#92;'), '`a\\nb`'],
  ['a name of the page', 'event_type', 'event_type', '`event_type`'],
])('%s', (_name, text, prose, code) => {
  const report = sampleReport({ target: { url: text, secretConfigured: false, chatId: null }, rootCauses: [] });
  const output = markdown.render({ ...report, cases: [caseResult('a/b', { title: text })] }, view);
  expect(output).toContain(`\n${code} · `);
  expect(output).toContain(`| passed | ${prose} |`);
});

function many(outcome: 'pass' | 'fail'): CheckReport {
  const cases = Array.from({ length: 3000 }, (_, at) =>
    caseResult(`topic-${at}/case`, { outcome, gating: outcome === 'fail' }),
  );
  return sampleReport({ cases });
}

describe('size', () => {
  test.each(['pass', 'fail'] as const)('3,000 cases that %s', (outcome) => {
    const output = markdown.render(many(outcome), view);
    expect(Buffer.byteLength(output)).toBeLessThan(60_000);
    expect(output).toMatch(/\n\| \| [\d,]+ more \| \| \| \|\n/);
    const lastWord = /\n\n[\d,]+ more failures in the other reports\.\n\n/.test(output);
    expect(lastWord).toBe(outcome === 'fail');
    split(output);
  });
});

import { troublesOf, type Trouble } from '../checks/diagnosis/troubles.ts';
import type { CaseResult, CheckReport } from '../checks/report.ts';
import { clip, safe, safeLine } from '../text/safe.ts';
import { count } from '../text/units.ts';
import { commands } from './details.ts';
import {
  alsoIds,
  commandOf,
  explain,
  goesFurther,
  graveWarnings,
  notReached,
  outcomeWords,
  setup,
  shownCases,
  totals,
  uncheckableIn,
  verdict,
  weight,
  unitOf,
} from './report-words.ts';
import type { Reporter } from './reporter.ts';

/** In bytes. A comment on GitHub takes 65,536 characters, a step summary 1 MiB: one report for both. */
const maxSize = 60_000;
const maxCauses = 6000;
const maxFailures = 36_000;
/** In characters, each of which may take eight bytes once it is escaped. */
const maxFact = 300;
const maxText = 700;
const maxAnswer = 1500;
const maxCurl = 4000;

const structural = /^[\\`*_[\]<>&|~$]$/;
// An underscore inside a word is only that, and the page's own names are full of them.
const active =
  /[\\`*[\]<>&|~$@]|(?<![a-z0-9])_|_(?![a-z0-9])|#(?=\w)|!(?=\d)|%(?=\w)|:(?=\/\/)|(?<![a-z0-9])www(?=\.)|(?<![a-z0-9])(?:mailto|xmpp)(?=:)/gi;

/** For a step summary or a comment. */
export const markdown: Reporter = {
  name: 'markdown',
  summary: 'for a step summary or a comment, at most 60 KB',
  render: markdownText,
};

/** The report as Markdown, within the limit. */
export function markdownText(report: CheckReport): string {
  const before = [
    `## ${report.summary.exitCode === 0 ? '✔' : '✘'} suvvy-hook ${commandOf(report)}`,
    `**${prose(report.diagnosis.summary)}**`,
    ...(report.diagnosis.firstFix ? [`**First fix:** ${prose(report.diagnosis.firstFix)}`] : []),
    prose(verdict(report), maxFact),
    setup(report).map(code).filter(Boolean).join(' · '),
    totals(report).join(' · '),
    ...rootCauses(report),
    ...within(
      maxFailures,
      [...graveWarnings(report).map((result) => failure({ cases: [result] })), ...troublesOf(report).map(failure)],
      (left) => `${count(left, 'more failure')} in the other reports.`,
    ),
    `<details><summary>${[`Every ${unitOf(report)}`, notReached(report)].filter(Boolean).join(', ')}</summary>`,
  ].join('\n\n');
  const last = [goesFurther(report), uncheckableIn(report)].flatMap((text) => (text ? [prose(text)] : []));
  const after = `</details>\n\n${last.join('\n\n')}\n`;
  return `${before}\n\n${table(shownCases(report), maxSize - size(before) - size(after))}\n\n${after}`;
}

function rootCauses({ rootCauses: causes }: CheckReport): string[] {
  const items = causes.map(({ message, cases }) => `- **Cause:** ${prose(message)} (${count(cases.length, 'case')})`);
  const shown = within(maxCauses, items, (left) => `- ${count(left, 'more cause')}`);
  return shown.length > 0 ? [shown.join('\n')] : [];
}

/** What failed in one way: the first case in full, the others by their names. */
function failure(trouble: Pick<Trouble, 'cases'>): string {
  const result = trouble.cases[0]!;
  const ids = alsoIds(trouble);
  const also = ids.length > 0 ? [`The same in ${ids.map(code).filter(Boolean).join(', ')}.`] : [];
  const explained = explain(result).map(([label, text]) => {
    // What the receiver said keeps its lines; our own sentences are to be read.
    if (label === 'answer') return `- **answer**\n\n${fence(clip(text, maxAnswer), '  ')}`;
    return `- **${prose(label)}** ${prose(text)}`;
  });
  return [
    `### ${outcomeWords[result.outcome].mark} ${code(result.id)} (${weight(result)}) ${prose(result.title, maxFact)}`,
    explained.join('\n'),
    ...also,
    fence(commands(result, maxCurl).join('\n')),
  ].join('\n\n');
}

function table(results: readonly CaseResult[], maxBytes: number): string {
  const head = '| | case | level | outcome | |\n|---|---|---|---|---|';
  const rows = results.map((result) => {
    const { mark, word } = outcomeWords[result.outcome];
    return `| ${mark} | ${code(result.id)} | ${result.level} | ${word} | ${prose(result.title, maxFact)} |`;
  });
  const shown = within(maxBytes - size(head) - 1, rows, (left) => `| | ${left} more | | | |`);
  return [head, ...shown].join('\n');
}

/** Those of the texts that fit, and how many are left. */
function within(maxBytes: number, texts: readonly string[], more: (left: number) => string): string[] {
  // Room for the last word.
  let room = maxBytes - 100;
  const shown = texts.filter((text) => {
    const needed = size(text) + '\n\n'.length;
    if (needed > room) return false;
    room -= needed;
    return true;
  });
  return shown.length < texts.length ? [...shown, more(texts.length - shown.length)] : shown;
}

function size(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * Text as nothing but text, in a table too. A character reference never makes structure, and a word joiner keeps
 * mentions, references and links from being found in the finished page.
 */
function prose(text: string, max = maxText): string {
  return safeLine(clip(text, max)).replace(active, (found) =>
    structural.test(found) ? `&#${found.charCodeAt(0)};` : `${found}&#8288;`,
  );
}

/** Text in a code span. A `|` would end the cell of a table even there. */
function code(text: string): string {
  const inside = safeLine(clip(text, maxFact)).replaceAll('|', '¦');
  const ticks = '`'.repeat(longestRun(inside) + 1);
  const gap = /^[ `]|[ `]$/.test(inside) ? ' ' : '';
  return inside.trim() ? ticks + gap + inside + gap + ticks : '';
}

/** Text in a block that no run of backticks inside can close. */
function fence(text: string, indent = ''): string {
  const inside = safe(text);
  const ticks = '`'.repeat(Math.max(3, longestRun(inside) + 1));
  return [`${ticks}text`, ...inside.split('\n'), ticks].map((line) => indent + line).join('\n');
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, ticks) => Math.max(longest, ticks.length), 0);
}

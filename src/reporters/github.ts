import { failsRun, troublesOf, type Trouble } from '../checks/diagnosis/troubles.ts';
import type { CheckReport } from '../checks/report.ts';
import { clip, safeLine } from '../text/safe.ts';
import { count } from '../text/units.ts';
import { alsoIds, commandOf, explain, goesFurther, graveWarnings, totals, verdict } from './report-words.ts';
import type { Reporter } from './reporter.ts';

/** GitHub shows ten errors a step, and "Process completed with exit code 1" is one of them. */
const maxErrors = 9;
const maxText = 1000;

/**
 * Workflow commands for a step's log: they become annotations of the run. Every line of their text begins with a word
 * of ours, because the runner prints it again.
 */
export const github: Reporter = {
  name: 'github',
  summary: "annotations for GitHub Actions, in a step's log",
  render(report) {
    const errors = [...diagnosis(report), ...troublesOf(report).map(failure)];
    const left = errors.length - maxErrors;
    const more = left > 0 ? [`${count(left, 'more problem')}: see the step summary.`] : [];
    const further = goesFurther(report) ?? [];
    const ending = [verdict(report), `${totals(report).join(' · ')}.`, ...more].concat(further).join(' ');
    const notice = report.summary.exitCode === 0 ? diagnosisLines(report) : [];
    // Warnings have a limit of their own.
    return [
      ...errors.slice(0, maxErrors),
      ...graveWarnings(report).map((result) => failure({ cases: [result] })),
      command('notice', `suvvy-hook ${commandOf(report)}`, [...notice, ending]),
    ].join('');
  },
};

/** The first annotation: GitHub shows it above all others. */
function diagnosis(report: CheckReport): string[] {
  if (report.summary.exitCode === 0) return [];
  const causes = report.rootCauses.map(({ message, cases }) => `cause: ${message} (${count(cases.length, 'case')})`);
  return [command('error', `suvvy-hook ${commandOf(report)}`, [...diagnosisLines(report), ...causes])];
}

function diagnosisLines({ diagnosis: { summary, firstFix } }: CheckReport): string[] {
  return [summary, ...(firstFix ? [`fix: ${firstFix}`] : [])];
}

/** What failed in one way: the first case in full, the others by their names. */
function failure(trouble: Pick<Trouble, 'cases'>): string {
  const result = trouble.cases[0]!;
  const { id, level, title, reproduce } = result;
  const ids = alsoIds(trouble).join(', ');
  const also = ids ? [`also: ${ids}`] : [];
  const lines = explain(result).map(([label, text]) => `${label}: ${text}`);
  const kind = failsRun(result) ? 'error' : 'warning';
  return command(kind, `${id} (${level}) ${title}`, [...lines, ...also, `repeat: ${reproduce.command}`]);
}

function command(kind: 'error' | 'warning' | 'notice', title: string, lines: readonly string[]): string {
  return `::${kind} title=${property(oneLine(title))}::${lines.map(oneLine).map(data).join('%0A')}\n`;
}

function oneLine(text: string): string {
  return safeLine(clip(text, maxText));
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

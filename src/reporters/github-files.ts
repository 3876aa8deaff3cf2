import { failsRun } from '../checks/diagnosis/troubles.ts';
import type { CheckReport } from '../checks/report.ts';
import { clip, safeLine } from '../text/safe.ts';
import { verdict } from './report-words.ts';
import { markdownText } from './markdown.ts';

/** What to append to the file `$GITHUB_STEP_SUMMARY`. */
export function stepSummary(report: CheckReport): string {
  return `${markdownText(report)}\n`;
}

/**
 * What to append to the file `$GITHUB_OUTPUT`. Each value is made one line, so none can begin another output.
 *
 * @param reportPaths where reports were written, in the order of the command line
 */
export function outputs(report: CheckReport, reportPaths: readonly string[] = []): string {
  const { exitCode, ...counts } = report.summary;
  const failed = report.cases.filter(failsRun).map(({ id }) => id);
  const values = {
    ...counts,
    'exit-code': exitCode,
    failed: failed.join(','),
    verdict: verdict(report),
    report: reportPaths.join(','),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${safeLine(clip(String(value), 10_000))}\n`)
    .join('');
}

import { failsRun, topicOf, troublesOf, type Trouble } from '../checks/diagnosis/troubles.ts';
import type { CaseResult, CheckReport } from '../checks/report.ts';
import { clip, safe, safeLine } from '../text/safe.ts';
import { count } from '../text/units.ts';
import { detailLines } from './details.ts';
import { commandOf, durationMs, goesFurther, outcomeWords, setup, totals, verdict } from './report-words.ts';
import { escapeMarkup } from './markup.ts';
import type { Reporter } from './reporter.ts';

type Status = 'passed' | 'failure' | 'error' | 'skipped';

const maxId = 200;
const maxMessage = 300;
/** A page of a CI server scrolls. */
const generous = { maxLines: 60, maxCurl: 16_384 };

/** JUnit XML of the xunit-2 family: what Jenkins, GitLab and GitHub's readers have in common, and no more. */
export const junit: Reporter = {
  name: 'junit',
  summary: 'JUnit XML for Jenkins, GitLab and others',
  render(report) {
    const of = (status: Status): number => report.cases.filter((result) => statusOf(result) === status).length;
    const troubles = troublesOf(report);
    const counts = { tests: report.cases.length, failures: of('failure'), errors: of('error') };
    const time = seconds(report.run.durationMs);
    const suite = {
      name: `suvvy-hook ${commandOf(report)}`,
      ...counts,
      skipped: of('skipped'),
      time,
      timestamp: timestamp(report),
    };
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${attributes({ name: 'suvvy-hook', ...counts, time })}>`,
      `  <testsuite${attributes(suite)}>`,
      ...report.cases.map((result) => testcase(result, sameAs(result, troubles))),
      `    <system-out>${content(suiteText(report))}</system-out>`,
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n');
  },
};

function statusOf(result: CaseResult): Status {
  if (result.outcome === 'error') return 'error';
  if (failsRun(result)) return 'failure';
  return result.outcome === 'skip' ? 'skipped' : 'passed';
}

/** The case that tells in full what this one failed of too; null where it does that itself. */
function sameAs(result: CaseResult, troubles: readonly Trouble[]): CaseResult | null {
  const [first] = troubles.find(({ cases }) => cases.includes(result))?.cases ?? [];
  return first === undefined || first === result ? null : first;
}

/** Named by its id alone, which never changes: GitLab compares branches by class name and name. */
function testcase(result: CaseResult, same: CaseResult | null): string {
  const head = attributes({
    classname: `suvvy-hook.${clip(topicOf(result), maxId)}`,
    name: clip(result.id, maxId),
    time: seconds(durationMs(result)),
  });
  const inside = testcaseContent(result, same);
  return inside ? `    <testcase${head}>${inside}</testcase>` : `    <testcase${head}/>`;
}

function testcaseContent(result: CaseResult, same: CaseResult | null): string {
  const status = statusOf(result);
  const { word } = outcomeWords[result.outcome];
  const first = `${clip(result.id, maxId)} (${result.level}) ${word}: ${clip(result.title, maxMessage)}`;
  const view = { columns: 100, indent: '  ', ...generous };
  // What has been told in full need not be read again.
  const told = same && { ...result, rules: [], expected: '', why: null, fix: `the same as ${same.id}`, requests: [] };
  const text = content([safeLine(first), ...detailLines(told ?? result, view)].join('\n'));
  if (status === 'passed') return result.outcome === 'pass' ? '' : `<system-out>${text}</system-out>`;
  // GitLab shows the content alone and Jenkins the message first. The type is ours: Rails takes some words for orders.
  const message = clip(result.actual || result.title, maxMessage);
  return `<${status}${attributes({ message, type: result.level })}>${text}</${status}>`;
}

function suiteText(report: CheckReport): string {
  const causes = report.rootCauses.map(({ message, cases }) => `cause: ${message} (${count(cases.length, 'case')})`);
  const { summary, firstFix } = report.diagnosis;
  const fix = firstFix ? [`fix: ${firstFix}`] : [];
  const facts = [setup(report).join(' · '), totals(report).join(' · ')];
  const further = goesFurther(report) ?? [];
  return [summary, ...fix, ...facts, ...causes, verdict(report)]
    .concat(further)
    .map((line) => safeLine(clip(line, 2000)))
    .join('\n');
}

/** JUnit's own form, without the zone: a stricter schema than Jenkins' refuses one. */
function timestamp({ run }: CheckReport): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(run.startedAt)?.[0];
}

function seconds(ms: number): string {
  const finite = Number.isFinite(ms) ? Math.min(Math.max(0, ms), Number.MAX_SAFE_INTEGER) : 0;
  return (finite / 1000).toFixed(3);
}

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeMarkup(safeLine(String(value)))}"`))
    .join('');
}

/** What XML 1.0 cannot hold becomes a visible escape; `[[ATTACHMENT|path]]` would make Jenkins and GitLab take a file. */
function content(text: string): string {
  return escapeMarkup(safe(text).replace(/\[\[(?=\w+\|)/g, '[ ['));
}

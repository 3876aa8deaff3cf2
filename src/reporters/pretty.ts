import type { CaseOutcome, CaseResult, CheckReport } from '../checks/report.ts';
import { ExitCode } from '../errors.ts';
import type { Style } from '../host.ts';
import { block, padEnd, truncate, width } from '../text/layout.ts';
import { clip, safeLine } from '../text/safe.ts';
import { count, formatMs } from '../text/units.ts';
import { type DetailsView, detailLines, exchangeLines, labelled } from './details.ts';
import {
  byTopic,
  durationMs,
  goesFurther,
  outcomeWords,
  problems,
  setup,
  totals,
  uncheckable,
  verdict,
  warnings,
  weight,
} from './report-words.ts';
import type { Reporter, ReportView } from './reporter.ts';

const maxIdWidth = 28;

/** For a person at a terminal: every case in a line, what went wrong in full, and how it ended. */
export const pretty: Reporter = {
  name: 'pretty',
  summary: 'for a person at a terminal',
  render(report, view) {
    const sections = [
      heading(report, view.style),
      ...caseList(report, view),
      ...rootCauses(report, view.style),
      ...problems(report).map((result) => failure(result, view.style)),
      ...warnings(report).map((result) => warning(result, view.style)),
      ending(report, view.style),
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function heading(report: CheckReport, style: Style): string[] {
  const [url = '', ...rest] = setup(report);
  const view = { columns: style.columns, indent: '', paintLabel: style.bold };
  return [...labelled('check', url, view), ...labelled('with', rest.join(' · '), view)];
}

function caseList(report: CheckReport, view: ReportView): string[][] {
  const idWidth = report.cases.reduce((widest, { id }) => Math.max(widest, width(oneLine(id, maxIdWidth))), 0);
  return [...byTopic(report).values()].map((results) => results.flatMap((result) => caseLines(result, idWidth, view)));
}

function caseLines(result: CaseResult, idWidth: number, { style, verbose }: ReportView): string[] {
  const { mark } = outcomeWords[result.outcome];
  const start = padEnd(oneLine(result.id, idWidth), idWidth);
  const took = verbose ? `${formatMs(durationMs(result)).padEnd(7)}  ` : '';
  const text = oneLine(took + whatIsSaid(result), style.columns - idWidth - 4);
  const quiet = result.outcome === 'pass' || result.outcome === 'skip' || result.outcome === 'info';
  const line = `${paint(result.outcome, style)(mark)} ${start}  ${quiet ? style.dim(text) : text}`.trimEnd();
  const details = { columns: style.columns, indent: '    ', paintLabel: style.dim };
  return [line, ...(verbose ? result.requests.flatMap((exchange) => exchangeLines(exchange, details)) : [])];
}

/** A case that passed has its title; of the others one wants to know more. */
function whatIsSaid({ outcome, title, actual }: CaseResult): string {
  if (outcome === 'pass') return title;
  const { word } = outcomeWords[outcome];
  const tells = outcome === 'info' || outcome === 'skip';
  return `${word}: ${clip((tells && actual) || title, 400)}`;
}

function rootCauses({ rootCauses: causes }: CheckReport, style: Style): string[][] {
  if (causes.length === 0) return [];
  const view = { columns: style.columns, indent: '', labelWidth: 2, paintLabel: style.red };
  return [causes.flatMap(({ message, cases }) => labelled('✘', `${message} (${count(cases.length, 'case')})`, view))];
}

function failure(result: CaseResult, style: Style): string[] {
  return [caseHeading(result, weight(result), style), ...detailLines(result, detailsView(style))];
}

/** As a failure, without what is only needed to mend one. */
function warning(result: CaseResult, style: Style): string[] {
  const brief = { ...result, rules: [], expected: '', reproduce: { ...result.reproduce, curl: null } };
  return [
    caseHeading(result, `${result.level}, ${outcomeWords[result.outcome].word}`, style),
    ...detailLines(brief, detailsView(style)),
  ];
}

function caseHeading({ id, title, outcome }: CaseResult, note: string, style: Style): string {
  const name = oneLine(id, style.columns - 2).trimEnd();
  const rest = oneLine(` (${note}) ${title}`, style.columns - 2 - width(name)).trimEnd();
  return `${paint(outcome, style)(outcomeWords[outcome].mark)} ${style.bold(name)}${rest}`;
}

function detailsView(style: Style): DetailsView {
  return { columns: style.columns, indent: '  ', paintLabel: style.dim, paintCommand: style.cyan };
}

function ending(report: CheckReport, style: Style): string[] {
  const { columns } = style;
  const passed = report.summary.exitCode === ExitCode.ok;
  const [head = '', ...rest] = labelled(passed ? '✔' : '✘', verdict(report), { columns, indent: '', labelWidth: 2 });
  const colour = passed ? style.green : style.red;
  return [
    ...block(totals(report).join(' · '), { indent: '', columns, maxLines: 4 }),
    ...[head, ...rest].map((line) => style.bold(colour(line))),
    ...block(goesFurther(report) ?? '', { indent: '', columns, maxLines: 8 }).filter(Boolean),
    ...block(uncheckable, { indent: '', columns, maxLines: 8 }).map(style.dim),
  ];
}

function paint(outcome: CaseOutcome, style: Style): (text: string) => string {
  if (outcome === 'pass') return style.green;
  if (outcome === 'fail' || outcome === 'error') return style.red;
  return outcome === 'warn' || outcome === 'waived' ? style.yellow : style.dim;
}

function oneLine(text: string, columns: number): string {
  return truncate(safeLine(clip(text, 1000)), columns);
}

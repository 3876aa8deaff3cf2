import { isEverything } from '../checks/diagnosis/diagnose.ts';
import { troublesOf, type Trouble } from '../checks/diagnosis/troubles.ts';
import type { CaseOutcome, CaseResult, CheckReport } from '../checks/report.ts';
import { ExitCode } from '../errors.ts';
import type { Style } from '../host.ts';
import { block, padEnd, truncate, width } from '../text/layout.ts';
import { clip, safeLine } from '../text/safe.ts';
import { formatMs } from '../text/units.ts';
import { type DetailsView, detailLines, exchangeLines, labelled } from './details.ts';
import {
  alsoIds,
  commandOf,
  byTopic,
  durationMs,
  goesFurther,
  outcomeWords,
  setup,
  shownCases,
  totals,
  uncheckableIn,
  verdict,
  warnings,
  weight,
  unitOf,
} from './report-words.ts';
import type { Reporter, ReportView } from './reporter.ts';

const maxIdWidth = 28;

/** For a person at a terminal: what it comes to, what to change first, and then the cases. */
export const pretty: Reporter = {
  name: 'pretty',
  summary: 'for a person at a terminal',
  render(report, view) {
    const troubles = troublesOf(report);
    // Then there is one thing to say, and it is said at once.
    const isOne = isEverything(report, troubles) && !view.verbose;
    const sections = [
      heading(report, view.style),
      diagnosisLines(report, troubles, view.style, isOne),
      // Where something failed, that is what one wants to read.
      ...(troubles.length === 0 || view.verbose ? caseList(report, view) : []),
      ...(isOne ? [] : troubles.map((trouble) => troubleLines(trouble, view.style))),
      ...warningLines(warnings(report), troubles.length > 0 && !view.verbose, view.style),
      ending(report, troubles.length > 0 && !view.verbose, view.style),
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function heading(report: CheckReport, { columns, bold }: Style): string[] {
  const name = commandOf(report);
  const text = `${name}  ${setup(report).join(' · ')}`;
  const [first = '', ...rest] = block(text, { indent: '  ', columns, maxLines: 8 });
  return [bold(first.slice(2, 2 + name.length)) + first.slice(2 + name.length), ...rest.map((line) => line.trimEnd())];
}

/** The sentence that comes first, and the first thing to change unless that is what comes next. */
function diagnosisLines(
  { diagnosis, summary }: CheckReport,
  [first, ...others]: readonly Trouble[],
  style: Style,
  isOne: boolean,
): string[] {
  const passed = summary.exitCode === ExitCode.ok;
  const view = { columns: style.columns, indent: '', labelWidth: 2 };
  const paintLine = passed ? style.green : style.red;
  const head = labelled(passed ? '✔' : '✘', diagnosis.summary, view).map((line) => style.bold(paintLine(line)));
  if (first && isOne) return [...head, ...briefLines(first.cases[0]!, style)];
  const isNext = first !== undefined && others.length === 0;
  return diagnosis.firstFix && !isNext ? [...head, ...labelled('fix', diagnosis.firstFix, detailsView(style))] : head;
}

/** Where nothing gets through, nobody needs to be told why that matters. */
function briefLines(result: CaseResult, style: Style): string[] {
  const brief = {
    ...result,
    rules: [],
    requests: [],
    expected: '',
    why: null,
    reproduce: { ...result.reproduce, curl: null },
  };
  return detailLines(brief, detailsView(style));
}

/** What failed in one way: the first case in full, the others by their names. */
function troubleLines(trouble: Trouble, style: Style): string[] {
  const [first] = trouble.cases as [CaseResult];
  return [caseHeading(first, weight(first), style), ...detailsOf(trouble, style)];
}

/** The other rules, and what the receiver answered in full, are for the other reports: what came has the line that matters. */
function detailsOf(trouble: Trouble, style: Style): string[] {
  const view = detailsView(style);
  const first = trouble.cases[0]!;
  const also = alsoIds(trouble).join(', ');
  return [
    ...detailLines({ ...first, rules: first.rules.slice(0, 1), requests: [] }, view),
    ...(also ? labelled('also', also, view) : []),
  ];
}

function caseList(report: CheckReport, view: ReportView): string[][] {
  const isRun = commandOf(report) === 'run';
  // The steps of a scenario stand below its name.
  const nameOf = (result: CaseResult): string => (isRun ? stepOf(result) : result.id);
  const idWidth = shownCases(report).reduce(
    (widest, result) => Math.max(widest, width(oneLine(nameOf(result), maxIdWidth))),
    0,
  );
  return [...byTopic(report)].map(([topic, results]) => [
    ...(isRun ? [view.style.bold(oneLine(topic, view.style.columns).trimEnd())] : []),
    ...results.flatMap((result) => caseLines(result, nameOf(result), { ...view, idWidth })),
  ]);
}

function stepOf({ id }: CaseResult): string {
  return id.slice(id.indexOf('/') + 1);
}

function caseLines(
  result: CaseResult,
  name: string,
  { style, verbose, idWidth }: ReportView & { idWidth: number },
): string[] {
  const { mark } = outcomeWords[result.outcome];
  const start = padEnd(oneLine(name, idWidth), idWidth);
  const took = verbose ? `${formatMs(durationMs(result)).padEnd(7)}  ` : '';
  const room = style.columns - idWidth - 4;
  const said = took + whatIsSaid(result);
  const [text = '', ...rest] = verbose
    ? block(said, { indent: '', columns: room, maxLines: 20 })
    : [oneLine(said, room)];
  const quiet = result.outcome === 'pass' || result.outcome === 'skip' || result.outcome === 'info';
  const line = `${paint(result.outcome, style)(mark)} ${start}  ${quiet ? style.dim(text) : text}`.trimEnd();
  const details = { columns: style.columns, indent: '    ', paintLabel: style.dim };
  const further = rest.map((row) => `${'│'.padStart(3).padEnd(idWidth + 4)}${row}`.trimEnd());
  return [
    line,
    ...further,
    ...(verbose ? result.requests.flatMap((exchange) => exchangeLines(exchange, details)) : []),
  ];
}

/** A case that passed has its title; of the others one wants to know more. */
function whatIsSaid({ outcome, title, actual }: CaseResult): string {
  if (outcome === 'pass') return title;
  const { word } = outcomeWords[outcome];
  const tells = outcome === 'info' || outcome === 'skip';
  return `${word}: ${clip((tells && actual) || title, 400)}`;
}

/** Beside a failure, what the page does not even ask for is a line. */
function warningLines(results: readonly CaseResult[], isBrief: boolean, style: Style): string[][] {
  const brief = results.filter(({ level }) => isBrief && level === 'MAY');
  const lines = brief.map((result) => caseHeading(result, weightOf(result), style));
  const full = results.filter((result) => !brief.includes(result)).map((result) => warning(result, style));
  return lines.length > 0 ? [...full, lines] : full;
}

function weightOf({ level, outcome }: CaseResult): string {
  return `${level}, ${outcomeWords[outcome].word}`;
}

/** As a failure, without what is only needed to mend one. */
function warning(result: CaseResult, style: Style): string[] {
  const brief = { ...result, rules: [], requests: [], expected: '', reproduce: { ...result.reproduce, curl: null } };
  return [caseHeading(result, weightOf(result), style), ...detailLines(brief, detailsView(style))];
}

function caseHeading({ id, title, outcome }: CaseResult, note: string, style: Style): string {
  const name = oneLine(id, style.columns - 2).trimEnd();
  const rest = oneLine(` (${note}) ${title}`, style.columns - 2 - width(name)).trimEnd();
  return `${paint(outcome, style)(outcomeWords[outcome].mark)} ${style.bold(name)}${rest}`;
}

function detailsView(style: Style): DetailsView {
  return { columns: style.columns, indent: '  ', paintLabel: style.dim, paintCommand: style.cyan };
}

function ending(report: CheckReport, isFolded: boolean, style: Style): string[] {
  const { columns } = style;
  const passed = report.summary.exitCode === ExitCode.ok;
  const more = isFolded ? ` Every ${unitOf(report)}: -v` : '';
  const lines = labelled(passed ? '✔' : '✘', verdict(report) + more, { columns, indent: '', labelWidth: 2 });
  const colour = passed ? style.green : style.red;
  return [
    ...block(totals(report).join(' · '), { indent: '', columns, maxLines: 4 }),
    ...lines.map((line) => style.bold(colour(line))),
    ...block(goesFurther(report) ?? '', { indent: '', columns, maxLines: 8 }).filter(Boolean),
    // Whoever has something to fix has enough to read.
    ...(passed
      ? block(uncheckableIn(report) ?? '', { indent: '', columns, maxLines: 8 })
          .filter(Boolean)
          .map(style.dim)
      : []),
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

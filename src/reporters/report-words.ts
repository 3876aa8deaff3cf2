import { failsRun, topicOf, type Trouble } from '../checks/diagnosis/troubles.ts';
import { scenarioProfile, type CaseOutcome, type CaseResult, type CheckReport } from '../checks/report.ts';
import { openReceiverId } from '../checks/case.ts';
import { defaultChatId } from '../contract/limits.ts';
import { rules } from '../contract/rules.ts';
import { ExitCode } from '../errors.ts';
import { clip } from '../text/safe.ts';
import { count, formatMs } from '../text/units.ts';

/** How each outcome is shown: its mark, and the word for one case. */
export const outcomeWords: Record<CaseOutcome, { mark: string; word: string }> = {
  pass: { mark: '✔', word: 'passed' },
  fail: { mark: '✘', word: 'failed' },
  warn: { mark: '!', word: 'warning' },
  info: { mark: '·', word: 'recorded' },
  skip: { mark: '−', word: 'skipped' },
  waived: { mark: '~', word: 'waived' },
  error: { mark: '✘', word: 'not carried out' },
};

/** The command that a report is of. */
export function commandOf({ run }: Pick<CheckReport, 'run'>): 'check' | 'run' {
  return run.profile === scenarioProfile ? 'run' : 'check';
}

/** What a report is a list of. */
export function unitOf(report: Pick<CheckReport, 'run'>): 'case' | 'step' {
  return commandOf(report) === 'run' ? 'step' : 'case';
}

/** `3 cases`, `3 steps`. */
function counted(amount: number, report: Pick<CheckReport, 'run'>): string {
  return count(amount, unitOf(report));
}

/** What no request from here can find out (R4, R5); null where nothing was asked about it. */
export function uncheckableIn(report: Pick<CheckReport, 'run'>): string | null {
  return commandOf(report) === 'check' ? uncheckable : null;
}

const uncheckable =
  'Not checked, because it cannot be from here: Suvvy calls from changing addresses (R4) in the Russian Federation ' +
  '(R5). Keep allow-lists of addresses and geo-blocks away from this URL.';

/** What a passing run has not shown, where more is in reach; null if there is nothing to say. */
export function goesFurther({ summary, target }: CheckReport): string | null {
  if (summary.exitCode !== ExitCode.ok || target.chatId !== defaultChatId) return null;
  return (
    `chat_id ${defaultChatId} is nobody, so code that looks a chat up and writes into it may not have run: ` +
    '--chat-id of a test dialogue goes further (chatId in the config keeps it).'
  );
}

/** Warnings that every report has in full, also one that leaves warnings to others. */
export function graveWarnings(report: CheckReport): CaseResult[] {
  return warnings(report).filter(({ id, outcome }) => id === openReceiverId && outcome === 'warn');
}

/** What is worth a look and costs nothing: warnings and waived failures. */
export function warnings(report: CheckReport): CaseResult[] {
  return report.cases.filter((result) => ['warn', 'waived'].includes(result.outcome) && !failsRun(result));
}

/** A failed case's level, and whether that matters to the run. */
export function weight(result: CaseResult): string {
  return failsRun(result) ? result.level : `${result.level}, does not fail the run`;
}

/** The cases by topic, which is the part of an id before the slash. */
export function byTopic(report: CheckReport): Map<string, CaseResult[]> {
  const topics = new Map<string, CaseResult[]>();
  for (const result of shownCases(report)) {
    const topic = topicOf(result);
    topics.set(topic, [...(topics.get(topic) ?? []), result]);
  }
  return topics;
}

/** All that a failure says, each with its label: what was wanted and by which rule, what came, why it matters, what to try. */
export function explain(result: CaseResult): [label: string, text: string][] {
  const { expected, why, fix } = result;
  const quotes = result.rules.flatMap((id) => quoteOf(id) ?? []).join('; ');
  const lines: [string, string | null][] = [
    ['expected', expected && quotes ? `${expected}: ${quotes}` : expected || quotes],
    ['got', gotOf(result)],
    ['answer', answerOf(result)],
    ['why', why],
    ['fix', fix],
  ];
  return lines.flatMap(([label, text]) => (text ? [[label, text]] : []));
}

/** What came, with what the server itself wrote where the answer does not say it. */
function gotOf({ actual, errorLine }: CaseResult): string {
  return errorLine === null || actual.includes(errorLine) ? actual : `${actual}; the server says: ${errorLine}`;
}

const maxAlso = 40;

/** The cases that failed as the first one did, by their ids. */
export function alsoIds({ cases: [, ...others] }: Pick<Trouble, 'cases'>): string[] {
  const ids = others.slice(0, maxAlso).map(({ id }) => clip(id, 200));
  return others.length > maxAlso ? [...ids, `${others.length - maxAlso} more`] : ids;
}

/** The cases to show: of a run that was cut short, without those that it did not come to. */
export function shownCases({ cases, run }: CheckReport): CaseResult[] {
  return run.aborted === null ? cases : cases.filter(({ outcome }) => outcome !== 'skip');
}

/** How many cases a run that was cut short did not come to, in words; null where it came to all. */
export function notReached(report: CheckReport): string | null {
  const left = report.cases.length - shownCases(report).length;
  return left > 0 ? `${counted(left, report)} not run` : null;
}

/** One sentence on how the run went. */
export function verdict(report: CheckReport): string {
  const { exitCode } = report.summary;
  const failing = report.cases.filter(failsRun).length;
  const early = report.run.aborted ? ` The run ended early: ${sentence(report.run.aborted)}` : '';
  if (exitCode === ExitCode.ok)
    return `Passed: no ${commandOf(report) === 'run' ? 'step' : 'case'} fails this run.${early}`;
  if (exitCode !== ExitCode.failed) return `Not finished (exit code ${exitCode}).${early}`;
  return `Failed${failing > 0 ? `: ${failing} of ${counted(report.summary.total, report)}` : ''}.${early}`;
}

/** With a full stop, unless it ends as a sentence already: another one may follow. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The numbers: `58 cases in 2.31 s`, `55 passed`, ... */
export function totals(report: CheckReport): string[] {
  const { summary, run } = report;
  const { total, pass, fail, warn, info, skip, waived, error } = summary;
  const parts: [number, string][] = [
    [pass, 'passed'],
    [fail, 'failed'],
    [error, 'not carried out'],
    [warn, warn === 1 ? 'warning' : 'warnings'],
    [waived, 'waived'],
    [info, 'recorded'],
    [skip, 'skipped'],
  ];
  const amounts = parts.flatMap(([amount, word]) => (amount > 0 ? [`${amount} ${word}`] : []));
  return [`${counted(total, report)} in ${formatMs(run.durationMs)}`, ...amounts];
}

/** The set-up of the run, target first. */
export function setup({ target, run }: CheckReport): string[] {
  const profile = commandOf({ run }) === 'check' ? [`profile ${run.profile}`] : [];
  const parts = [target.url, ...profile, `secret ${target.secretConfigured ? 'yes' : 'no'}`];
  if (target.chatId !== null) parts.push(`chat_id ${target.chatId}`);
  return parts;
}

/** What a case took, or its requests together, in milliseconds. */
export function durationMs({ requests, tookMs }: CaseResult): number {
  if (tookMs !== undefined) return tookMs;
  return requests.reduce((sum, { timing }) => sum + timing.totalMs, 0);
}

function quoteOf(id: string): string | null {
  return Object.hasOwn(rules, id) ? `“${rules[id as keyof typeof rules].quote}” (${id})` : null;
}

/** The first bytes of the first answer, which is the culprit's, unless the sentence on what came quotes them already. */
function answerOf({ requests, actual, errorLine }: CaseResult): string | null {
  const text = requests.find(({ response }) => response)?.response?.bodyExcerpt ?? '';
  const isQuoted = errorLine !== null && actual.includes(errorLine) && text.length <= errorLine.length + 40;
  return isQuoted || actual.includes(text.slice(0, 40)) ? null : text;
}

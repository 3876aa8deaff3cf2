import { ExitCode } from '../../errors.ts';
import { count } from '../../text/units.ts';
import { allOf } from '../../text/words.ts';
import type { CaseResult, CheckReport, Diagnosis } from '../report.ts';
import { areaStates, isSentBySuvvy, type AreaState } from './areas.ts';
import { troublesOf, type Trouble } from './troubles.ts';

/** A report before its diagnosis. */
export type Undiagnosed = Omit<CheckReport, 'diagnosis'>;

/**
 * What a run found, in a sentence in the receiver's terms, and the first thing to change. Pure. It may quote the receiver:
 * sanitise.
 */
export function diagnose(report: Undiagnosed): Diagnosis {
  const troubles = troublesOf(report).filter(({ cases }) => cases[0]!.outcome !== 'error');
  const [first] = troubles;
  if (neverRan(report))
    return {
      summary: sentence(report.rootCauses[0]?.message ?? report.run.aborted ?? 'nothing was sent'),
      firstFix: null,
    };
  if (!first) return soundness(report);
  const early = report.run.aborted === null ? '' : ` ${sentence(`The run ended early: ${report.run.aborted}`)}`;
  return {
    summary: sentence(isEverything(report, troubles) ? everything(first) : contrast(report, troubles)) + early,
    firstFix: first.cases[0]!.fix,
  };
}

function neverRan({ summary }: Undiagnosed): boolean {
  return summary.exitCode === ExitCode.unable && summary.skip === summary.total;
}

/** Nothing failed; what could not be carried out is no fault of the receiver. */
function soundness({ cases, run, summary }: Undiagnosed): Diagnosis {
  const ours = cases.filter(({ outcome }) => outcome === 'error');
  if (ours.length > 0) {
    const rest = areaStates(cases, []).map(({ noun }) => noun);
    const passing = rest.length > 0 ? `what could be judged passes (${allOf(rest)}); ` : '';
    return { summary: sentence(`${passing}${count(ours.length, 'case')} ${ours[0]!.actual}`), firstFix: null };
  }
  const judged = cases.filter(({ outcome }) => outcome !== 'skip').length;
  if (run.aborted !== null) {
    const so = judged === 0 ? 'nothing was judged' : `nothing failed in ${judged} of ${count(summary.total, 'case')}`;
    return {
      summary: sentence(run.aborted === 'interrupted' ? `interrupted: ${so}` : `${so}; ${run.aborted}`),
      firstFix: null,
    };
  }
  const open = cases.find(
    ({ id, outcome, reason }) => id === 'auth/unprotected' && outcome !== 'skip' && reason !== null,
  );
  const [warning] = [...(open ? [open] : []), ...cases.filter(({ outcome }) => outcome === 'warn')];
  const all = run.profile === 'custom' ? 'The chosen cases pass' : 'Everything that Suvvy sends is accepted';
  const warned = cases.filter(({ outcome, id }) => outcome === 'warn' && id !== open?.id).length;
  const but = [
    ...(open ? ['so is what anybody else sends: no secret is checked'] : []),
    ...(warned > 0 ? [`${count(warned, 'warning')} to look at`] : []),
  ];
  return { summary: sentence([all, ...but].join(', and ')), firstFix: warning?.fix ?? null };
}

const questions: Record<number, string> = {
  401: 'is the secret the same on both sides?',
  403: 'is the secret the same on both sides?',
  404: 'is the path right?',
  405: 'does this path take POST?',
};

/** Whether nothing at all gets through, and all of it in one way: then there is one thing to say. */
export function isEverything({ cases }: Pick<CheckReport, 'cases'>, [first, ...others]: readonly Trouble[]): boolean {
  if (!first || first.answer === null || others.length > 0) return false;
  const sent = cases.filter((result) => isSentBySuvvy(result) && !['skip', 'info'].includes(result.outcome));
  return sent.some(isControl) && sent.every((result) => first.cases.includes(result));
}

function everything({ answer, status, line }: Trouble): string {
  const elsewhere = status !== null && status < 400 ? 'give Suvvy the URL that it leads to' : line;
  const question = questions[status ?? 0] ?? elsewhere;
  return `${answer} from everything${question ? `: ${question}` : ''}`;
}

function isControl({ id }: CaseResult): boolean {
  return id === 'deliver/text-ai' || id === 'event/test-request';
}

/** What gets through and what does not, and of what it fails. */
function contrast({ cases }: Undiagnosed, troubles: readonly Trouble[]): string {
  const failed = troubles.flatMap((trouble) => trouble.cases);
  const states = areaStates(cases, failed);
  const whole = states.filter((area) => area.failed.length === area.judged);
  const passing = states.filter((area) => area.failed.length === 0);
  const told = new Set(whole.flatMap((area) => area.failed));
  const single = failed.filter((result) => !told.has(result));
  // "Texts pass, but not a wrong secret" would say the opposite: that fits only what a receiver has to take.
  const excepted = passing.length > 0 && whole.length === 0 ? single.filter(isSentBySuvvy) : [];
  const wrong = single.filter((result) => !excepted.includes(result));
  const pass = passing.length > 0 ? [`${allOf(passing.map(({ noun }) => noun))} ${verb(passing, 'pass')}`] : [];
  const parts = [
    ...pass.map((words) => (excepted.length > 0 ? `${words}, but not ${titlesOf(excepted)}` : words)),
    ...failing(whole, passing.length > 0),
    ...(wrong.length > 0 ? [`not right: ${titlesOf(wrong)}`] : []),
  ];
  const cause = causeOf(troubles[0]!);
  const more = troubles.length > 1 && cause ? ` (and ${count(troubles.length - 1, 'more cause')} below)` : '';
  return `${parts.join('; ')}${cause ? `: ${cause}${more}` : ''}`;
}

/** An error that has a name says it all; what is only said in words needs the status. */
function causeOf({ answer, line, quote }: Trouble): string | null {
  if (line !== null && (answer === null || /\w(?:Error|Exception)\b|^panic/.test(line))) return line;
  const words = line ?? quote;
  return answer && words ? `${answer} "${words}"` : answer;
}

function failing([first, ...rest]: readonly AreaState[], isContrast: boolean): string[] {
  if (!first) return [];
  const head = `${first.noun} ${verb([first], 'fail')}`;
  if (rest.length === 0) return [head];
  const so = rest.length > 1 || rest[0]!.plural ? 'so do' : 'so does';
  const also = allOf(rest.map(({ noun }) => noun));
  return [isContrast ? `${head}, and ${so} ${also}` : `${head}, ${so} ${also}`];
}

/** At most three by their titles: more are a number. */
function titlesOf(results: readonly CaseResult[]): string {
  const titles = results.map(({ title }) => title);
  return titles.length > 3 ? `${titles.slice(0, 2).join(', ')} and ${titles.length - 2} more` : allOf(titles);
}

function verb(of: readonly { plural: boolean }[], word: 'pass' | 'fail'): string {
  if (of.length > 1 || of[0]?.plural) return word;
  return word === 'pass' ? 'passes' : 'fails';
}

function sentence(text: string): string {
  const start = text.startsWith('test_request') ? 't' : text.charAt(0).toUpperCase();
  return `${start}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}

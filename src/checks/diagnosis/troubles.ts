import { STATUS_CODES } from 'node:http';
import type { CaseResult, CheckReport, Exchange } from '../report.ts';

/** Cases that failed in the same way: somebody who changes one thing makes all of them pass. */
export interface Trouble {
  /** The first of them is told in full. */
  cases: CaseResult[];
  /** `404 Not Found`, `no answer in time`; null where what came is right for other requests. */
  answer: string | null;
  /** The status that came; null where none did. */
  status: number | null;
  /** What the answer says in a short line of plain text; null where it does not. */
  quote: string | null;
  /** The line that says what went wrong, of the answer or of the server's own output. */
  line: string | null;
}

/** What needs a person: cases that make the run fail, that failed without doing so, or that we could not carry out. */
export function problemsOf({ cases }: Pick<CheckReport, 'cases'>): CaseResult[] {
  const found = cases.filter((result) => failsRun(result) || ['fail', 'error'].includes(result.outcome));
  return found.toSorted((a, b) => Number(failsRun(b)) - Number(failsRun(a)));
}

/** Whether the run fails because of this case. */
export function failsRun({ gating, outcome }: CaseResult): boolean {
  return gating && !['pass', 'info', 'skip'].includes(outcome);
}

/** The problems of a report by what they come from, those that make the run fail first. */
export function troublesOf(report: Pick<CheckReport, 'cases' | 'rootCauses'>): Trouble[] {
  const troubles = new Map<string, Trouble>();
  const problems = problemsOf(report);
  // One that stands behind a single failure, and behind cases that were not sent for it, joins nothing.
  const causes = report.rootCauses.filter(({ cases }) => problems.filter(({ id }) => cases.includes(id)).length > 1);
  for (const result of problems) {
    const answer = badAnswerOf(result);
    const status = answer?.response?.status ?? null;
    const key = causeOf(result, causes) ?? signature(result, status, answer !== null);
    const known = troubles.get(key);
    if (known) known.cases.push(result);
    else
      troubles.set(key, {
        cases: [result],
        answer: answerWords(result, answer),
        status,
        quote: quoteOf(answer),
        line: result.errorLine,
      });
  }
  return [...troubles.values()];
}

/** The first request of a case that did not get a 2xx; null where all did. */
function badAnswerOf({ requests }: Pick<CaseResult, 'requests'>): Exchange | null {
  return requests.find(({ response }) => response === null || response.status < 200 || response.status > 299) ?? null;
}

function causeOf({ id }: CaseResult, causes: CheckReport['rootCauses']): string | null {
  const at = causes.findIndex(({ cases }) => cases.includes(id));
  return at < 0 ? null : `cause ${at}`;
}

/** Equal for what failed alike: an error that names a size or an id is the same error. */
function signature(result: CaseResult, status: number | null, isBad: boolean): string {
  if (result.outcome === 'error') return 'error';
  // A 2xx where it should have been refused, or a promise that is not kept: it depends on what was asked.
  if (!isBad || result.reason === 'expectation') return `${topicOf(result)} ${result.reason} ${result.fix}`;
  return [result.reason, status, result.errorLine?.replaceAll(/\d+/g, '#')].join(' ');
}

/** The part of an id before the slash. */
export function topicOf({ id }: Pick<CaseResult, 'id'>): string {
  return id.split('/', 1)[0] ?? id;
}

const reasonWords: Record<string, string> = {
  timeout: 'no answer in time',
  connect_timeout: 'no connection in time',
  connection_refused: 'connection refused',
  connection_reset: 'the connection was dropped',
  tls: 'no TLS connection',
  protocol: 'no HTTP answer',
};

function answerWords({ reason }: CaseResult, answer: Exchange | null): string | null {
  const status = answer?.response?.status;
  if (status !== undefined) return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return answer === null ? null : (reasonWords[reason ?? ''] ?? 'no answer');
}

const maxQuote = 100;

function quoteOf(answer: Exchange | null): string | null {
  const text = answer?.response?.bodyExcerpt.trim() ?? '';
  const isPlain = text !== '' && text.length <= maxQuote && !/[\n<{[]/.test(text);
  // Many frameworks say nothing but the words of the status.
  return isPlain && text !== STATUS_CODES[answer?.response?.status ?? 0] ? text : null;
}

import type { Trial } from '../../../src/checks/case.ts';
import type { CaseResult } from '../../../src/checks/report.ts';

type Trials = ReadonlyMap<string, readonly Trial[]>;

/** A framework, and how its receiver behaves: what stands in one column. */
export interface Column {
  name: string;
  notes: string;
  cells: ReadonlyMap<string, string>;
}

/** Cells that say nothing of note. */
const plain = { outcome: 'pass', answer: '2xx' };

const keepAlive = 'net/keep-alive-reuse: the connection';

const rightSecret = new Set(['auth/scheme-case', 'auth/header-case']);

/** Cases that ask for a 4xx, of which the page says a sentence. */
const isRefusal = (id: string): boolean => id.startsWith('auth/') && !rightSecret.has(id);

/** What a run showed, by row: an outcome for each case, an answer for each request. */
export function observe(results: readonly CaseResult[], trials: Trials): Column['cells'] {
  const cells = new Map<string, string>();
  for (const { id, outcome } of results) cells.set(id, outcome === 'info' ? plain.outcome : outcome);
  const reuse = results.find(({ id }) => id === 'net/keep-alive-reuse');
  if (reuse) cells.set(keepAlive, /all three on one/.test(reuse.actual) ? 'kept' : 'closed');
  for (const [id, sent] of trials)
    if (!isRefusal(id)) for (const trial of sent) cells.set(`${id}: ${trial.probe.label}`, answerOf(trial));
  return cells;
}

/** How the requests of strangers were answered: each status once. */
export function refusalsOf(trials: Trials): (number | undefined)[] {
  const sent = [...trials].flatMap(([id, ofCase]) => (isRefusal(id) ? ofCase : []));
  return [...new Set(sent.map(({ delivery }) => delivery.outcome.response?.status))];
}

/** Status and kind of body: `413 HTML`. */
function answerOf({ delivery }: Trial): string {
  const { response } = delivery.outcome;
  if (!response) return 'no answer';
  if (response.status >= 200 && response.status <= 299) return plain.answer;
  const type = response.headers.find(([name]) => /^content-type$/i.test(name))?.[1] ?? '';
  const kind = /html|json|plain/.exec(type)?.[0];
  if (response.body.byteLength === 0) return String(response.status);
  return `${response.status} ${kind === 'plain' ? 'text' : (kind?.toUpperCase() ?? '')}`.trim();
}

/** The whole page. */
export function frameworksPage(columns: readonly Column[]): string {
  const labels = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))];
  const isCase = (label: string): boolean => !label.includes(': ');
  const differs = (label: string): boolean =>
    columns.some(({ cells }) => !Object.values(plain).includes(cells.get(label) ?? plain.answer));
  const rows = labels.filter(differs);
  return `${[
    '# What frameworks do by default',
    'Made by `npm run docs:frameworks` from real runs: change the receivers in `test/checks/frameworks`, not this page.',
    'Receivers as the users of each framework write them, with its defaults. All of them look at the secret, and all of them pass `suvvy-hook check` in the profiles default and full: what differs below is no fault, and costs at most a warning.',
    '## Cases',
    'Every case that is not listed passes everywhere, or only records. A warning (`warn`) never fails a run, unless `--strict` is given.',
    table('case', columns, rows.filter(isCase), plain.outcome),
    '## Answers',
    'By request: the status of the answer, and the kind of its body. Requests that are not listed are answered 2xx everywhere; a wrong or missing secret is answered 401 everywhere.',
    table(
      'request',
      columns,
      rows.filter((label) => !isCase(label)),
      plain.answer,
    ),
    'A 5xx, or no answer, to what Suvvy never sends is a warning in `robust/not-json`, `robust/wrong-shape` and `robust/hostile-strings`, and recorded everywhere else in this table.',
    '## To know',
    columns.map(({ name, notes }) => `- **${name}**: ${notes}`).join('\n'),
  ].join('\n\n')}\n`;
}

function table(first: string, columns: readonly Column[], labels: readonly string[], otherwise: string): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([first, ...columns.map(({ name }) => name)]),
    `|---${'|---'.repeat(columns.length)}|`,
    ...labels.map((label) => line([code(label), ...columns.map(({ cells }) => cells.get(label) ?? otherwise)])),
  ].join('\n');
}

/** As code, what Markdown would take for markup. */
function code(label: string): string {
  const [id, ...rest] = label.split(': ');
  const sent = rest.join(': ');
  return `\`${id}\`${sent && `: ${/^["{[_]/.test(sent) ? `\`${sent}\`` : sent}`}`;
}

/** The column of a page that was written earlier; null if it has none of this name. */
export function columnIn(page: string, name: string, notes: string): Column | null {
  const cells = new Map<string, string>();
  let at = 0;
  for (const line of page.split('\n')) {
    const [first, ...rest] = line.slice(2, -2).split(' | ');
    if (!line.startsWith('| ')) continue;
    if (first === 'case' || first === 'request') at = rest.indexOf(name);
    else if (at >= 0) cells.set(first!.replaceAll('`', ''), rest[at]!);
  }
  return cells.size > 0 ? { name, notes, cells } : null;
}

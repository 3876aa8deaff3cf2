import { createHash } from 'node:crypto';
import { failsRun, troublesOf } from '../checks/diagnosis/troubles.ts';
import type { CaseResult, CheckReport, Exchange } from '../checks/report.ts';
import { clip, safe, safeLine } from '../text/safe.ts';
import { count, formatMs } from '../text/units.ts';
import { commands, messageText } from './details.ts';
import {
  byTopic,
  commandOf,
  explain,
  goesFurther,
  notReached,
  outcomeWords,
  setup,
  totals,
  uncheckableIn,
  verdict,
  warnings,
  weight,
} from './report-words.ts';
import { htmlStyle } from './html-style.ts';
import { escapeMarkup } from './markup.ts';
import type { Reporter } from './reporter.ts';

const maxText = 8000;
const maxCurl = 16_384;

/** One page that needs nothing else, with an anchor for every case. */
export const html: Reporter = {
  name: 'html',
  summary: 'one page for a browser, without scripts',
  render(report) {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${line(`${report.summary.exitCode === 0 ? '✔' : '✘'} suvvy-hook ${commandOf(report)} ${report.target.url}`)}</title>
<style>${htmlStyle}</style>
</head>
<body>
${[...overview(report), ...[...byTopic(report)].map((one) => topic(one, toldInFull(report)))].join('\n')}
${[goesFurther(report), uncheckableIn(report)].flatMap((text) => (text ? [`<p class="soft">${line(text)}</p>`] : [])).join('\n')}
<p class="soft">${line(`${report.tool.name} ${report.tool.version}, catalogue ${report.catalogue.version}, ${report.run.startedAt}`)}</p>
</body>
</html>
`;
  },
};

/** Nothing is loaded and nothing runs, whatever else were to go wrong. */
function policy(): string {
  const hash = createHash('sha256').update(htmlStyle).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function overview(report: CheckReport): string[] {
  const { summary, firstFix } = report.diagnosis;
  const causes = report.rootCauses.map(
    ({ message, cases }) => `<li>${line(message)} (${count(cases.length, 'case')})</li>`,
  );
  return [
    `<h1>suvvy-hook ${commandOf(report)}</h1>`,
    `<p>${setup(report)
      .map((part, at) => (at === 0 ? `<code>${line(part)}</code>` : line(part)))
      .join(' · ')}</p>`,
    `<p class="verdict${report.summary.exitCode === 0 ? '' : ' failed'}">${line(summary)}</p>`,
    ...(firstFix ? [`<p><strong>First fix:</strong> ${line(firstFix)}</p>`] : []),
    `<p>${line([verdict(report), notReached(report)].filter(Boolean).join(' '))}</p>`,
    `<ul class="totals">${totals(report)
      .map((part) => `<li>${line(part)}</li>`)
      .join('')}</ul>`,
    ...(causes.length > 0 ? [`<h2>Cause</h2>\n<ul class="causes">${causes.join('')}</ul>`] : []),
    ...troublesOf(report).flatMap(({ cases }, at) => linksTo(at === 0 ? 'To fix first' : 'To fix then', cases)),
    ...linksTo('Worth a look', warnings(report)),
  ];
}

function linksTo(heading: string, results: readonly CaseResult[]): string[] {
  const links = results.map(
    ({ id, title }) => `<li><a href="#${line(id)}"><code>${line(id)}</code></a> ${line(title)}</li>`,
  );
  return links.length > 0 ? [`<h2>${heading}</h2>\n<ul>${links.join('')}</ul>`] : [];
}

/** Cases that are open when the page is: of those that failed in one way the first one. */
function toldInFull(report: CheckReport): Set<CaseResult> {
  return new Set([...troublesOf(report).map(({ cases }) => cases[0]!), ...warnings(report)]);
}

function topic([name, results]: [string, CaseResult[]], open: ReadonlySet<CaseResult>): string {
  return [`<h2>${line(name)}</h2>`, ...results.map((result) => caseDetails(result, open.has(result)))].join('\n');
}

function caseDetails(result: CaseResult, isOpen: boolean): string {
  const { id, title, level, outcome } = result;
  const { mark, word } = outcomeWords[outcome];
  const isWrong = failsRun(result) || ['fail', 'error', 'warn', 'waived'].includes(outcome);
  return `<details id="${line(id)}" class="${outcome}"${isOpen ? ' open' : ''}>
<summary><span class="mark">${mark}</span><code>${line(id)}</code> ${line(title)} <span class="fate">${isWrong ? weight(result) : level} <span class="word">${word}</span></span></summary>
<dl>${explain(result).map(explanation).join('')}</dl>
${commands(result, maxCurl)
  .map((command) => `<pre>${lines(command, Infinity)}</pre>`)
  .join('\n')}
${result.requests.map(exchangeDetails).join('\n')}
</details>`;
}

/** What the receiver said is shown as it is, mostly a page of its framework. */
function explanation([label, text]: [string, string]): string {
  const shown = label === 'answer' ? `<pre>${lines(text.trim())}</pre>` : lines(text);
  return `<dt>${line(label)}</dt><dd>${shown}</dd>`;
}

function exchangeDetails({ method, headers, body, response, timing }: Exchange): string {
  const status = response ? String(response.status) : 'no answer';
  const answer = response ? `<pre>${lines(messageText(response.headers, response.bodyExcerpt))}</pre>` : '';
  return `<details><summary class="soft">${line(method)} → ${status} in ${formatMs(timing.totalMs)}</summary>
<pre>${lines(messageText(headers, body))}</pre>${answer}</details>`;
}

/** Foreign text on one line, between tags or in an attribute. */
function line(text: string): string {
  return escapeMarkup(safeLine(clip(text, maxText)));
}

/** Foreign text with its lines. */
function lines(text: string, max = maxText): string {
  return escapeMarkup(safe(clip(text, max)));
}

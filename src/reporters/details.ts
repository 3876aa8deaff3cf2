import type { CaseResult, Exchange } from '../checks/report.ts';
import { phaseText } from '../delivery/timing.ts';
import { indentJson } from '../text/indent-json.ts';
import { block, width } from '../text/layout.ts';
import { escapeJson, safeLine } from '../text/safe.ts';
import { formatBytes, formatMs } from '../text/units.ts';
import { explain } from './report-words.ts';

export interface DetailsView {
  columns: number;
  /** What every line begins with. */
  indent: string;
  /** 10 by default. */
  labelWidth?: number;
  /** Lines of one text, 8 by default. */
  maxLines?: number;
  /** A longer curl line is only mentioned; 2,000 characters by default; 0 leaves it out. */
  maxCurl?: number;
  paintLabel?(label: string): string;
  paintCommand?(command: string): string;
}

const maxCommand = 4000;
const maxMessageLines = 60;
const plain = (text: string): string => text;

/** All that a failure says, in lines. */
export function detailLines(result: CaseResult, view: DetailsView): string[] {
  return [...explain(result).flatMap(([label, text]) => labelled(label, text, view)), ...repeatLines(result, view)];
}

/** How to repeat one case, to be copied: our own command, and the curl line in one piece, however long it is. */
function repeatLines({ reproduce: { curl, command } }: CaseResult, view: DetailsView): string[] {
  const { indent, columns, labelWidth = 10, maxCurl = 2000, paintLabel = plain, paintCommand = plain } = view;
  const rows =
    command.length > maxCommand ? [] : commandRows(safeLine(command).trimEnd(), columns - labelWidth - indent.length);
  const head = (at: number): string => (at === 0 ? paintLabel('repeat'.padEnd(labelWidth)) : ' '.repeat(labelWidth));
  return [
    ...rows.map((row, at) => indent + head(at) + paintCommand(row)),
    ...(curl === null || maxCurl === 0 ? [] : [indent + paintCommand(curlLine(curl, maxCurl))]),
  ];
}

/** A command broken between its words only, in the way that a shell puts together again. */
function commandRows(command: string, columns: number): string[] {
  // What a CI runner takes for an order begins no row.
  if (width(command) <= columns || / (?:::|##)/.test(command)) return [command];
  const words = command.match(/(?:[^\s'"]|'[^']*'|"[^"]*"|['"])+/g) ?? [];
  const rows: string[] = [];
  for (const word of words) {
    const longer = rows.length > 0 ? `${rows.at(-1)} ${word}` : word;
    if (rows.length > 0 && width(longer) <= columns - 2) rows[rows.length - 1] = longer;
    else rows.push(rows.length === 0 ? word : `  ${word}`);
  }
  return rows.map((row, at) => (at < rows.length - 1 ? `${row} \\` : row));
}

/** Foreign text after a label. Its further lines begin with a bar, so that none can pass for a line of ours. */
export function labelled(label: string, text: string, view: DetailsView): string[] {
  const { columns, indent, labelWidth = 10, maxLines = 8, paintLabel = plain } = view;
  const head = label.padEnd(labelWidth);
  const room = columns - width(indent + head);
  const lines = block(text, { indent: '', columns: room, maxLines });
  const start = (at: number): string => indent + (at === 0 ? paintLabel(head) : '│'.padEnd(head.length));
  return lines.map((line, at) => (line ? start(at) + line : start(at).trimEnd()));
}

/** Both sides of one request, in lines. */
export function exchangeLines(exchange: Exchange, view: DetailsView): string[] {
  const { method, headers, body, response, timing } = exchange;
  const status = response ? String(response.status) : 'no answer';
  const whole = { ...view, maxLines: maxMessageLines };
  return [
    ...labelled('request', `${method} → ${status} in ${formatMs(timing.totalMs)}: ${phaseText(timing)}`, view),
    ...labelled('  sent', messageText(headers, indentJson(body)), whole),
    ...labelled('  got', response ? messageText(response.headers, indentJson(response.bodyExcerpt)) : '', whole),
  ];
}

/** To be copied, so in one piece: the curl line, and the command that repeats this case. */
export function commands({ reproduce: { curl, command } }: CaseResult, maxCurl: number): string[] {
  const repeat = command.length > maxCommand ? '' : safeLine(command);
  return [...(curl === null ? [] : [curlLine(curl, maxCurl)]), repeat].filter(Boolean);
}

/**
 * A curl line in one piece, to be copied. Escapes are JSON's, so a JSON body stays the same value. One that nobody
 * would read becomes a shell comment that says where it is.
 */
function curlLine(curl: string, maxLength: number): string {
  if (curl.length > maxLength)
    return `# the curl line is ${formatBytes(Buffer.byteLength(curl))} long: --report json=FILE has it`;
  return escapeJson(curl.replace(/[\r\n\t]/g, ' '));
}

/** Headers and body, as on the wire. */
export function messageText(headers: Exchange['headers'], body: string): string {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}`),
  );
  return [...lines, '', body].join('\n').trim();
}

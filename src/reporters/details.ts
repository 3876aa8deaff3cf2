import type { CaseResult, Exchange } from '../checks/report.ts';
import { phaseText } from '../delivery/timing.ts';
import { block, width } from '../text/layout.ts';
import { escapeJson, safeLine } from '../text/safe.ts';
import { formatBytes, formatMs } from '../text/units.ts';
import { explain } from './report-words.ts';

export interface DetailsView {
  columns: number;
  /** What every line begins with. */
  indent: string;
  /** 8 by default. */
  labelWidth?: number;
  /** Lines of one text, 8 by default. */
  maxLines?: number;
  /** A longer curl line is only mentioned; 2,000 characters by default. */
  maxCurl?: number;
  paintLabel?(label: string): string;
  paintCommand?(command: string): string;
}

const maxCommand = 4000;
const plain = (text: string): string => text;

/** All that a failure says, in lines. The commands at the end are in one piece, however long they are. */
export function detailLines(result: CaseResult, view: DetailsView): string[] {
  const { indent, maxCurl = 2000, paintCommand = plain } = view;
  return [
    ...explain(result).flatMap(([label, text]) => labelled(label, text, view)),
    ...commands(result, maxCurl).map((command) => indent + paintCommand(command)),
  ];
}

/** Foreign text after a label. Its further lines begin with a bar, so that none can pass for a line of ours. */
export function labelled(label: string, text: string, view: DetailsView): string[] {
  const { columns, indent, labelWidth = 8, maxLines = 8, paintLabel = plain } = view;
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
  return [
    ...labelled('request', `${method} → ${status} in ${formatMs(timing.totalMs)}: ${phaseText(timing)}`, view),
    ...labelled('  sent', messageText(headers, body), view),
    ...labelled('  got', response ? messageText(response.headers, response.bodyExcerpt) : '', view),
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

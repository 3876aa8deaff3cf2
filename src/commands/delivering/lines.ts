import { fingerprint } from '../../contract/bearer.ts';
import type { Redactor } from '../../contract/redact.ts';
import { shownHeaders } from '../../contract/shown-headers.ts';
import { isAcknowledged } from '../../contract/limits.ts';
import { advise } from '../../delivery/advice.ts';
import { summariseAnswer } from '../../delivery/answer-summary.ts';
import type { Delivery } from '../../delivery/attempt.ts';
import type { Warning } from '../../delivery/judge.ts';
import type { Response } from '../../delivery/outcome.ts';
import { wireHeaders } from '../../delivery/payload.ts';
import { answerText } from '../../delivery/record.ts';
import { phaseText } from '../../delivery/timing.ts';
import type { Style } from '../../host.ts';
import type { RawHeader } from '../../http/headers.ts';
import { indentJson } from '../../text/indent-json.ts';
import { block, padEnd, truncate, width } from '../../text/layout.ts';
import { safeLine, clip, decode } from '../../text/safe.ts';
import { formatBytes, formatMs, count, grouped } from '../../text/units.ts';
import type { DeliverySummary } from '../../delivery/summary.ts';

/** Where deliveries go, with which secret, and which `chat_id` if a flag says so. */
export function targetLine(url: URL, secret: string | null, chatId?: string | false): string {
  const auth = secret ? `with the secret sha256:${fingerprint(secret)}` : 'without a secret';
  const chat = chatId === undefined ? '' : chatId === false ? ' · no chat_id' : ` · chat_id ${safeLine(chatId)}`;
  return `POST ${safeLine(url.href)} ${auth}${chat}`;
}

export interface DeliveryView {
  style: Style;
  /** Width of the widest name of the run, so that the columns stand below each other. */
  nameWidth: number;
  /** For what may be the beginning of a secret where an answer was cut. */
  redact: Redactor;
  secret: string | null;
  /** Both sides of the conversation, headers and bodies, and how long each phase took. */
  verbose: boolean;
  /** What became of each file, where somebody asked for it. */
  files?: boolean;
}

/** One delivery in lines for a person: the verdict, and under it what helps. */
export function deliveryLines(delivery: Delivery, view: DeliveryView): string[] {
  const { outcome, verdict } = delivery;
  const { style, secret, verbose } = view;
  const lines = [...headLines(delivery, view)];
  const indent = ' '.repeat(2);
  const add = (text: string): void => void lines.push(...block(text, { indent, columns: style.columns, maxLines: 4 }));

  if (verbose) lines.push(...conversation(delivery, view));
  if (outcome.connected && (verbose || view.files)) for (const file of delivery.files) add(fileLine(file));
  if (!verbose && !verdict.passed) for (const line of causeLines(delivery, view)) lines.push(line);
  for (const warning of verdict.warnings) add(`! ${warningWords[warning]}`);
  const advice = advise(delivery, { secret });
  if (advice) add(`→ ${advice}`);
  return lines;
}

function headLines(delivery: Delivery, { style, nameWidth, verbose }: DeliveryView): string[] {
  const { outcome, verdict, payload } = delivery;
  const mark = verdict.passed ? style.green('✔') : style.red('✘');
  const status = outcome.response ? statusText(outcome.response, style.columns) : 'no answer';
  const conclusion = verdict.delivered ? 'delivered' : 'undelivered';
  const paint = verdict.delivered ? style.green : style.red;
  const said = verdict.passed ? expectedNote(delivery) : safeLine(verdict.sentence ?? '');
  const detail = [said, verbose ? phaseText(outcome.timing) : ''].filter(Boolean).join(' · ');
  const name = padEnd(truncate(safeLine(payload.name), nameWidth), nameWidth);
  const start = `${name}  ${padEnd(status, 9)}  ${padEnd(formatMs(outcome.timing.totalMs), 7)}  `;
  const painted = `${mark} ${start}${paint(conclusion)}${' '.repeat(11 - conclusion.length)}`;
  const used = 2 + width(start) + 11;
  if (used + 3 + width(detail) <= style.columns) return [`${painted}   ${style.dim(detail)}`.trimEnd()];
  return [painted.trimEnd(), ...block(detail, { indent: '  ', columns: style.columns, maxLines: 4 }).map(style.dim)];
}

/** The words of a status as far as they are short enough for a column, or nothing has to stand in one. */
function statusText({ status, statusText: words }: Response, columns: number): string {
  const text = safeLine(clip(words, 40));
  return width(text) <= 12 || columns === Infinity ? `${status} ${text}`.trim() : String(status);
}

function expectedNote({ verdict }: Delivery): string {
  return verdict.delivered ? '' : 'as expected';
}

function fileLine({ name, fetched, bytes, afterMs }: Delivery['files'][number]): string {
  if (fetched)
    return `↓ ${safeLine(name)} was fetched whole (${formatBytes(bytes)}), ${formatMs(afterMs ?? 0)} after the start`;
  if (afterMs !== null)
    return `↓ ${safeLine(name)} was being fetched (${formatBytes(bytes)} so far) when this delivery ended`;
  return `↓ ${safeLine(name)} had not been fetched when this delivery ended`;
}

/** What the answer says of the cause: the line that matters of an error page, or else its first words. */
function causeLines({ outcome: { response } }: Delivery, { style, redact }: DeliveryView): string[] {
  if (!response || response.bodyBytes === 0) return [];
  const { words } = summariseAnswer(response, response.bodyCut === null ? redact : redact.cut);
  return words ? block(words, { indent: '  │ ', columns: style.columns, maxLines: 4 }).map(style.dim) : [];
}

function conversation(delivery: Delivery, view: DeliveryView): string[] {
  const { payload, outcome, url } = delivery;
  const { style, redact } = view;
  const side = (mark: string, head: string, headers: readonly RawHeader[], body: string): string[] => {
    const text = [head, ...shownHeaders(headers).map(([name, value]) => `${name}: ${value}`)].join('\n');
    return [text, indentJson(body)].flatMap((part) =>
      block(part, { indent: `  ${mark} `, columns: style.columns, maxLines: 200 }).map(style.dim),
    );
  };
  const lines = side(
    '>',
    `${payload.method} ${url.pathname}${url.search} HTTP/1.1`,
    wireHeaders(payload, url),
    decode(payload.body),
  );
  const { response } = outcome;
  if (response)
    lines.push(
      ...side('<', `${response.status} ${response.statusText}`, response.headers, answerText(response, redact)),
    );
  return lines;
}

const warningWords: Record<Warning, string> = {
  slow: 'more than half of the 20 s that Suvvy waits (R2)',
  body_timeout: 'the body of the answer was still running at the deadline (assumed: headers-decide)',
  body_truncated: 'the body of the answer was not read to its end: over 64 KiB, or broken off',
  file_unreachable:
    'the file link points to this machine, which the receiver cannot reach: give --file-base-url, or --asset-host',
};

/** `5 events sent · 1 delivered · 4 undelivered · 500 x4 · p50 3 ms · max 8 ms`. */
export function summaryLines(summary: DeliverySummary, columns: number): string[] {
  const { sent, delivered, undelivered, latencyMs } = summary;
  const parts = [`${count(sent, 'event')} sent`, `${grouped(delivered)} delivered`];
  if (undelivered > 0) parts.push(`${grouped(undelivered)} undelivered`);
  const why = failureCounts(summary);
  if (why.length > 0) parts.push(why.join(', '));
  if (latencyMs) parts.push(`p50 ${formatMs(latencyMs.p50)}`, `max ${formatMs(latencyMs.max)}`);
  return block(parts.join(' · '), { indent: '', columns, maxLines: 10 });
}

/** `500 x4`, `timeout x1`: an answer by its status, and what else went wrong by its reason. */
function failureCounts({ statuses, reasons }: Pick<DeliverySummary, 'statuses' | 'reasons'>): string[] {
  const bad = Object.entries(statuses).filter(([status]) => !isAcknowledged(Number(status)));
  const others = Object.entries(reasons).filter(([reason]) => !isStatus(reason));
  return [...bad, ...others].map(([what, times]) => `${what} x${grouped(times)}`);
}

/** A reason that the status of the answer says better. */
export function isStatus(reason: string): boolean {
  return ['status', 'redirect', 'unauthorized'].includes(reason);
}

/** Said once for all deliveries: how many files nobody came for. Our own receiver fetches none, so of it nothing is said. */
export function unfetchedLine({ all, fetched }: { all: number; fetched: number }): string | null {
  const left = all - fetched;
  if (left === 0) return null;
  const which = fetched === 0 ? count(left, 'file') : `${grouped(left)} of ${count(all, 'file')}`;
  return `${which} not fetched by then (--expect-fetch waits for that)`;
}

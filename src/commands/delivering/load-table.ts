import type { Style } from '../../host.ts';
import type { LoadSummary } from '../../load/summary.ts';
import { block } from '../../text/layout.ts';
import { count, formatMs, grouped } from '../../text/units.ts';
import { isStatus } from './lines.ts';

type Row = [label: string, value: string, note?: string];

/** The end of a load as a table: what left, what became of it, how fast. */
export function loadTable(summary: LoadSummary, style: Style): string[] {
  const rows = [...countRows(summary), ...latencyRows(summary)];
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(([label, value, note = '']) =>
    `${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}${note && `  ${style.dim(note)}`}`.trimEnd(),
  );
  const notes = notesOf(summary).flatMap((note) =>
    block(`! ${note}`, { indent: '', columns: style.columns, maxLines: 4 }).map(style.yellow),
  );
  const assumed = `over ${count(summary.concurrency, 'kept connection')}, where Suvvy opens one for each event (assumed: fresh-connection)`;
  return [...lines, ...notes, ...block(assumed, { indent: '', columns: style.columns, maxLines: 2 }).map(style.dim)];
}

function countRows(summary: LoadSummary): Row[] {
  const { sent, delivered, undelivered, passed, statuses, reasons } = summary;
  const amount = (label: string, value: number): Row => [label, grouped(value), share(value, sent)];
  const answered = Object.values(statuses).reduce((sum, times) => sum + times, 0);
  const rows: Row[] = [['sent', grouped(sent)], amount('delivered', delivered)];
  if (undelivered > 0) rows.push(amount('undelivered', undelivered));
  if (passed !== delivered) rows.push(amount('passed', passed));
  for (const [reason, times] of byTimes(reasons)) if (!isStatus(reason)) rows.push(amount(`  ${reason}`, times));
  for (const [status, times] of Object.entries(statuses)) rows.push(amount(`status ${status}`, times));
  if (answered < sent) rows.push(amount('no answer', sent - answered));
  if (summary.maxErrorRate !== null)
    rows.push(['error rate', `${summary.errorRate} %`, `up to ${summary.maxErrorRate} % allowed`]);
  if (summary.neverLeft > 0) rows.push(['never left', grouped(summary.neverLeft), 'due, and no connection was free']);
  return rows;
}

function latencyRows({ latencyMs, latencyFrom, perSecond, targetPerSecond, elapsedMs }: LoadSummary): Row[] {
  const asked = targetPerSecond === null ? '' : `, ${grouped(targetPerSecond)}/s asked for`;
  const rows: Row[] = [['rate', `${grouped(Math.round(perSecond * 10) / 10)}/s`, `for ${formatMs(elapsedMs)}${asked}`]];
  if (!latencyMs) return rows;
  const from = latencyFrom === 'due' ? 'from when it was due to the headers' : 'from when it left to the headers';
  for (const [index, [label, ms]] of Object.entries(latencyMs).entries())
    rows.push([label, fine(ms), index === 0 ? from : '']);
  return rows;
}

function notesOf({ warnings }: LoadSummary): string[] {
  const notes: string[] = [];
  const { slow, body_timeout: timeouts, body_truncated: truncated } = warnings;
  if (slow) notes.push(`${count(slow, 'answer')} took more than half of the 20 s that Suvvy waits (R2)`);
  if (timeouts) notes.push(`${count(timeouts, 'answer')} still running at the deadline (assumed: headers-decide)`);
  if (truncated) notes.push(`${count(truncated, 'answer')} not read to the end: over 64 KiB, or broken off`);
  return notes;
}

function byTimes(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).toSorted(([, a], [, b]) => b - a);
}

function share(part: number, whole: number): string {
  if (whole === 0) return '';
  const percent = ((part / whole) * 100).toFixed(1);
  // Neither all nor none may be claimed of what only rounds to it.
  if (part < whole && percent === '100.0') return '> 99.9 %';
  return part > 0 && percent === '0.0' ? '< 0.1 %' : `${percent} %`;
}

function fine(ms: number): string {
  return ms < 100 ? `${ms.toFixed(ms < 10 ? 2 : 1)} ms` : formatMs(ms);
}

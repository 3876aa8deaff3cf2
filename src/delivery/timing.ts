import type { Timing } from './outcome.ts';

/** Moments of one delivery on a monotonic clock, in milliseconds; absent where they did not come. */
export interface Marks {
  start: number;
  lookup?: number;
  connect?: number;
  secure?: number;
  sent?: number;
  firstByte?: number;
}

/** Turns moments into phases that add up to the total. */
export function phases(marks: Marks, end: number): Timing {
  // An answer may begin before the request is out: then sending ended when the answer began.
  const sent = marks.sent === undefined ? marks.firstByte : Math.min(marks.sent, marks.firstByte ?? Infinity);
  const lookup = marks.lookup ?? (marks.connect === undefined ? undefined : marks.start);
  const ready = marks.secure ?? marks.connect;
  return {
    dnsMs: span(marks.start, lookup),
    connectMs: span(lookup, marks.connect),
    tlsMs: span(marks.connect, marks.secure),
    sendMs: span(ready, sent),
    waitMs: span(sent, marks.firstByte),
    bodyMs: span(marks.firstByte, end),
    totalMs: round(end - marks.start),
  };
}

function span(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : round(to - from);
}

/** Microseconds: finer is noise. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

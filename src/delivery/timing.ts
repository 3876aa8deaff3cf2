import { monotonicMs, setImmediate } from '../http/clock.ts';
import type { Timing } from './outcome.ts';

/** Moments of one delivery on a monotonic clock, in milliseconds; absent if they did not happen. */
export interface Marks {
  start: number;
  lookup?: number | undefined;
  connect?: number | undefined;
  secure?: number | undefined;
  sent?: number | undefined;
  firstByte?: number | undefined;
}

/**
 * A clock for incoming data, on the time of `performance.now()`. It stands still during one turn of the event loop:
 * data that is read in a turn was there when the turn began, however long it waits for earlier data.
 *
 * @example const clock = createTurnClock(); await Promise.all(payloads.map((one) => deliver(one, { url, clock })));
 */
export function createTurnClock(): () => number {
  let turnAt: number | undefined;
  const forget = (): void => {
    turnAt = undefined;
  };
  return () => {
    // Immediates run after all reads of the turn.
    if (turnAt === undefined) setImmediate(forget);
    return (turnAt ??= monotonicMs());
  };
}

/** Turns moments into phases that add up to the total. */
export function phases(marks: Marks, end: number): Timing {
  // An answer may begin before the whole request was sent: then sending ended when the answer began.
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
    totalMs: roundMs(end - marks.start),
  };
}

/** The phases that happened, in milliseconds: `dns 1 · connect 2 · wait 34`. */
export function phaseText({ dnsMs, connectMs, tlsMs, sendMs, waitMs, bodyMs }: Timing): string {
  const all = { dns: dnsMs, connect: connectMs, tls: tlsMs, send: sendMs, wait: waitMs, body: bodyMs };
  return Object.entries(all)
    .flatMap(([name, ms]) => (ms === null ? [] : [`${name} ${Math.round(ms)}`]))
    .join(' · ');
}

function span(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : roundMs(to - from);
}

/** To microseconds: more digits are noise. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

import { performance } from 'node:perf_hooks';
import * as nodeTimers from 'node:timers';
import * as nodeWaits from 'node:timers/promises';

/*
 * The timers and the clock as they are when this is loaded. Fake timers of a test runner replace the globals and the
 * members of these modules, jsdom has timers of its own: neither may decide how long a receiver took.
 */

export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = nodeTimers;

/** Past this, in milliseconds, a timer of Node fires at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** The same as promises. */
export const { setTimeout: timeoutPassed, setImmediate: turnPassed } = nodeWaits;

/** Milliseconds on a clock that only goes forward; 0 is the start of the process. */
export const monotonicMs: () => number = performance.now.bind(performance);

/** When `monotonicMs` was 0, in milliseconds since 1970. */
export const { timeOrigin } = performance;

const RealDate = Date;

/** The calendar. */
export function currentDate(): Date {
  return new RealDate();
}

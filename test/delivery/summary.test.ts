import { describe, expect, test } from 'vitest';
import { judge, type Judged } from '../../src/delivery/judge.ts';
import type { FailureCode } from '../../src/delivery/outcome.ts';
import { createDeliveryCounter, exitCodeOf, summarise, type DeliveryTally } from '../../src/delivery/summary.ts';
import type { Interrupt } from '../../src/host.ts';

type Counted = Judged & { connected: boolean };

const answered = (status: number, headersMs = 5): Counted => ({
  response: { status, headersMs, bodyCut: null },
  failure: null,
  connected: true,
});
const failed = (code: FailureCode, connected: boolean): Counted => ({
  response: null,
  failure: { code, message: 'why' },
  connected,
});

function tallyOf(outcomes: readonly Counted[]): DeliveryTally {
  const counter = createDeliveryCounter();
  for (const outcome of outcomes) counter.add(outcome, judge(outcome));
  return counter.read();
}

describe('the tally of deliveries', () => {
  test('counts each status, reason and warning', () => {
    const outcomes = [answered(200, 12_000), answered(503), answered(503), failed('dns', false)];
    expect(tallyOf(outcomes)).toMatchObject({
      sent: 4,
      delivered: 1,
      judged: 4,
      passed: 1,
      statuses: { 200: 1, 503: 2 },
      reasons: { status: 2, dns: 1 },
      warnings: { slow: 1 },
      connected: true,
    });
  });

  test('does not judge interrupted deliveries', () => {
    expect(tallyOf([answered(200), failed('interrupted', true)])).toMatchObject({ sent: 2, judged: 1, passed: 1 });
  });

  test('has no latency without deliveries', () => {
    expect(tallyOf([failed('dns', false)]).latencyMs).toBeNull();
  });
});

describe('the latency in a summary', () => {
  const latencyOf = (ms: readonly number[]) => tallyOf(ms.map((one) => answered(200, one))).latencyMs!;

  test('has the exact minimum and maximum, and nothing outside them', () => {
    expect(latencyOf([5001.001])).toEqual({
      min: 5001.001,
      p50: 5001.001,
      p90: 5001.001,
      p99: 5001.001,
      max: 5001.001,
    });
    expect(latencyOf([12_345.678, 17_891.234])).toMatchObject({ min: 12_345.678, max: 17_891.234 });
  });

  test.each([
    [[1, 2], { p50: 1, p90: 2 }],
    [[1, 2, 3], { p50: 2, p90: 3 }],
    [[1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6], { p50: 1.3, p90: 1.6, p99: 1.6 }],
  ])('of %j is not exceeded by the right share of them', (ms, expected) => {
    expect(latencyOf(ms)).toMatchObject(expected);
  });

  test('of ten thousand deliveries has three exact digits', () => {
    const { p50, p90, p99 } = latencyOf(Array.from({ length: 10_000 }, (_, index) => index + 1));
    for (const [found, exact] of [
      [p50, 5000],
      [p90, 9000],
      [p99, 9900],
    ] as const)
      expect(Math.abs(found - exact) / exact).toBeLessThan(0.001);
  });
});

test('a summary says how many deliveries were sent per second, and nothing without time', () => {
  expect(summarise(tallyOf([answered(200), answered(404)]), 300)).toMatchObject({ undelivered: 1, perSecond: 6.667 });
  expect(summarise(tallyOf([answered(200)]), 0)).toMatchObject({ perSecond: 0 });
});

describe('the exit code of a run of deliveries', () => {
  const counts = (judged: number, passed: number, connected = true) => ({ judged, passed, connected });
  const running = new AbortController().signal;
  const stopped = AbortSignal.abort({ signal: 'SIGINT', exitCode: 130 } satisfies Interrupt);

  test.each([
    ['0 if all passed', counts(3, 3), null, running, 0],
    ['0 if nothing was judged', counts(0, 0, false), null, running, 0],
    ['1 if one failed', counts(3, 2), null, running, 1],
    ['3 if no connection ever came about', counts(3, 0, false), null, running, 3],
    ['0 with no more failures than allowed', counts(100, 99), 1, running, 0],
    ['1 with more failures than allowed', counts(100, 98), 1, running, 1],
    ['130 if Ctrl-C ended it and all passed', counts(3, 3), null, stopped, 130],
    ['1 if Ctrl-C ended it and one failed', counts(3, 2), null, stopped, 1],
  ])('is %s', (_, tally, maxErrorRate, signal, code) => {
    expect(exitCodeOf(tally, { maxErrorRate, signal })).toBe(code);
  });
});

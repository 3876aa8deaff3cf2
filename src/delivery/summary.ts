import { createHistogram } from 'node:perf_hooks';
import { ExitCode } from '../errors.ts';
import type { Interrupt } from '../host.ts';
import type { Judged, Reason, Verdict, Warning } from './judge.ts';
import type { Outcome } from './outcome.ts';

/** The results of all deliveries so far. Times in milliseconds. */
export interface DeliveryTally {
  sent: number;
  delivered: number;
  /** Without interrupted deliveries: nobody knows how they would have ended. */
  judged: number;
  passed: number;
  statuses: Record<number, number>;
  reasons: Partial<Record<Reason, number>>;
  warnings: Partial<Record<Warning, number>>;
  /**
   * Until the end of the headers, for deliveries that were answered; null if none was. The shortest and the longest
   * time are exact, the others have three digits.
   */
  latencyMs: { min: number; p50: number; p90: number; p99: number; max: number } | null;
  /** Whether a TCP connection was ever made. */
  connected: boolean;
}

export interface DeliveryCounter {
  /** Counts one more delivery. `latenessMs` is how long it waited for a connection after it was due. */
  add(outcome: Judged & Pick<Outcome, 'connected'>, verdict: Verdict, latenessMs?: number): void;
  sent(): number;
  /** How many were judged and did not pass. */
  failed(): number;
  read(): DeliveryTally;
}

/** The result of a run of deliveries. Times in milliseconds. */
export interface DeliverySummary {
  type: 'summary';
  sent: number;
  delivered: number;
  undelivered: number;
  passed: number;
  /** How often each status came. */
  statuses: DeliveryTally['statuses'];
  reasons: DeliveryTally['reasons'];
  latencyMs: DeliveryTally['latencyMs'];
  perSecond: number;
}

/** Adds up deliveries in a memory of constant size. */
export function createDeliveryCounter(): DeliveryCounter {
  const counts = { sent: 0, delivered: 0, judged: 0, passed: 0 };
  const statuses = new Map<number, number>();
  const reasons = new Map<Reason, number>();
  const warnings = new Map<Warning, number>();
  const latencies = createLatencies();
  let connected = false;
  return {
    add: ({ response, failure, connected: reached }, verdict, latenessMs = 0) => {
      counts.sent += 1;
      connected ||= reached;
      if (verdict.delivered) counts.delivered += 1;
      if (verdict.passed) counts.passed += 1;
      if (failure?.code !== 'interrupted') counts.judged += 1;
      if (verdict.reason) increment(reasons, verdict.reason);
      for (const warning of verdict.warnings) increment(warnings, warning);
      if (!response) return;
      increment(statuses, response.status);
      latencies.add(response.headersMs + latenessMs);
    },
    sent: () => counts.sent,
    failed: () => counts.judged - counts.passed,
    read: () => ({
      ...counts,
      statuses: Object.fromEntries(statuses),
      reasons: Object.fromEntries(reasons),
      warnings: Object.fromEntries(warnings),
      latencyMs: latencies.read(),
      connected,
    }),
  };
}

export function summarise(tally: DeliveryTally, elapsedMs: number): DeliverySummary {
  const { sent, delivered, passed, statuses, reasons, latencyMs } = tally;
  return {
    type: 'summary',
    sent,
    delivered,
    undelivered: sent - delivered,
    passed,
    statuses,
    reasons,
    latencyMs,
    perSecond: elapsedMs > 0 ? Math.round((sent / elapsedMs) * 1e6) / 1e3 : 0,
  };
}

/**
 * Pure: the exit code of a run of deliveries. If a limit is given, the error rate in percent decides; otherwise any
 * failure does.
 */
export function exitCodeOf(
  { judged, passed, connected }: Pick<DeliveryTally, 'judged' | 'passed' | 'connected'>,
  { maxErrorRate = null, signal }: { maxErrorRate?: number | null; signal: AbortSignal },
): ExitCode {
  if (judged > 0 && !connected) return ExitCode.unable;
  const failed = judged - passed;
  if (failed > 0 && (maxErrorRate === null || (failed / judged) * 100 > maxErrorRate)) return ExitCode.failed;
  return signal.aborted ? (signal.reason as Interrupt).exitCode : ExitCode.ok;
}

function createLatencies(): { add(ms: number): void; read(): DeliveryTally['latencyMs'] } {
  // In microseconds, because it accepts only whole numbers. Three digits are exact. Up to 25 days fit, longer than any
  // limit.
  const histogram = createHistogram({ lowest: 1, highest: 2 ** 41, figures: 3 });
  // The histogram's own minimum and maximum are those of its buckets.
  let min = Infinity;
  let max = 0;
  return {
    add: (ms) => {
      const micros = Math.max(1, Math.round(ms * 1000));
      if (micros < min) min = micros;
      if (micros > max) max = micros;
      histogram.record(micros);
    },
    read: () => {
      if (max === 0) return null;
      const { count } = histogram;
      // Six of seven are not yet 90 %, but the histogram would round that down.
      const at = (share: number): number =>
        Math.min(max, histogram.percentile((Math.ceil(share * count) / count) * 100)) / 1000;
      return { min: min / 1000, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: max / 1000 };
    },
  };
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

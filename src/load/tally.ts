import { createHistogram } from 'node:perf_hooks';
import type { Reason, Verdict, Warning } from '../delivery/judge.ts';
import type { Ending } from './exchange.ts';

/** What a load came to, up to now. Times in milliseconds. */
export interface LoadTally {
  sent: number;
  delivered: number;
  /** Without those that were interrupted: nobody can say what would have become of them. */
  judged: number;
  passed: number;
  statuses: Record<number, number>;
  reasons: Partial<Record<Reason, number>>;
  warnings: Partial<Record<Warning, number>>;
  /** To the end of the headers, of those that were answered; null if none was. */
  latencyMs: { min: number; p50: number; p90: number; p99: number; max: number } | null;
  /** Whether a TCP connection ever came about. */
  connected: boolean;
}

export interface TallyCounter {
  /** Counts one more. `latenessMs` is how long it had to wait for a connection after it was due. */
  add(ending: Ending, verdict: Verdict, latenessMs: number): void;
  sent(): number;
  /** Judged, and did not pass. */
  failed(): number;
  read(): LoadTally;
}

/** Adds outcomes up in a memory that does not grow with them. */
export function createLoadTally(): TallyCounter {
  const counts = { sent: 0, delivered: 0, judged: 0, passed: 0 };
  const statuses = new Map<number, number>();
  const reasons = new Map<Reason, number>();
  const warnings = new Map<Warning, number>();
  // In microseconds: it takes whole numbers alone. Three digits are exact; up to 25 days fit, longer than any limit.
  const latencies = createHistogram({ lowest: 1, highest: 2 ** 41, figures: 3 });
  let connected = false;
  return {
    add: ({ response, failure, connected: reached }, verdict, latenessMs) => {
      counts.sent += 1;
      connected ||= reached;
      if (verdict.delivered) counts.delivered += 1;
      if (verdict.passed) counts.passed += 1;
      if (failure?.code !== 'interrupted') counts.judged += 1;
      if (verdict.reason) increment(reasons, verdict.reason);
      for (const warning of verdict.warnings) increment(warnings, warning);
      if (!response) return;
      increment(statuses, response.status);
      latencies.record(Math.max(1, Math.round((response.headersMs + latenessMs) * 1000)));
    },
    sent: () => counts.sent,
    failed: () => counts.judged - counts.passed,
    read: () => {
      const at = (percent: number): number => latencies.percentile(percent) / 1000;
      return {
        ...counts,
        statuses: Object.fromEntries(statuses),
        reasons: Object.fromEntries(reasons),
        warnings: Object.fromEntries(warnings),
        latencyMs:
          latencies.count === 0
            ? null
            : { min: latencies.min / 1000, p50: at(50), p90: at(90), p99: at(99), max: latencies.max / 1000 },
        connected,
      };
    },
  };
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

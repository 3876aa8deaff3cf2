import type { Delivery } from './attempt.ts';
import type { Reason } from './judge.ts';

/** What a run of deliveries came to. Times in milliseconds. */
export interface DeliverySummary {
  type: 'summary';
  sent: number;
  delivered: number;
  undelivered: number;
  passed: number;
  reasons: Partial<Record<Reason, number>>;
  latencyMs: { min: number; p50: number; p90: number; p99: number; max: number } | null;
  perSecond: number;
}

/** As much of a delivery as its run has to remember: a journal may hold a million, each with an answer of 64 KiB. */
export interface DeliveryResult {
  verdict: Pick<Delivery['verdict'], 'delivered' | 'passed' | 'reason'>;
  outcome: Pick<Delivery['outcome'], 'connected' | 'failure'> & { response: { headersMs: number } | null };
}

export function resultOf({ verdict, outcome: { connected, failure, response } }: Delivery): DeliveryResult {
  return { verdict, outcome: { connected, failure, response: response && { headersMs: response.headersMs } } };
}

/** Adds deliveries up. Latency is the time to the end of the headers, of those that were answered. */
export function summarise(deliveries: readonly DeliveryResult[], elapsedMs: number): DeliverySummary {
  const delivered = deliveries.filter(({ verdict }) => verdict.delivered).length;
  const reasons: DeliverySummary['reasons'] = {};
  for (const { verdict } of deliveries)
    if (verdict.reason) reasons[verdict.reason] = (reasons[verdict.reason] ?? 0) + 1;
  const latencies = deliveries.flatMap(({ outcome }) => (outcome.response ? [outcome.response.headersMs] : []));
  return {
    type: 'summary',
    sent: deliveries.length,
    delivered,
    undelivered: deliveries.length - delivered,
    passed: deliveries.filter(({ verdict }) => verdict.passed).length,
    reasons,
    latencyMs: percentiles(latencies),
    perSecond: elapsedMs > 0 ? Math.round((deliveries.length / elapsedMs) * 1e6) / 1e3 : 0,
  };
}

function percentiles(values: readonly number[]): DeliverySummary['latencyMs'] {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
    return Math.round(value * 1000) / 1000;
  };
  return { min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

import type { DeliverySummary } from '../delivery/summary.ts';
import type { LoadResult } from './run.ts';

/** What a load came to: the summary of any run, and what only a load has. Times in milliseconds. */
export interface LoadSummary extends DeliverySummary {
  mode: 'load';
  /** Against `fresh-connection`: Suvvy opens one for each event. */
  connections: 'reused';
  concurrency: number;
  /** What latency counts from: the moment that a delivery was due, or that it left. */
  latencyFrom: 'due' | 'start';
  /** Due within the time, and never sent, because no connection was free. */
  neverLeft: number;
  statuses: LoadResult['statuses'];
  warnings: LoadResult['warnings'];
  /** Of those that were judged, how many did not pass, in percent. */
  errorRate: number;
  maxErrorRate: number | null;
  /** The rate that was asked for. */
  targetPerSecond: number | null;
  elapsedMs: number;
}

export interface LoadSummaryOptions {
  concurrency: number;
  perSecond: number | null;
  maxErrorRate: number | null;
}

export function loadSummary(result: LoadResult, options: LoadSummaryOptions): LoadSummary {
  const { sent, delivered, judged, passed, elapsedMs } = result;
  return {
    type: 'summary',
    mode: 'load',
    connections: 'reused',
    concurrency: options.concurrency,
    sent,
    delivered,
    undelivered: sent - delivered,
    passed,
    neverLeft: result.neverLeft,
    statuses: result.statuses,
    reasons: result.reasons,
    warnings: result.warnings,
    errorRate: judged > 0 ? round(((judged - passed) / judged) * 100) : 0,
    maxErrorRate: options.maxErrorRate,
    latencyFrom: options.perSecond === null ? 'start' : 'due',
    latencyMs: result.latencyMs,
    perSecond: elapsedMs > 0 ? round((sent / elapsedMs) * 1000) : 0,
    targetPerSecond: options.perSecond,
    elapsedMs: round(elapsedMs),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

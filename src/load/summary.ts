import { summarise, type DeliverySummary } from '../delivery/summary.ts';
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
  const { judged, elapsedMs } = result;
  const { type, sent, delivered, undelivered, passed, reasons, latencyMs, perSecond } = summarise(result, elapsedMs);
  return {
    type,
    mode: 'load',
    connections: 'reused',
    concurrency: options.concurrency,
    sent,
    delivered,
    undelivered,
    passed,
    neverLeft: result.neverLeft,
    statuses: result.statuses,
    reasons,
    warnings: result.warnings,
    errorRate: judged > 0 ? round(((judged - passed) / judged) * 100) : 0,
    maxErrorRate: options.maxErrorRate,
    latencyFrom: options.perSecond === null ? 'start' : 'due',
    latencyMs,
    perSecond,
    targetPerSecond: options.perSecond,
    elapsedMs: round(elapsedMs),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

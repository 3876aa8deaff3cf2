import { isAcknowledged } from '../contract/limits.ts';
import type { Received } from '../receiver/inspect.ts';

/** What a run of `listen` came to. */
export interface Tally {
  requests: number;
  acknowledged: number;
  /** Acknowledged events by `event_type`. */
  events: Record<string, number>;
  /** Requests that were not acknowledged, by status; `none` where no answer was given. */
  refused: Record<string, number>;
  /** Events that break the contract. */
  broken: number;
  /** What was never seen on Suvvy's page, and how often: unknown event types, and fields by path without indexes. */
  drift: Record<string, number>;
}

/** How many different surprises are told apart; the rest is counted as one. */
const maxKinds = 100;

/** Counts what arrives. Its memory does not grow with the number of events. */
export function createTally(): { see(received: Received, answer: { status: number | null }): void; read(): Tally } {
  const tally = { requests: 0, acknowledged: 0, broken: 0 };
  const events = new Map<string, number>();
  const refused = new Map<string, number>();
  const drift = new Map<string, number>();
  return {
    see(received, { status }) {
      tally.requests += 1;
      if (received.issues.length > 0) tally.broken += 1;
      if (status === null || !isAcknowledged(status)) return add(refused, String(status ?? 'none'));
      tally.acknowledged += 1;
      add(events, received.eventType ?? '(none)');
      if (received.parsed?.ok && !received.parsed.known) add(drift, `event_type ${received.eventType}`);
      for (const path of received.unknownFields) add(drift, path.replaceAll(/\[\d+\]/g, '[]'));
    },
    read: () => ({
      ...tally,
      events: Object.fromEntries(events),
      refused: Object.fromEntries(refused),
      drift: Object.fromEntries(drift),
    }),
  };
}

function add(counts: Map<string, number>, kind: string): void {
  const key = counts.has(kind) || counts.size < maxKinds ? kind : '(others)';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

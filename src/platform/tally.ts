import { isAcknowledged } from '../contract/limits.ts';
import type { PlatformEvent } from './events.ts';
import type { FindingId, Level } from './findings/finding.ts';

/** What a run came to. Its memory does not grow with the run. */
export interface PlatformTally {
  /** Requests to the API. */
  requests: number;
  /** Messages that were taken. */
  accepted: number;
  /** The others, by status; `none` where no answer went out. */
  refused: Record<string, number>;
  sent: number;
  delivered: number;
  undelivered: number;
  findings: Record<Level, number>;
  /** How often each was found. */
  found: Partial<Record<FindingId, number>>;
}

export function createPlatformTally(): { see(event: PlatformEvent): void; read(): PlatformTally } {
  const tally: PlatformTally = {
    requests: 0,
    accepted: 0,
    refused: {},
    sent: 0,
    delivered: 0,
    undelivered: 0,
    findings: { error: 0, warning: 0, note: 0 },
    found: {},
  };
  return {
    see(event) {
      if (event.kind === 'customer') {
        tally.requests += 1;
        if (event.status !== null && isAcknowledged(event.status)) tally.accepted += 1;
        else tally.refused[event.status ?? 'none'] = (tally.refused[event.status ?? 'none'] ?? 0) + 1;
      } else if (event.kind === 'delivery') {
        tally.sent += 1;
        tally[event.delivery.verdict.delivered ? 'delivered' : 'undelivered'] += 1;
      } else {
        const { id, level } = event.finding;
        tally.findings[level] += 1;
        tally.found[id] = (tally.found[id] ?? 0) + 1;
      }
    },
    read: () => structuredClone(tally),
  };
}

import { createRedactor } from '../contract/redact.ts';
import { isAcknowledged } from '../contract/limits.ts';
import type { Received } from '../receiver/inspect.ts';
import type { Tally } from '../render/tally.ts';
import { clip } from '../render/text.ts';

/** How many different surprises are told apart; the rest is counted as one. */
const maxKinds = 100;

/** How much of a name is kept, in characters: it may be as long as a body. */
const maxName = 200;

/** Counts what arrives. Its memory does not grow with the number of events. */
export function createTally(secret: string | null): {
  see(received: Received, answer: { status: number | null }): void;
  read(): Tally;
} {
  const tally = { requests: 0, acknowledged: 0, broken: 0 };
  const events = new Map<string, number>();
  const refused = new Map<string, number>();
  const drift = new Map<string, number>();
  const redact = createRedactor(secret);
  const nameOf = (text: string): string => clip(redact(text), maxName);
  return {
    see(received, { status }) {
      tally.requests += 1;
      if (received.issues.length > 0) tally.broken += 1;
      for (const kind of driftOf(received)) add(drift, nameOf(kind));
      if (status === null || !isAcknowledged(status)) return add(refused, String(status ?? 'none'));
      tally.acknowledged += 1;
      add(events, nameOf(received.eventType ?? '(none)'));
    },
    read: () => ({
      ...tally,
      events: Object.fromEntries(events),
      refused: Object.fromEntries(refused),
      drift: Object.fromEntries(drift),
    }),
  };
}

function driftOf({ eventType, parsed, unknownFields, issues }: Received): string[] {
  const withoutIndexes = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');
  return [
    ...(parsed?.ok && !parsed.known ? [`event_type ${eventType}`] : []),
    ...unknownFields.map(withoutIndexes),
    ...issues.flatMap(({ path, found }) => (found === null ? [] : [`${withoutIndexes(path)}: ${found}`])),
  ];
}

function add(counts: Map<string, number>, kind: string): void {
  const key = counts.has(kind) || counts.size < maxKinds ? kind : '(others)';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

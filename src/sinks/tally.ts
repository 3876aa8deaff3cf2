import { isAcknowledged } from '../contract/limits.ts';
import type { Style } from '../host.ts';
import type { Received } from '../receiver/inspect.ts';
import type { Sink } from './sink.ts';
import { block } from '../text/layout.ts';
import { clip, safeLine } from '../text/safe.ts';
import { count, grouped } from '../text/units.ts';

/** How many different surprises are told apart; the rest is counted as one. */
const maxKinds = 100;

/** How much of a name is kept, in characters: it may be as long as a body. */
const maxName = 200;

/** A sink that counts. Its memory does not grow with the number of events. */
export interface ArrivalTally extends Sink {
  read(): Tally;
}

export function createArrivalTally(): ArrivalTally {
  const tally = { requests: 0, acknowledged: 0, broken: 0 };
  const events = new Map<string, number>();
  const refused = new Map<string, number>();
  const drift = new Map<string, number>();
  const nameOf = (text: string): string => clip(text, maxName);
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
  /**
   * What was never seen on Suvvy's page, and how often, refused or not: event types (`event_type later`), fields
   * (`new_messages[].width`) and types of known fields (`chat_id: number`, `new_messages[].type: "video"`).
   */
  drift: Record<string, number>;
}

/** As `listen` hands them in at its end. */
export interface FinalCounts extends Tally {
  /** Those of `--events` that never came, or were never acknowledged. */
  missingTypes: string[];
  /** What came beside `--events`. */
  others: Pick<Tally, 'requests' | 'refused'>;
}

/** What a run with `--exit-after` has waited for in vain, and what came instead. */
export function missingLine(missing: number, exitAfter: number | undefined, counts: FinalCounts): string {
  const { requests, acknowledged, refused, missingTypes, others } = counts;
  const types = missingTypes.map((type) => ` no ${safeLine(clip(type, 60))}`).join(',');
  const facts = [`${count(missing, 'event')} did not come (--exit-after ${exitAfter})${types && `:${types}`}`];
  if (requests > acknowledged) facts.push(`${grouped(requests - acknowledged)} not acknowledged${inBrackets(refused)}`);
  if (others.requests > 0)
    facts.push(`${count(others.requests, 'request')} beside --events${inBrackets(others.refused)}`);
  return facts.join(' · ');
}

/** The total at the end of `listen`, in lines. */
export function tallyLines(tally: Tally, style: Style): string[] {
  const { requests, acknowledged, events, refused, broken, drift } = tally;
  const parts = [`${count(requests, 'request')}: ${grouped(acknowledged)} acknowledged${inBrackets(events)}`];
  const refusals = requests - acknowledged;
  if (refusals > 0) parts.push(`${grouped(refusals)} refused${inBrackets(refused)}`);
  if (broken > 0) parts.push(`${grouped(broken)} against the contract`);
  // Whatever is wrapped stays off column 0: a line that begins there is ours.
  const say = (text: string): string[] => {
    const [first = '', ...rest] = block(text, { indent: '  ', columns: style.columns, maxLines: 20 });
    return [first.trimStart(), ...rest];
  };
  const seen = Object.entries(drift);
  return [
    ...say(parts.join(' · ')),
    ...(seen.length > 0 ? say("Never seen on Suvvy's page:") : []),
    ...seen.flatMap(([what, times]) =>
      block(`${safeLine(clip(what, 200))} (${grouped(times)}x)`, { indent: '  ', columns: style.columns, maxLines: 3 }),
    ),
  ];
}

function inBrackets(counts: Record<string, number>): string {
  const parts = Object.entries(counts).map(([kind, times]) => `${safeLine(clip(kind, 60))} ${grouped(times)}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

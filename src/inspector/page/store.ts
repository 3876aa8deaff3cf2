import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { ApiError, type Api } from './api.ts';
import type { ConnectionState } from './connection.ts';
import type { Counts, EventDetail, EventFrame, FindingFrame, Frame, RunState } from './frames.ts';
import { groupOf, isAcknowledged, messagesIn, type Messages } from './messages.ts';
import type { Preferences } from './preferences.ts';

/** An event with what the lists show of it, looked at once. */
export interface Seen {
  event: EventFrame;
  group: string;
  messages: Messages;
  isAcknowledged: boolean;
  /** What no status tells, of this event and those before it (`mock`). */
  findings: readonly FindingFrame[];
}

export interface Filter {
  sender: string | null;
  type: string | null;
  status: 'ok' | 'bad' | null;
  problems: boolean;
}

export const tabNames = ['problems', 'message', 'raw', 'answer', 'replay'] as const;
export type TabName = (typeof tabNames)[number];

/** Which part is in front where there is room for one alone. */
type Pane = 'list' | 'conversation' | 'details';

/** All that the page knows. */
export interface Store extends Preferences {
  api: Api;
  connection: Signal<ConnectionState>;
  run: Signal<RunState | null>;
  counts: Signal<Counts>;
  events: Signal<readonly Seen[]>;
  /** Places that are not here, because too many came at once: the first event behind each, and how many. */
  gaps: Signal<ReadonlyMap<number, number>>;
  filter: Signal<Filter>;
  query: Signal<string>;
  /** Null where nothing is searched for. */
  matches: Signal<ReadonlySet<string> | null>;
  group: Signal<string>;
  selectedId: Signal<string | null>;
  tab: Signal<TabName>;
  pane: Signal<Pane>;
  notice: Signal<string>;
  isHelpOpen: Signal<boolean>;
  /** Those of the group that fit the filter. */
  shown: ReadonlySignal<readonly Seen[]>;
  fitting: ReadonlySignal<readonly Seen[]>;
  selected: ReadonlySignal<Seen | null>;
  take(frames: readonly Frame[]): void;
  /** The place of the last that came. */
  lastSeq(): number;
  select(id: string | null): void;
  detail(id: string): Promise<EventDetail>;
  say(notice: string): void;
}

/** The page keeps no more. Older ones are asked for. */
export const maxEvents = 1000;

export const noFilter: Filter = { sender: null, type: null, status: null, problems: false };

export function createStore(api: Api, preferences: Preferences): Store {
  const events = signal<readonly Seen[]>([]);
  const gaps = signal<ReadonlyMap<number, number>>(new Map());
  const filter = signal(noFilter);
  const matches = signal<ReadonlySet<string> | null>(null);
  const group = signal('all');
  const selectedId = signal<string | null>(null);
  const counts = signal<Counts>({ events: 0, acknowledged: 0, broken: 0, firstSeq: 1 });
  const run = signal<RunState | null>(null);
  const notice = signal('');
  const details = new Map<string, Promise<EventDetail>>();
  let noticeTimer = 0;
  let last = 0;

  const fitting = computed(() => {
    const [wanted, found] = [filter.value, matches.value];
    return events.value.filter((seen) => fits(seen, wanted) && (found === null || found.has(seen.event.id)));
  });
  const shown = computed(() =>
    group.value === 'all' ? fitting.value : fitting.value.filter((seen) => seen.group === group.value),
  );
  const selected = computed(() => events.value.find(({ event }) => event.id === selectedId.value) ?? null);

  return {
    ...preferences,
    api,
    connection: signal<ConnectionState>('connecting'),
    run,
    counts,
    events,
    gaps,
    filter,
    query: signal(''),
    matches,
    group,
    selectedId,
    tab: signal<TabName>('problems'),
    pane: signal<Pane>('list'),
    notice,
    isHelpOpen: signal(false),
    shown,
    fitting,
    selected,
    take(frames) {
      batch(() => {
        const fresh: Seen[] = [];
        const found: FindingFrame[] = [];
        const holes = new Map<number, number>();
        let skipped = 0;
        for (const frame of frames) {
          if (frame.type === 'state') run.value = frame;
          if (frame.type === 'state' || frame.type === 'counts') counts.value = frame;
          else if (frame.type === 'skipped') skipped = frame.events;
          else if (frame.type === 'finding') found.push(frame);
          else if (frame.type !== 'closed') {
            // What comes first of all is not skipped, but older.
            if (skipped > 0 && events.value.length > 0) holes.set(frame.seq, skipped);
            skipped = 0;
            fresh.push(look(frame));
          }
          if ('seq' in frame) last = Math.max(last, frame.seq);
        }
        if (holes.size > 0) gaps.value = new Map([...gaps.value, ...holes]);
        const merged = fresh.length > 0 ? merge(events.value, fresh) : events.value;
        const { firstSeq } = counts.value;
        const kept =
          merged.length > 0 && merged[0]!.event.seq < firstSeq && run.value?.clear ? drop(merged, firstSeq) : merged;
        const explained = found.length > 0 ? explain(kept, found) : kept;
        if (explained !== events.value) events.value = explained;
      });
    },
    lastSeq: () => last,
    select(id) {
      selectedId.value = id;
    },
    detail(id) {
      const known = details.get(id);
      if (known) return known;
      const asked = api.get<EventDetail>(`/v1/events/${id}`);
      asked.catch(() => details.delete(id));
      details.set(id, asked);
      if (details.size > 50) details.delete(details.keys().next().value!);
      return asked;
    },
    say(text) {
      clearTimeout(noticeTimer);
      notice.value = text;
      noticeTimer = window.setTimeout(() => (notice.value = ''), 2500);
    },
  };
}

/** What went wrong, in a sentence for the page. */
export function reasonOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof Error) return error.message;
  return String(error);
}

function look(event: EventFrame): Seen {
  return {
    event,
    group: groupOf(event),
    messages: messagesIn(event),
    isAcknowledged: isAcknowledged(event),
    findings: [],
  };
}

/** Findings that say more than the problems of the event. */
export function untoldFindings({ event, findings }: Seen): readonly FindingFrame[] {
  return event.issues.length === 0 ? findings : findings.filter(({ id }) => id !== 'message/invalid');
}

/** Puts each finding under the event that it was told after, of its chat if there is one. */
function explain(events: readonly Seen[], found: readonly FindingFrame[]): readonly Seen[] {
  const all = [...events];
  for (const finding of found) {
    const isBefore = ({ event }: Seen): boolean => event.seq < finding.seq;
    const ofChat = all.findLastIndex((seen) => isBefore(seen) && seen.event.chatId === finding.chatId);
    const index = ofChat === -1 ? all.findLastIndex(isBefore) : ofChat;
    const seen = all[index];
    // What is asked for again after a loss may be here already.
    if (seen && !seen.findings.some(({ seq }) => seq === finding.seq))
      all[index] = { ...seen, findings: [...seen.findings, finding] };
  }
  return all;
}

/** In the order of their places. Beyond the most that is kept, the oldest go; of older ones that were asked for, the newest. */
function merge(before: readonly Seen[], fresh: readonly Seen[]): readonly Seen[] {
  const last = before.at(-1)?.event.seq ?? 0;
  if (fresh[0]!.event.seq > last) return [...before, ...fresh].slice(-maxEvents);
  const known = new Set(before.map(({ event }) => event.seq));
  const all = [...before, ...fresh.filter(({ event }) => !known.has(event.seq))];
  return all.toSorted((a, b) => a.event.seq - b.event.seq).slice(0, Math.max(maxEvents, before.length));
}

function drop(events: readonly Seen[], firstSeq: number): readonly Seen[] {
  return events.filter(({ event }) => event.seq >= firstSeq);
}

function fits(
  { event, messages, isAcknowledged: ok, findings }: Seen,
  { sender, type, status, problems }: Filter,
): boolean {
  if (problems && event.issues.length + findings.length === 0) return false;
  if (status !== null && ok !== (status === 'ok')) return false;
  if (sender === null && type === null) return true;
  return messages.shown.some(
    (message) => (sender === null || message.sender === sender) && (type === null || message.type === type),
  );
}

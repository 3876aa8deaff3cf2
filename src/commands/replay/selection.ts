import { closestMatch } from 'leven';
import { isAcknowledged } from '../../contract/limits.ts';
import { HookError } from '../../errors.ts';
import type { JournalEntry } from '../../journal/entry.ts';
import { count } from '../../text/units.ts';
import { damage, requireEntries, resolveIds, type JournalSource } from '../journal-source.ts';

/** Which entries of a journal are selected. Without a filter, all are. */
export interface Filter {
  /** Event types. */
  only?: readonly string[] | undefined;
  ids?: readonly string[] | undefined;
  since?: Date | undefined;
  /** Only events that were answered outside 2xx, or not at all. */
  failed?: boolean | undefined;
  /** Only the last of the selected events. */
  last?: boolean | undefined;
}

/** The selected entries, and remarks about the others. It can be iterated several times. */
export interface ReplaySelection extends AsyncIterable<JournalEntry> {
  events: number;
  /** The times of the first and the last entry, in milliseconds since 1970. */
  span: { firstMs: number; lastMs: number };
  /** Selected entries that were left out, and why. */
  remarks: string[];
}

/**
 * Reads a journal once and finds the selected entries.
 *
 * @throws HookError (exit 2) if nothing is selected, or an id does not exist; exit 3 if the journal cannot be read
 */
export async function select(source: JournalSource, wanted: Filter): Promise<ReplaySelection> {
  const filter = { ...wanted, ids: wanted.ids && (await resolveIds(source, wanted.ids)) };
  const found = { events: 0, unread: 0, dead: 0, lastId: '', span: { firstMs: 0, lastMs: 0 } };
  const types = new Set<string>();
  const reading = source.read();
  for await (const entry of reading) {
    if (types.size < 1000) types.add(entry.eventType ?? '');
    if (!isWanted(entry, filter)) continue;
    if (entry.body === null) found.unread += 1;
    else {
      found.span.lastMs = Date.parse(entry.receivedAt);
      if (found.events === 0 || filter.last) found.span.firstMs = found.span.lastMs;
      found.events = filter.last ? 1 : found.events + 1;
      found.lastId = entry.id;
      if (hasDeadLink(entry)) found.dead = filter.last ? 1 : found.dead + 1;
      else if (filter.last) found.dead = 0;
    }
  }
  requireEntries(source.name, reading.counts);
  if (found.events === 0) throw emptySelection(source.name, reading.counts.read, found.unread, filter, types);
  const { events, span, unread, dead, lastId } = found;
  const unreadRemark = unread > 0 ? [`${count(unread, 'request')} left out: refused before the body was read`] : [];
  const deadRemark =
    dead > 0 ? [`${count(dead, 'event')} with dead file links: the file was served here only while it was sent`] : [];
  return {
    events,
    span,
    remarks: [...damage(reading.counts), ...unreadRemark, ...deadRemark],
    async *[Symbol.asyncIterator]() {
      for await (const entry of source.read())
        if (entry.body !== null && isWanted(entry, filter) && (!filter.last || entry.id === lastId)) yield entry;
    },
  };
}

/** A link of our own file server works only during its delivery, and `asset:` can never be downloaded. */
const deadLink = /"url"\s*:\s*"(asset:|http:\/\/[^"/]+:\d+\/[0-9a-f]{16}\/\d+\/)/;

function hasDeadLink({ body }: JournalEntry): boolean {
  return typeof body === 'string' && deadLink.test(body);
}

function isWanted(entry: JournalEntry, { only, ids, since, failed }: Filter): boolean {
  const { status } = entry.answer;
  return (
    (!only || only.includes(entry.eventType ?? '')) &&
    (!ids || ids.includes(entry.id)) &&
    (!since || Date.parse(entry.receivedAt) >= since.getTime()) &&
    (!failed || status === null || !isAcknowledged(status))
  );
}

function emptySelection(
  name: string,
  entries: number,
  unread: number,
  { only }: Filter,
  types: ReadonlySet<string>,
): HookError {
  if (unread > 0)
    return new HookError(
      `nothing to send: ${count(unread, 'request')} of ${name} match, all refused before the body was read`,
      {
        hint: 'such a request has no body in the journal',
      },
    );
  const unseen = only?.find((type) => !types.has(type));
  const nearest = unseen === undefined ? undefined : closestMatch(unseen, [...types], { maxDistance: 4 });
  return new HookError(`none of the ${count(entries, 'event')} in ${name} matches`, {
    hint: nearest ? `did you mean --only ${nearest}?` : 'relax --only, --id, --since or --failed',
  });
}

import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import leven from 'leven';
import { ExitCode, HookError } from '../errors.ts';
import { unreadable } from '../fixtures/read-input.ts';
import type { Host } from '../host.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { readJournal, type JournalCounts, type JournalReading } from '../journal/read.ts';
import { shellWord } from '../text/shell-quote.ts';
import { count } from '../text/units.ts';

/** A journal that can be read several times, up to the size that it had when it was opened. */
export interface JournalSource {
  /** As the user typed it. */
  name: string;
  /** Absolute. */
  path: string;
  /** How long it was when it was opened. */
  bytes: number;
  read(): JournalReading;
}

/** @throws HookError (exit 3) for a file that cannot be read, or not more than once */
export async function openSource(path: string, host: Host): Promise<JournalSource> {
  const full = resolve(host.cwd, path);
  const bytes = await sizeOf(path, full, host.cwd);
  return { name: path, path: full, bytes, read: () => readJournal(full, { bytes }) };
}

async function sizeOf(path: string, full: string, cwd: string): Promise<number> {
  try {
    const facts = await stat(full);
    if (facts.isDirectory()) throw new Error('it is a folder');
    if (!facts.isFile()) throw new Error('it is read more than once, so it has to be a file');
    await access(full, constants.R_OK);
    return facts.size;
  } catch (error) {
    throw await unreadable(path, error, { cwd });
  }
}

/** @throws HookError (exit 2) if a complete reading found no entry */
export function requireEntries(name: string, { read, bad, later }: JournalCounts): void {
  if (read > 0) return;
  if (later > 0)
    throw new HookError(`${name} was written by a later version of suvvy-hook, or by "mock --record"`, {
      hint: 'npx suvvy-hook run --from makes a scenario of what mock has recorded; for a later version, npm install it anew',
    });
  if (bad === 0) throw new HookError(`${name} is empty`);
  throw new HookError(`${name} is not a journal: none of its ${bad} lines is an event`, {
    hint: 'npx suvvy-hook listen --record FILE writes one',
  });
}

/** The parts of a journal that could not be read, in words; empty if all could be read. */
export function damage({ bad, later }: JournalCounts): string[] {
  const skipped = (lines: number, why: string): string => `${count(lines, 'line')} skipped: ${why}`;
  return [
    ...(bad > 0 ? [skipped(bad, 'torn, or not an entry of a journal')] : []),
    ...(later > 0 ? [skipped(later, 'written by a later version of suvvy-hook')] : []),
  ];
}

/**
 * One event: the one with this id, or the only one whose id begins like this. Without an id: the last event that has a
 * body.
 *
 * @throws HookError (exit 2) if there is none, or several
 */
export async function findEntry(source: JournalSource, wanted: string | undefined): Promise<JournalEntry> {
  const id = wanted === undefined ? undefined : (await resolveIds(source, [wanted]))[0];
  const reading = source.read();
  let last: JournalEntry | null = null;
  for await (const entry of reading) {
    if (entry.id === id) return entry;
    if (id === undefined && entry.body !== null) last = entry;
  }
  requireEntries(source.name, reading.counts);
  if (last) return last;
  throw new HookError(`no event of ${source.name} has a body: all were refused before their bodies were read`);
}

/** How many ids are shown: no more than a person can read. */
const shownIds = 4;

/**
 * Completes ids from their beginnings.
 *
 * @throws HookError (exit 2) if no id begins so (with the nearest one), or several do
 */
export async function resolveIds(source: JournalSource, typed: readonly string[]): Promise<string[]> {
  const found = typed.map((start) => ({ start, exact: false, ids: [] as string[], matches: 0 }));
  const reading = source.read();
  for await (const { id } of reading)
    for (const one of found) {
      if (!id.startsWith(one.start)) continue;
      one.exact ||= id === one.start;
      one.matches += 1;
      if (one.ids.length < shownIds) one.ids.push(id);
    }
  requireEntries(source.name, reading.counts);
  return Promise.all(
    found.map(async ({ start, exact, ids, matches }) => {
      if (exact) return start;
      if (matches === 1) return ids[0]!;
      if (matches === 0 || start === '') throw await unknownId(source, start);
      throw new HookError(`${matches} events of ${source.name} begin with ${start}`, {
        hint: `type more of the id: ${ids.join(', ')}${matches > shownIds ? ', …' : ''}`,
      });
    }),
  );
}

async function unknownId(source: JournalSource, wanted: string): Promise<HookError> {
  let nearest: { id: string; distance: number } | null = null;
  for await (const { id } of source.read()) {
    const distance = leven(wanted, id);
    if (distance < (nearest?.distance ?? 5)) nearest = { id, distance };
  }
  return new HookError(`there is no event ${wanted} in ${source.name}`, {
    hint: nearest
      ? `did you mean ${nearest.id}?`
      : `npx suvvy-hook journal list ${shellWord(source.name)} shows the ids`,
    exitCode: ExitCode.usage,
  });
}

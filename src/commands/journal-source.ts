import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import leven from 'leven';
import { ExitCode, HookError } from '../errors.ts';
import { unreadable } from '../fixtures/read-input.ts';
import type { Host } from '../host.ts';
import { readJournal, type JournalCounts, type JournalReading } from '../journal/read.ts';
import { count } from '../text/units.ts';

/** A journal that can be gone through again and again, as far as it went when it was opened. */
export interface JournalSource {
  /** As the user wrote it. */
  name: string;
  /** Absolute. */
  path: string;
  /** How long it was when it was opened. */
  bytes: number;
  read(): JournalReading;
}

/** @throws HookError (exit 3) for what cannot be read, or not more than once */
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

/** @throws HookError (exit 2) where nothing of a whole reading was an entry */
export function requireEntries(name: string, { read, bad, later }: JournalCounts): void {
  if (read > 0) return;
  if (later > 0)
    throw new HookError(`${name} was written by a later version of suvvy-hook`, { hint: 'npm install it anew' });
  if (bad === 0) throw new HookError(`${name} is empty`);
  throw new HookError(`${name} is no journal: none of its lines is an event (there are ${bad})`, {
    hint: 'suvvy-hook listen --record FILE writes one',
  });
}

/** What could not be read of a journal, in words; nothing if all could. */
export function damage({ bad, later }: JournalCounts): string[] {
  const skipped = (lines: number, why: string): string => `${count(lines, 'line')} skipped: ${why}`;
  return [
    ...(bad > 0 ? [skipped(bad, 'torn, or not an entry of a journal')] : []),
    ...(later > 0 ? [skipped(later, 'written by a later version of suvvy-hook')] : []),
  ];
}

/** The error (exit 2) for an id that is not there, with the nearest one that is. */
export async function unknownId(source: JournalSource, wanted: string): Promise<HookError> {
  let nearest: { id: string; distance: number } | null = null;
  for await (const { id } of source.read()) {
    const distance = leven(wanted, id);
    if (distance < (nearest?.distance ?? 5)) nearest = { id, distance };
  }
  return new HookError(`there is no event ${wanted} in ${source.name}`, {
    hint: nearest ? `did you mean ${nearest.id}?` : 'each line of a journal has its id; listen --json shows them too',
    exitCode: ExitCode.usage,
  });
}

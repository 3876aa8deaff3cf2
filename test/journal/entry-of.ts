import { createEntryLines } from '../../src/journal/entry-line.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import type { Received } from '../../src/receiver/inspect.ts';
import type { Answered } from '../../src/receiver/request-lifecycle.ts';

/** What the journal has of a request, read back. */
export function entryOf(received: Received, answered: Answered, secret: string | null): JournalEntry {
  return JSON.parse(createEntryLines(secret)(received, answered).toString()) as JournalEntry;
}

import { stat } from 'node:fs/promises';
import { systemReason } from '../../errors.ts';
import { pause } from '../../http/until.ts';
import type { Archive } from '../../inspector/archive.ts';
import { safeLine } from '../../text/safe.ts';
import type { JournalSource } from '../journal-source.ts';

/** How often a file is looked at, in milliseconds: what watches files for us misses some, on network disks all. */
const everyMs = 150;

/** Reads on while the file grows, until the signal aborts. What it loses is said once, and then nothing more is read. */
export async function follow(
  { name, path, bytes }: JournalSource,
  archive: Archive,
  { signal, talk }: { signal: AbortSignal; talk: (line: string) => void },
): Promise<void> {
  let size = bytes;
  let isLost = false;
  while (!signal.aborted) {
    await pause(everyMs, signal);
    if (isLost || signal.aborted) continue;
    try {
      const now = (await stat(path)).size;
      if (now < size) throw new Error('it was truncated, or another file took its place');
      if (now > size) await archive.readOn(now);
      size = now;
    } catch (error) {
      isLost = true;
      talk(`! ${safeLine(name)} cannot be followed any more: ${safeLine(systemReason(error))}`);
    }
  }
}

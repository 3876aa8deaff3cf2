import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { openJournal } from '../../journal/append.ts';
import type { EntryLines } from '../../journal/entry-line.ts';
import type { Received } from '../../receiver/inspect.ts';
import type { Answered } from '../../receiver/request-lifecycle.ts';
import { journalNoticeText } from '../../sinks/journal-notice.ts';
import { safeLine } from '../../text/safe.ts';
import { talker, type GlobalOptions } from '../context.ts';

export interface RecordingOptions extends GlobalOptions {
  record?: string;
  fsync?: boolean;
}

/** Adds `--record` and `--fsync`. */
export function addRecordingOptions(command: Command): Command {
  return command
    .addOption(new Option('--record <file>', 'write every request into a journal, before it is answered'))
    .addOption(new Option('--fsync', 'with --record: wait for the disk, so that even a power cut loses nothing'));
}

/** The journal of a run of `listen`, if there is one. */
export interface Recording {
  keep: ((received: Received, answered: Answered) => Promise<void>) | undefined;
  close(): void;
}

/** @throws HookError: exit 2 for `--fsync` without `--record`, exit 3 for a journal that cannot be appended to */
export function startRecording(options: RecordingOptions, lines: EntryLines, host: Host): Recording {
  const { record, fsync } = options;
  if (record === undefined) {
    if (fsync) throw new HookError('--fsync does nothing without --record', { hint: 'also give --record FILE' });
    return { keep: undefined, close: () => {} };
  }
  const talk = talker(host, options);
  const journal = openJournal(resolve(host.cwd, record), {
    fsync,
    onNotice: (notice) => talk(`! ${journalNoticeText(notice, safeLine(record))}`),
  });
  return {
    keep: (received, answered) => journal.append(lines(received, answered)),
    close: () => journal.close(),
  };
}

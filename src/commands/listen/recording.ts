import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { HookError, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { openJournal, type JournalNotice } from '../../journal/append.ts';
import type { EntryLines } from '../../journal/entry-line.ts';
import type { Received } from '../../receiver/inspect.ts';
import type { Answered } from '../../receiver/request-lifecycle.ts';
import { safeLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
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
    onNotice: (notice) => talk(`! ${noticeText(notice, safeLine(record))}`),
  });
  return {
    keep: (received, answered) => journal.append(lines(received, answered)),
    close: () => journal.close(),
  };
}

function noticeText(notice: JournalNotice, file: string): string {
  switch (notice.kind) {
    case 'torn':
      return `the last line of ${file} is torn: it stays as it is, and a new line begins`;
    case 'moved':
      return `${file} was moved or deleted: a new one was created`;
    case 'replaced':
      return `another file has replaced ${file}: recording continues in it`;
    case 'truncated':
      return `${file} was truncated by another program: recording continues at its new end`;
    case 'shared':
      return `another program also writes to ${file}: each line stays whole, and replay sends the events of both`;
    case 'failing':
      return `cannot write ${file}: ${safeLine(reasonOf(notice.error))}. Events are answered 500 until it can be written`;
    case 'recovered':
      return `${file} can be written again; ${count(notice.lost, 'request')} answered 500 and not recorded`;
  }
}

/** If a journal could not be opened again, the error is a whole sentence. Only its reason is needed here. */
function reasonOf(error: unknown): string {
  return systemReason(error instanceof HookError ? error.cause : error);
}

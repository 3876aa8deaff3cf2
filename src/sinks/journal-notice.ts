import { HookError, systemReason } from '../errors.ts';
import type { JournalNotice } from '../journal/append.ts';
import { safeLine } from '../text/safe.ts';
import { count } from '../text/units.ts';

/** What a notice of a journal says to a person. */
export function journalNoticeText(notice: JournalNotice, file: string): string {
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

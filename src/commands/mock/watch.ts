import { resolve } from 'node:path';
import { isAcknowledged } from '../../contract/limits.ts';
import type { Redactor } from '../../contract/redact.ts';
import type { Host } from '../../host.ts';
import { openJournal, type Journal } from '../../journal/append.ts';
import { createHappenings, type Happenings } from '../../http/until.ts';
import type { ApiRequest } from '../../platform/api/protocol.ts';
import { problemsOf } from '../../platform/api/refusals.ts';
import type { PlatformEvent } from '../../platform/events.ts';
import { lineOf, recordOf } from '../../platform/records.ts';
import { createPlatformTally, type PlatformTally } from '../../platform/tally.ts';
import type { Answered } from '../../receiver/request-lifecycle.ts';
import { journalNoticeText } from '../../sinks/journal-notice.ts';
import { createLineWriter } from '../../sinks/line-writer.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
import { createBugReport } from '../bug-report.ts';
import { talker } from '../context.ts';
import { redactorOf } from '../guard.ts';
import { conversationLines, totalLines } from './cards.ts';
import type { MockFlags } from './flags.ts';

/** Everything that watches a run: counts, the screen or NDJSON, the recording. */
export interface MockWatch {
  see(event: PlatformEvent): void;
  /** Keeps a message before it is answered; undefined without `--record`. */
  keep: ((request: ApiRequest, answered: Answered) => Promise<void>) | undefined;
  write(lines: readonly string[]): void;
  /** The chat of the last customer whose message was taken. */
  lastChat(): string | null;
  tally(): PlatformTally;
  /** Something was seen. */
  news: Happenings;
  bugTold(): boolean;
  finish(missing: number): Promise<void>;
}

/** @throws HookError (exit 3) for a recording that cannot be appended to */
export async function createMockWatch(flags: MockFlags, secret: string | null, host: Host): Promise<MockWatch> {
  const style = await host.style(host.stdout, flags);
  const redact = redactorOf(host);
  const view = { style, redact, secret, verbose: flags.verbose ?? false };
  const tally = createPlatformTally();
  const bugs = createBugReport(host);
  const news = createHappenings();
  const journal = flags.record === undefined ? null : openRecording(flags.record, flags, host);
  let lastChat: string | null = null;
  let isFirst = true;
  const writer = createLineWriter(host.stdout, (skipped) =>
    flags.json
      ? jsonLine({ type: 'skipped', lines: skipped })
      : `… ${count(skipped, 'line')} skipped: the terminal was too slow`,
  );
  return {
    see(event) {
      try {
        tally.see(event);
        if (event.kind === 'customer') lastChat = takenChat(event) ?? lastChat;
        // A message is in the recording already: it was kept before it was answered.
        if (event.kind !== 'customer') journal?.append(recordLine(event, redact)).catch(() => {});
        const lines = flags.json ? [jsonLine(lineOf(event, redact))] : conversationLines(event, view);
        // A blank line stands between two cards, and before none.
        writer.write(isFirst && lines[0] === '' ? lines.slice(1) : lines);
        isFirst = false;
      } catch (error) {
        bugs.tell(error);
      }
      news.happened();
    },
    keep:
      journal === null
        ? undefined
        : (request, { status }) => {
            const problems = problemsOf(request, status);
            return journal.append(recordLine({ kind: 'customer', request, status, problems, silent: null }, redact));
          },
    write: writer.write,
    lastChat: () => lastChat,
    tally: tally.read,
    news,
    bugTold: bugs.told,
    async finish(missing) {
      journal?.close();
      const counts = tally.read();
      await writer.end(flags.json ? [jsonLine({ type: 'summary', ...counts, missing })] : totalLines(counts, view));
    },
  };
}

function takenChat({ request, status }: Extract<PlatformEvent, { kind: 'customer' }>): string | null {
  return status !== null && isAcknowledged(status) ? (request.decision?.chatId ?? null) : null;
}

/** A file that we write has no secret in it, the webhook's or the API's. */
function recordLine(event: PlatformEvent, redact: Redactor): string {
  return JSON.stringify(redact.leaves(recordOf(event, redact)));
}

function openRecording(path: string, flags: MockFlags, host: Host): Journal {
  return openJournal(resolve(host.cwd, path), {
    onNotice: (notice) => talker(host, flags)(`! ${journalNoticeText(notice, safeLine(path))}`),
  });
}

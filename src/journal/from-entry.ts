import type { Forwarded } from '../receiver/answer.ts';
import { pathOf } from '../receiver/capture.ts';
import { inspect, type Received } from '../receiver/inspect.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import type { RawHeaders } from '../http/headers.ts';
import { bodyOf, type JournalEntry } from './entry.ts';

/** A recorded request in the form that it had on arrival, so that the code that shows arrivals can show it too. */
export interface Recorded {
  received: Received;
  answered: Answered;
}

/** Rebuilds the request of a journal line. Its secret was checked at that time, and is not known now. */
export function fromEntry(entry: JournalEntry): Recorded {
  const { id, method, path, headers, auth, answer } = entry;
  const capture = {
    id,
    receivedAt: new Date(entry.receivedAt),
    method,
    target: path,
    path: pathOf(path),
    httpVersion: '1.1',
    rawHeaders: pairs(headers),
    remoteAddress: null,
    body: bodyOf(entry),
  };
  return { received: inspect(capture, { auth }), answered: answeredOf(answer) };
}

function pairs(headers: JournalEntry['headers']): RawHeaders {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): readonly [string, string] => [name, value]),
  );
}

function answeredOf({ status, forwarded }: JournalEntry['answer']): Answered {
  if (!forwarded) return { status };
  const { reason, message, ms } = forwarded;
  return {
    status,
    forwarded: { status: forwarded.status, ms, reason, message, bodyBroken: false } satisfies Forwarded,
  };
}

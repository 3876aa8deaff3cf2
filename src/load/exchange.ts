import { maxAnswerBytes } from '../delivery/deliver.ts';
import type { Judged } from '../delivery/judge.ts';
import { resultOf, type Failure, type Outcome, type Response } from '../delivery/outcome.ts';
import { phases, type Marks } from '../delivery/timing.ts';
import { monotonicMs, timeOrigin } from '../http/clock.ts';
import type { RawHeader } from '../http/headers.ts';

/** The request under way and its answer; one for all that a connection will see. */
export interface LoadExchange {
  busy: boolean;
  /** When the connection came about; negative without one. */
  connectedAt: number;
  startedAt: number;
  sentAt: number;
  headersAt: number;
  status: number;
  statusText: string;
  headers: readonly Buffer[];
  chunks: Buffer[];
  bytes: number;
  interim: number;
}

export function createLoadExchange(): LoadExchange {
  const moments = { connectedAt: -1, startedAt: 0, sentAt: 0, headersAt: 0 };
  return { busy: false, ...moments, status: 0, statusText: '', headers: [], chunks: [], bytes: 0, interim: 0 };
}

/** As much of an outcome as a load counts: dates, phases and headers are made for who looks at single answers. */
export interface Ending extends Judged {
  /** Whether a TCP connection ever came about. */
  connected: boolean;
  /** All of it, where answers are kept. */
  outcome: Outcome | null;
}

/** What came of a request. */
export function createEnding(
  exchange: LoadExchange,
  failure: Failure | null,
  cut: Response['bodyCut'],
  keep: boolean,
): Ending {
  const { headersAt, status, startedAt } = exchange;
  const answered = headersAt > 0;
  return {
    response: answered ? { status, headersMs: headersAt - startedAt, bodyCut: cut } : null,
    failure: answered ? null : failure,
    connected: exchange.connectedAt >= 0,
    outcome: keep ? createOutcome(exchange, failure, cut) : null,
  };
}

/** In the shape of `deliver`'s. */
function createOutcome(exchange: LoadExchange, failure: Failure | null, cut: Response['bodyCut']): Outcome {
  const { startedAt, connectedAt, sentAt, headersAt } = exchange;
  const answered = headersAt > 0;
  const marks: Marks = { start: startedAt };
  if (connectedAt >= 0) marks.connect = Math.max(connectedAt, startedAt);
  if (sentAt > 0) marks.sent = sentAt;
  if (answered) marks.firstByte = headersAt;
  return {
    startedAt: new Date(timeOrigin + startedAt),
    ...resultOf(answered ? finishResponse(exchange, cut) : null, failure),
    timing: phases(marks, monotonicMs()),
    connected: connectedAt >= 0,
  };
}

function finishResponse(exchange: LoadExchange, bodyCut: Response['bodyCut']): Response {
  return {
    status: exchange.status,
    statusText: exchange.statusText,
    headers: readHeaders(exchange.headers),
    body: Buffer.concat(exchange.chunks).subarray(0, maxAnswerBytes),
    bodyBytes: exchange.bytes,
    bodyCut,
    headersMs: exchange.headersAt - exchange.startedAt,
  };
}

function readHeaders(raw: readonly Buffer[]): RawHeader[] {
  const headers: RawHeader[] = [];
  for (let index = 0; index < raw.length; index += 2)
    headers.push([raw[index]!.toString('latin1'), raw[index + 1]!.toString('latin1')]);
  return headers;
}

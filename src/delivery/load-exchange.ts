import { maxAnswerBytes } from './deliver.ts';
import type { Failure, Outcome, Response } from './outcome.ts';
import type { RawHeader } from './payload.ts';
import { phases, type Marks } from './timing.ts';

/** The request under way and its answer; one for all that a connection will see. */
export interface Exchange {
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

const noBytes = new Uint8Array();

export function createExchange(): Exchange {
  const moments = { connectedAt: -1, startedAt: 0, sentAt: 0, headersAt: 0 };
  return { busy: false, ...moments, status: 0, statusText: '', headers: [], chunks: [], bytes: 0, interim: 0 };
}

/** What came of it, in the shape of `deliver`'s. Headers and body are empty unless they were kept. */
export function createOutcome(
  exchange: Exchange,
  failure: Failure | null,
  cut: Response['bodyCut'],
  keep: boolean,
): Outcome {
  const { startedAt, connectedAt, sentAt, headersAt } = exchange;
  const answered = headersAt > 0;
  const marks: Marks = { start: startedAt };
  if (connectedAt >= 0) marks.connect = Math.max(connectedAt, startedAt);
  if (sentAt > 0) marks.sent = sentAt;
  if (answered) marks.firstByte = headersAt;
  return {
    startedAt: new Date(performance.timeOrigin + startedAt),
    response: answered ? finishResponse(exchange, cut, keep) : null,
    failure: answered ? null : failure,
    timing: phases(marks, performance.now()),
    connected: connectedAt >= 0,
  };
}

function finishResponse(exchange: Exchange, bodyCut: Response['bodyCut'], keep: boolean): Response {
  return {
    status: exchange.status,
    statusText: exchange.statusText,
    headers: keep ? readHeaders(exchange.headers) : [],
    body: keep ? Buffer.concat(exchange.chunks).subarray(0, maxAnswerBytes) : noBytes,
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

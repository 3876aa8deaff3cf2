import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { URL } from 'node:url';
import { deadlineMs } from '../contract/limits.ts';
import { clearTimeout, currentDate, longestTimerMs, monotonicMs, setTimeout } from '../http/clock.ts';
import { headerPairs } from '../http/headers.ts';
import { createDeadline } from './deadline.ts';
import { broken, explainFailure, interrupted, timeoutFailure, tooManyInterim } from './failure.ts';
import { resultOf, type Failure, type Outcome, type Response } from './outcome.ts';
import { wireHeaders, type Payload } from './payload.ts';
import { createTurnClock, phases, roundMs, type Marks } from './timing.ts';

/** How much of an answer is kept to be shown, in bytes. Longer bodies are not read further. */
export const maxAnswerBytes = 64 * 1024;

/** The most interim (1xx) answers that one delivery accepts: a receiver may send one per second while it works. */
export const maxInterimAnswers = 1000;

/** Where a payload goes, and how long it may take. */
export interface DeliverOptions {
  url: URL | string;
  /** How long to wait for headers, in milliseconds; the body has until then too. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** How long the body may take after the headers, if that is less, in milliseconds. */
  bodyTimeoutMs?: number | undefined;
  /** How much of an answer is kept, in bytes; longer bodies are not read further. Default: 64 KB. */
  answerBytes?: number | undefined;
  /** Take any certificate (against `tls-verified`). */
  insecure?: boolean | undefined;
  /** Certificates to trust instead of the system's: PEM. */
  ca?: string | undefined;
  /** Ends the delivery, with the outcome `interrupted`. */
  signal?: AbortSignal | undefined;
  /** Connections to share; default: a fresh one each time (`fresh-connection`). */
  agent?: Agent | undefined;
  /** Deliveries that are under way at once are timed better by one clock: that of `createTurnClock`. Default: its own. */
  clock?: (() => number) | undefined;
}

/**
 * One delivery over HTTP/1.1: one attempt, no redirects (`no-retry`, `no-redirects`).
 *
 * Never throws for what the target did: every result is in the outcome.
 *
 * @example const { response, failure } = await deliver(createPayload({ name: 'mine', body }), { url });
 */
export async function deliver(payload: Payload, options: DeliverOptions): Promise<Outcome> {
  const url = new URL(options.url);
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const { timeoutMs = deadlineMs, answerBytes: maxBytes = maxAnswerBytes, signal, clock = createTurnClock() } = options;

  return new Promise((resolve) => {
    const req = request(url, {
      method: payload.method,
      headers: wireHeaders(payload, url).flat(),
      agent: options.agent ?? false,
      // Always set: otherwise NODE_TLS_REJECT_UNAUTHORIZED decides.
      rejectUnauthorized: !options.insecure,
      ...(options.ca ? { ca: options.ca } : {}),
    });
    const startedAt = currentDate();
    const marks: Marks = { start: monotonicMs() };
    let answer: Answer | null = null;
    let settled = false;

    /** The first call decides. `cut` says why the body, if there was one, was not read to its end. */
    const settle = (failure: Failure, cut: Response['bodyCut']): void => {
      if (settled) return;
      settled = true;
      deadline.close();
      clearTimeout(bodyTimer);
      signal?.removeEventListener('abort', interrupt);
      resolve({
        startedAt,
        ...resultOf(answer && finishResponse(answer, cut), failure),
        timing: phases(marks, answer && !cut ? latestByte() : monotonicMs()),
        connected: marks.connect !== undefined,
      });
      // A kept connection with a complete answer goes back to its agent. Any other connection is closed.
      if (!options.agent || cut) req.destroy();
    };
    const interrupt = (): void => settle(interrupted, 'broken');
    const deadline = createDeadline(timeoutMs, () =>
      settle(timeoutFailure(marks.connect !== undefined, timeoutMs), 'timeout'),
    );
    let bodyTimer: NodeJS.Timeout | undefined;
    signal?.addEventListener('abort', interrupt, { once: true });

    const latestByte = watchWire(req, marks, clock);
    req.once('response', (res: IncomingMessage) => {
      answer = { res, headersMs: roundMs(latestByte() - marks.start), chunks: [], bytes: 0, maxBytes };
      readBody(answer, settle);
      if (options.bodyTimeoutMs !== undefined)
        bodyTimer = setTimeout(() => settle(broken, 'timeout'), Math.min(options.bodyTimeoutMs, longestTimerMs));
    });
    req.once('upgrade', (res: IncomingMessage) => {
      answer = { res, headersMs: roundMs(latestByte() - marks.start), chunks: [], bytes: 0, maxBytes };
      settle(broken, null);
    });
    limitInterim(req, settle);
    req.on('error', (error) => settle(explainFailure(error, url, marks.connect !== undefined), 'broken'));
    req.once('close', () => settle(broken, 'broken'));
    if (signal?.aborted) return interrupt();
    req.end(payload.body);
    // The connection begins in the next tick. Making the request took time of ours alone: milliseconds, in a fresh process.
    marks.start = monotonicMs();
    deadline.start(marks.start);
  });
}

/** An answer that is being read. */
interface Answer {
  res: IncomingMessage;
  headersMs: number;
  chunks: Buffer[];
  bytes: number;
  /** So many are kept. */
  maxBytes: number;
}

type Settle = (failure: Failure, cut: Response['bodyCut']) => void;

/**
 * Records the moments of a delivery where they happen: on the socket. Returns a function that gives the moment of the
 * latest byte.
 */
function watchWire(req: ClientRequest, marks: Marks, clock: () => number): () => number {
  // A delivery may begin in the middle of a turn of the event loop.
  const now = (): number => Math.max(marks.start, clock());
  let latest = 0;
  req.once('socket', (socket: Socket) => {
    if (!socket.connecting) marks.connect = marks.start;
    socket.once('lookup', () => (marks.lookup ??= now()));
    socket.once('connect', () => (marks.connect = now()));
    socket.once('secureConnect', () => (marks.secure = now()));
    const stamp = (): void => {
      latest = now();
      marks.firstByte ??= latest;
    };
    // A body may end with the connection.
    const stampEnd = (): void => {
      latest = now();
    };
    socket.prependListener('data', stamp);
    socket.prependListener('end', stampEnd);
    req.once('close', () => socket.off('data', stamp).off('end', stampEnd));
  });
  req.once('finish', () => (marks.sent = monotonicMs()));
  return () => latest;
}

function limitInterim(req: ClientRequest, settle: Settle): void {
  let interim = 0;
  req.on('information', () => {
    interim += 1;
    if (interim <= maxInterimAnswers) return;
    settle(tooManyInterim(maxInterimAnswers), 'broken');
  });
}

function readBody(answer: Answer, settle: Settle): void {
  const { res } = answer;
  res.on('data', (chunk: Buffer) => {
    answer.bytes += chunk.length;
    answer.chunks.push(chunk);
    if (answer.bytes > answer.maxBytes) settle(broken, 'too_large');
  });
  res.once('end', () => settle(broken, res.complete ? null : 'broken'));
  res.once('error', () => settle(broken, 'broken'));
}

function finishResponse({ res, headersMs, chunks, bytes, maxBytes }: Answer, bodyCut: Response['bodyCut']): Response {
  return {
    status: res.statusCode ?? 0,
    statusText: res.statusMessage ?? '',
    headers: headerPairs(res.rawHeaders),
    body: Buffer.concat(chunks).subarray(0, maxBytes),
    bodyBytes: bytes,
    bodyCut,
    headersMs,
  };
}

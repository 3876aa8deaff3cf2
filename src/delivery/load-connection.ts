import { Client, type Dispatcher } from 'undici';
import { createDeadline } from './deadline.ts';
import { maxAnswerBytes, maxInterimAnswers } from './deliver.ts';
import { broken, explainFailure, impossibleStatus, interrupted, timeoutFailure, tooManyInterim } from './failure.ts';
import type { Failure, Outcome, Response } from './outcome.ts';
import type { Payload, RawHeader } from './payload.ts';
import { phases, type Marks } from './timing.ts';

export interface ConnectionOptions {
  url: URL;
  timeoutMs: number;
  insecure: boolean;
  ca: string | undefined;
  /** Whether headers and bodies of answers are kept: else they are counted and let go. */
  keep: boolean;
  /** Called once for each `send`. */
  onOutcome: (outcome: Outcome) => void;
  /** The request can never leave: what is wrong with it. */
  onUnsendable: (error: Error) => void;
}

/** One kept connection, one request at a time on it. It comes back by itself, with the next request. */
export interface Connection {
  /** `now` is the moment that the delivery starts at, on the clock of `performance.now()`. */
  send(payload: Payload, now: number): void;
  /** Gives up what is under way, with the outcome `interrupted`. */
  interrupt(): void;
  close(): void;
}

/** An answer while it is being read; one for all requests of a connection. */
interface Answer {
  status: number;
  statusText: string;
  headers: Buffer[];
  chunks: Buffer[];
  bytes: number;
  interim: number;
}

const none: readonly never[] = [];
const noBytes = new Uint8Array();

/** undici's words for a request that it refuses to send, whatever the target. */
const unsendable = /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;

/** A connection whose every request ends in exactly one outcome, in the shape of `deliver`'s. */
export function createConnection(options: ConnectionOptions): Connection {
  const { url, timeoutMs, keep, onOutcome, onUnsendable } = options;
  const request = createRequests(url);
  const deadline = createDeadline(timeoutMs, () => settle(timeoutFailure(connectedAt >= 0, timeoutMs), 'timeout'));
  const answer: Answer = { status: 0, statusText: '', headers: [], chunks: [], bytes: 0, interim: 0 };
  let client: Client | null = null;
  /** When the present connection came about; negative without one. */
  let connectedAt = -1;
  let busy = false;
  let startedAt = 0;
  let sentAt = 0;
  let headersAt = 0;

  /** The first call after a `send` decides. What did not end as it should costs the connection. */
  const settle = (failure: Failure | null, cut: Response['bodyCut']): void => {
    if (!busy) return;
    busy = false;
    deadline.stop();
    const outcome = createOutcome(failure, cut);
    if (failure || cut) drop();
    onOutcome(outcome);
  };

  const createOutcome = (failure: Failure | null, cut: Response['bodyCut']): Outcome => {
    const marks: Marks = { start: startedAt };
    if (connectedAt >= 0) marks.connect = Math.max(connectedAt, startedAt);
    if (sentAt > 0) marks.sent = sentAt;
    if (headersAt > 0) marks.firstByte = headersAt;
    return {
      startedAt: new Date(performance.timeOrigin + startedAt),
      response: headersAt > 0 ? finishResponse(answer, headersAt - startedAt, cut, keep) : null,
      failure: headersAt > 0 ? null : failure,
      timing: phases(marks, performance.now()),
      connected: connectedAt >= 0,
    };
  };

  const drop = (): void => {
    const gone = client;
    client = null;
    connectedAt = -1;
    gone?.destroy().catch(() => {});
  };

  /** `current` tells a client's late words from those of the one that took its place. */
  const open = (): { client: Client; handler: Dispatcher.DispatchHandler } => {
    const opened = createClient(options);
    const current = (): boolean => client === opened;
    opened.on('connect', () => {
      if (current()) connectedAt = performance.now();
    });
    opened.on('disconnect', () => {
      // What is under way still hears of it, and was connected.
      if (current() && !busy) connectedAt = -1;
    });
    const handler = createHandler(answer, keep, {
      sent: () => (sentAt = performance.now()),
      answered: () => (headersAt = performance.now()),
      settle: (failure, cut) => {
        if (current()) settle(failure, cut);
      },
      fail: (error) => {
        if (!current()) return;
        if (unsendable.test((error as NodeJS.ErrnoException).code ?? '')) onUnsendable(error);
        else settle(explainFailure(error, url, connectedAt >= 0), 'broken');
      },
    });
    return { client: opened, handler };
  };
  let handler: Dispatcher.DispatchHandler;

  return {
    send: (payload, now) => {
      if (!client) ({ client, handler } = open());
      busy = true;
      startedAt = now;
      sentAt = headersAt = answer.bytes = answer.interim = 0;
      if (keep) answer.chunks = [];
      deadline.start(startedAt);
      client.dispatch(request(payload), handler);
    },
    interrupt: () => settle(interrupted, 'broken'),
    close: () => {
      busy = false;
      deadline.close();
      drop();
    },
  };
}

/** Deadlines are ours: those of undici come up to a second late. */
function createClient({ url, insecure, ca }: ConnectionOptions): Client {
  return new Client(url.origin, {
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: 0,
    // Idle for longer, a connection is closed from this side: else it may be from the other, just as we send.
    keepAliveTimeout: 1000,
    keepAliveMaxTimeout: 1000,
    keepAliveTimeoutThreshold: 500,
    connect: { ...(insecure ? { rejectUnauthorized: false } : {}), ...(ca ? { ca } : {}) },
  });
}

interface Progress {
  sent(): void;
  answered(): void;
  settle(failure: Failure | null, cut: Response['bodyCut']): void;
  fail(error: Error): void;
}

/** The methods of undici's older handler: they leave headers raw, and make nothing for each request. */
function createHandler(answer: Answer, keep: boolean, progress: Progress): Dispatcher.DispatchHandler {
  return {
    onConnect: () => progress.sent(),
    onHeaders: (status, headers, _, statusText) => {
      // Further on, undici takes these for a mistake of its own.
      if (status < 100) progress.settle(impossibleStatus(status), 'broken');
      else if (status < 200) {
        answer.interim += 1;
        if (answer.interim > maxInterimAnswers) progress.settle(tooManyInterim(maxInterimAnswers), 'broken');
      } else {
        progress.answered();
        answer.status = status;
        answer.statusText = statusText;
        if (keep) answer.headers = headers;
      }
      return true;
    },
    onData: (chunk) => {
      answer.bytes += chunk.length;
      if (keep) answer.chunks.push(chunk);
      if (answer.bytes > maxAnswerBytes) progress.settle(broken, 'too_large');
      return true;
    },
    onComplete: () => progress.settle(null, null),
    onError: progress.fail,
  };
}

function finishResponse(answer: Answer, headersMs: number, bodyCut: Response['bodyCut'], keep: boolean): Response {
  return {
    status: answer.status,
    statusText: answer.statusText,
    headers: keep ? readHeaders(answer.headers) : (none as unknown as RawHeader[]),
    body: keep ? Buffer.concat(answer.chunks).subarray(0, maxAnswerBytes) : noBytes,
    bodyBytes: answer.bytes,
    bodyCut,
    headersMs,
  };
}

function readHeaders(raw: readonly Buffer[]): RawHeader[] {
  const headers: RawHeader[] = [];
  for (let index = 0; index < raw.length; index += 2)
    headers.push([raw[index]!.toString('latin1'), raw[index + 1]!.toString('latin1')]);
  return headers;
}

/** Payloads in undici's words, each put together once. */
function createRequests(url: URL): (payload: Payload) => Dispatcher.DispatchOptions {
  const known = new Map<Payload, Dispatcher.DispatchOptions>();
  return (payload) => {
    let request = known.get(payload);
    if (!request) {
      request = {
        path: url.pathname + url.search,
        method: payload.method as Dispatcher.HttpMethod,
        headers: payload.headers.flat(),
        body: Buffer.from(payload.body.buffer, payload.body.byteOffset, payload.body.byteLength),
      };
      known.set(payload, request);
    }
    return request;
  };
}

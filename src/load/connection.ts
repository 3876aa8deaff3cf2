import { Client, type Dispatcher } from 'undici';
import { createDeadline, type Deadline } from '../delivery/deadline.ts';
import { maxAnswerBytes, maxInterimAnswers } from '../delivery/deliver.ts';
import {
  broken,
  explainFailure,
  impossibleStatus,
  interrupted,
  timeoutFailure,
  tooManyInterim,
} from '../delivery/failure.ts';
import type { Failure, Response } from '../delivery/outcome.ts';
import type { Payload } from '../delivery/payload.ts';
import { errorCode } from '../errors.ts';
import { monotonicMs } from '../http/clock.ts';
import { createEnding, createLoadExchange, type Ending, type LoadExchange } from './exchange.ts';

export interface ConnectionOptions {
  url: URL;
  timeoutMs: number;
  insecure: boolean;
  ca: string | undefined;
  /** Whether headers and bodies of answers are kept: else they are counted and let go. */
  keep: boolean;
  /** What comes in is timed by it. */
  clock: () => number;
  /** Called once for each `send`. */
  onEnding: (ending: Ending) => void;
  /** The request can never leave: what is wrong with it. */
  onUnsendable: (error: Error) => void;
}

/** One kept connection, one request at a time on it. It comes back by itself, with the next request. */
export interface Connection {
  /** `now` is the moment that the delivery starts at, on the clock of `performance.now()`. */
  send(payload: Payload, now: number): void;
  /** Gives up what is under way: it ends as `interrupted`. */
  interrupt(): void;
  close(): void;
}

/** undici's words for a request that it refuses to send, whatever the target. */
const unsendable = /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;

/** A connection whose every request has exactly one ending. */
export function createConnection(options: ConnectionOptions): Connection {
  const { url, timeoutMs, keep, onEnding } = options;
  const request = createRequests(url);
  const exchange = createLoadExchange();
  const deadline = createDeadline(timeoutMs, () =>
    settle(timeoutFailure(exchange.connectedAt >= 0, timeoutMs), 'timeout'),
  );
  let line: Line | null = null;

  /** The first call after a `send` decides. What did not end as it should costs the connection. */
  const settle: Settle = (failure, cut) => {
    if (!exchange.busy) return;
    exchange.busy = false;
    deadline.stop();
    const ending = createEnding(exchange, failure, cut, keep);
    if (failure || cut) drop();
    onEnding(ending);
  };
  const drop = (): void => {
    const gone = line;
    line = null;
    exchange.connectedAt = -1;
    gone?.client.destroy().catch(() => {});
  };

  return {
    send: (payload, now) => {
      // What a client that was let go still says is not heard.
      line ??= openLine(options, exchange, { isCurrent: (client) => line?.client === client, settle, deadline });
      exchange.busy = true;
      exchange.startedAt = now;
      exchange.sentAt = exchange.headersAt = exchange.bytes = exchange.interim = 0;
      if (keep) exchange.chunks = [];
      deadline.start(now);
      line.client.dispatch(request(payload), line.handler);
    },
    interrupt: () => settle(interrupted, 'broken'),
    close: () => {
      exchange.busy = false;
      deadline.close();
      drop();
    },
  };
}

type Settle = (failure: Failure | null, cut: Response['bodyCut']) => void;

/** A client, and what it tells of its requests to. */
interface Line {
  client: Client;
  handler: Dispatcher.DispatchHandler;
}

function openLine(
  options: ConnectionOptions,
  exchange: LoadExchange,
  { isCurrent, settle, deadline }: { isCurrent(client: Client): boolean; settle: Settle; deadline: Deadline },
): Line {
  const { url, clock, onUnsendable } = options;
  const client = createClient(options);
  client.on('connect', () => {
    if (isCurrent(client)) exchange.connectedAt = clock();
  });
  client.on('disconnect', () => {
    // What is under way still hears of it, and was connected.
    if (isCurrent(client) && !exchange.busy) exchange.connectedAt = -1;
  });
  const handler = createHandler(exchange, options, {
    sent: () => {
      const now = monotonicMs();
      exchange.sentAt = now;
      if (exchange.connectedAt < 0 || exchange.connectedAt > exchange.startedAt) return;
      // On a kept connection it starts when it goes out: the turn that the client makes it wait is nobody's latency.
      exchange.startedAt = now;
      deadline.start(now);
    },
    settle: (failure, cut) => {
      if (isCurrent(client)) settle(failure, cut);
    },
    fail: (error) => {
      if (!isCurrent(client)) return;
      if (unsendable.test(errorCode(error) ?? '')) onUnsendable(error);
      else settle(explainFailure(error, url, exchange.connectedAt >= 0), 'broken');
    },
  });
  return { client, handler };
}

/** Deadlines are ours: those of undici come up to a second late. */
function createClient({ url, insecure, ca }: ConnectionOptions): Client {
  return new Client(url.origin, {
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    // Idle for longer, a connection is closed from this side: else it may be from the other, just as we send.
    keepAliveTimeout: 1000,
    keepAliveMaxTimeout: 1000,
    keepAliveTimeoutThreshold: 500,
    // Said in either case: else NODE_TLS_REJECT_UNAUTHORIZED decides.
    connect: { timeout: 0, rejectUnauthorized: !insecure, ...(ca ? { ca } : {}) },
  });
}

/** The methods of undici's older handler: they leave headers raw, and make nothing for each request. */
function createHandler(
  exchange: LoadExchange,
  { keep, clock }: ConnectionOptions,
  { sent, settle, fail }: { sent(): void; settle: Settle; fail(error: Error): void },
): Dispatcher.DispatchHandler {
  return {
    onConnect: sent,
    onHeaders: (status, headers, _, statusText) => {
      // Further on, undici takes these for a mistake of its own.
      if (status < 100) settle(impossibleStatus(status), 'broken');
      else if (status < 200) {
        exchange.interim += 1;
        if (exchange.interim > maxInterimAnswers) settle(tooManyInterim(maxInterimAnswers), 'broken');
      } else {
        exchange.headersAt = clock();
        exchange.status = status;
        exchange.statusText = statusText;
        if (keep) exchange.headers = headers;
      }
      return true;
    },
    onData: (chunk) => {
      exchange.bytes += chunk.length;
      if (keep) exchange.chunks.push(chunk);
      if (exchange.bytes > maxAnswerBytes) settle(broken, 'too_large');
      return true;
    },
    onComplete: () => settle(null, null),
    onError: fail,
  };
}

/** Payloads in undici's words. Their headers are put together once for all that share them. */
function createRequests(url: URL): (payload: Payload) => Dispatcher.DispatchOptions {
  const path = url.pathname + url.search;
  const known = new WeakMap<Payload['headers'], string[]>();
  return ({ method, headers, body }) => {
    let flat = known.get(headers);
    if (!flat) {
      flat = headers.flat();
      known.set(headers, flat);
    }
    return {
      path,
      method: method as Dispatcher.HttpMethod,
      headers: flat,
      body: Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    };
  };
}

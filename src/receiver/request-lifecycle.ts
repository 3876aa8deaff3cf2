import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { createBearerCheck } from '../contract/bearer.ts';
import type { Clock } from '../host.ts';
import { headerValues } from '../http/headers.ts';
import { statusOf, type Answer, type AnswerEvent, type Origin, type Reaction } from './answer.ts';
import { captureHead } from './capture.ts';
import type { InFlight } from './in-flight.ts';
import { inspect, type Received } from './inspect.ts';
import { readBody } from './read-body.ts';
import { crowdedOut, failed, refuse, reply, tooLarge } from './reply.ts';
import { discard, guardStream, isOpenEnded, writeAnswer } from './write-answer.ts';

/** The status that goes out, or null where nothing does: hang, reset, or the client has left. */
export interface Answered extends Origin {
  status: number | null;
}

export interface LifecycleOptions<Kept = unknown> {
  checkBearer: ReturnType<typeof createBearerCheck>;
  /** Answer 422 to what breaks the contract. */
  strict?: boolean | undefined;
  /** The one path that is answered. */
  path?: string | undefined;
  maxBodyBytes: number;
  inFlight: InFlight;
  clock: Clock;
  /** Resolves once all is read that this turn of the loop has to read. */
  turnEnd(): Promise<void>;
  /** Decides what would have been a 200. */
  answer?: AnswerEvent | undefined;
  /** Awaited before the answer goes out, refusals included. If it rejects, the answer is 500. */
  keep?: ((received: Received, answered: Answered) => Promise<Kept>) | undefined;
  /** Told after the answer was written, refusals included. What it throws is ignored. */
  onReceived?: ((received: Received, answered: Answered, more: After<Kept>) => void) | undefined;
}

/** What else there is to tell of a request that was answered. */
interface After<Kept> {
  answeredAfterMs: number;
  /** What `keep` made of it, if it did. */
  kept?: Kept | undefined;
}

/** One request and what becomes of it. */
export interface RequestLifecycle {
  req: IncomingMessage;
  res: ServerResponse;
  /** Runs to the end of the answer's decision. Never rejects. */
  run(state: { awaitsContinue: boolean; isLast: () => boolean }): Promise<void>;
  /** The client will send no more: whoever waits for its sake may stop. */
  leave(): void;
  /** The answer is out, or the connection is gone. Idempotent. */
  settle(): void;
}

export function createRequestLifecycle<Kept>(
  req: IncomingMessage,
  res: ServerResponse,
  options: LifecycleOptions<Kept>,
  { nextId, onGone }: { nextId: (at: Date) => string; onGone: () => void },
): RequestLifecycle {
  const { clock, turnEnd, answer, keep, onReceived } = options;
  const startedMs = clock.now();
  const departure = answer && new AbortController();
  let outcome: Ended<Kept> | undefined;
  let settled = false;
  let openEnded = false;
  let gone = false;

  const report = (): void => {
    if (outcome) tell(onReceived, outcome, clock.now() - startedMs);
    outcome = undefined;
  };

  const run: RequestLifecycle['run'] = async ({ awaitsContinue, isLast }) => {
    const found = await receive(req, res, options, nextId, awaitsContinue);
    if (!found) return;
    const { received, proposed } = found;
    let reaction = departure && proposed.status === 200 ? await decide(options, found, departure.signal) : proposed;
    guardStream(reaction);
    if (departure?.signal.aborted && !settled) {
      // Who stops sending while it is waited for has left, as far as anybody can tell: nothing was acknowledged.
      settled = true;
      req.socket.destroy();
    }
    const answered = (): Answered => ({ status: settled ? null : statusOf(reaction), ...reaction.origin });
    const kept = keep && (await tryKeep(keep, received, answered()));
    // All answers of a turn go out together, as a journal makes them do: to wake a client for each takes longer than to
    // make it. Only what answers a request that is not all there yet is in a hurry.
    if (!keep && req.complete) await turnEnd();
    if (kept === null) {
      discard(reaction);
      reaction = failed('the event could not be recorded, and so it is not acknowledged');
    }
    outcome = { received, answered: answered(), kept: kept?.value };
    if (settled) {
      discard(reaction);
      report();
      return;
    }
    openEnded = isOpenEnded(reaction);
    if (isLast()) res.shouldKeepAlive = false;
    outcome.answered.status = write(res, reaction, report);
  };

  return {
    req,
    res,
    run,
    leave() {
      if (!res.headersSent) departure?.abort();
      if (openEnded && !res.writableFinished) req.socket.destroy();
    },
    settle() {
      settled = true;
      // Pipelined behind an answer that was the last: Node keeps what was written for it to itself.
      if (outcome && res.socket === null && !res.writableFinished) outcome.answered.status = null;
      if (!res.writableFinished) departure?.abort();
      report();
      if (!gone) onGone();
      gone = true;
    },
  };
}

/** What is to be told once the answer is gone. */
interface Ended<Kept> {
  received: Received;
  answered: Answered;
  kept: Kept | undefined;
}

interface Found {
  received: Received;
  proposed: Answer;
}

/** Reads as much of the request as it earns; null if it was cut off. */
async function receive(
  req: IncomingMessage,
  res: ServerResponse,
  { checkBearer, strict, path, maxBodyBytes, inFlight, clock }: Omit<LifecycleOptions, 'keep' | 'onReceived'>,
  nextId: (at: Date) => string,
  awaitsContinue: boolean,
): Promise<Found | null> {
  const receivedAt = clock.date();
  const capture = captureHead(req, nextId(receivedAt), receivedAt);
  const auth = checkBearer(headerValues(capture.rawHeaders, 'authorization'));
  const unread = async (proposed: Answer): Promise<Found> => {
    req.resume();
    // Most bodies come in one packet with their head: a turn later they are gone by, and the connection can be kept.
    if (!req.complete) await setImmediate();
    return { received: inspect(capture, { auth }), proposed };
  };

  const refusal = refuse(capture, { auth, path, maxBodyBytes });
  if (refusal) return unread(refusal);
  if (awaitsContinue) res.writeContinue();
  const body = await readBody(req, maxBodyBytes, inFlight);
  if (body === 'cut-off') return null;
  if (body === 'too-large') return unread(tooLarge(maxBodyBytes));
  if (body === 'crowded-out') return unread(crowdedOut);
  capture.body = body;
  const received = inspect(capture, { auth });
  return { received, proposed: reply(received, { strict: strict === true }) };
}

async function decide(
  { answer }: Pick<LifecycleOptions, 'answer'>,
  found: Found,
  signal: AbortSignal,
): Promise<Reaction> {
  try {
    return (await answer?.(found.received, found.proposed, signal)) ?? found.proposed;
  } catch {
    return failed('the answer to this event could not be made');
  }
}

/** What `keep` made of it, or null where it could not. */
async function tryKeep<Kept>(
  keep: NonNullable<LifecycleOptions<Kept>['keep']>,
  received: Received,
  answered: Answered,
): Promise<{ value: Kept } | null> {
  try {
    return { value: await keep(received, answered) };
  } catch {
    return null;
  }
}

/** The status that went out. An answer with a header or status that HTTP cannot carry becomes a 500. */
function write(res: ServerResponse, reaction: Reaction, onEarlyAnswer: () => void): number | null {
  try {
    writeAnswer(res, reaction, onEarlyAnswer);
    return statusOf(reaction);
  } catch {
    discard(reaction);
    const instead = failed('the answer to this event has a status or a header that HTTP cannot carry');
    writeAnswer(res, instead, onEarlyAnswer);
    return instead.status;
  }
}

function tell<Kept>(
  onReceived: LifecycleOptions<Kept>['onReceived'],
  { received, answered, kept }: Ended<Kept>,
  answeredAfterMs: number,
): void {
  try {
    const result: unknown = onReceived?.(received, answered, { answeredAfterMs, kept });
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // Who watches is never in the way of who is answered.
  }
}

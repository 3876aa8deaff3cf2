import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../host.ts';
import { turnPassed } from '../http/clock.ts';
import { headerValues } from '../http/headers.ts';
import { statusOf, type Answer, type AnswerEvent, type Origin, type Reaction } from './answer.ts';
import { captureHead, type Capture } from './capture.ts';
import type { Received } from './inspect.ts';
import type { InFlight } from './limits/in-flight.ts';
import type { Protocol } from './protocol.ts';
import { readBody } from './read-body.ts';
import { failed } from './reply.ts';
import { discard, guardStream, isOpenEnded, writeAnswer } from './write-answer.ts';

/** The status that goes out; null if none does: hang, reset, or the client has gone. */
export interface Answered extends Origin {
  status: number | null;
}

export interface LifecycleOptions<Seen extends Capture = Received> {
  protocol: Protocol<Seen>;
  maxBodyBytes: number;
  inFlight: InFlight;
  clock: Clock;
  /** Resolves once everything is read that this turn of the event loop can read. */
  turnEnd(): Promise<void>;
  /** Decides on the answer, if it would have been a 200. */
  answer?: AnswerEvent<Seen> | undefined;
  /** The same if it changes: called once per request, and used instead of `answer`. */
  currentAnswer?: (() => AnswerEvent<Seen> | undefined) | undefined;
  /** Runs before the answer goes out, also before a refusal. If it rejects, the answer is 500. */
  keep?: ((received: Seen, answered: Answered) => Promise<unknown>) | undefined;
  /** Runs after the answer was written, also after a refusal. Errors that it throws are ignored. */
  onReceived?: ((received: Seen, answered: Answered, more: { answeredAfterMs: number }) => void) | undefined;
}

/** One request, from its head to its answer. */
export interface RequestLifecycle {
  req: IncomingMessage;
  res: ServerResponse;
  /** Runs until the request was answered and reported, or cannot be answered any more. Never rejects. */
  run(state: { awaitsContinue: boolean; isLast: () => boolean }): Promise<void>;
  /** The client will send no more: work for its sake may stop. */
  leave(): void;
  /** The answer is out, or the connection has gone. Idempotent. */
  end(): void;
}

export function createRequestLifecycle<Seen extends Capture>(
  req: IncomingMessage,
  res: ServerResponse,
  options: LifecycleOptions<Seen>,
  nextId: (at: Date) => string,
): RequestLifecycle {
  const { clock, turnEnd, keep, onReceived } = options;
  const answer = options.currentAnswer ? options.currentAnswer() : options.answer;
  const startedMs = clock.now();
  const departure = answer && new AbortController();
  let onEnd!: () => void;
  const ended = new Promise<void>((resolve) => (onEnd = resolve));
  const leave = (): void => {
    if (!res.writableFinished) departure?.abort();
  };

  /** Receive, decide, keep, write, report. */
  const run: RequestLifecycle['run'] = async ({ awaitsContinue, isLast }) => {
    const found = await receive(req, res, options, nextId, awaitsContinue);
    if (!found) return;
    const { received, proposed } = found;
    let reaction = departure && proposed.status === 200 ? await decide(answer, found, departure.signal) : proposed;
    guardStream(reaction);
    // The client closed its side while we were waiting: treat it as gone. Nothing was acknowledged.
    if (departure?.signal.aborted) req.socket.destroy();

    if (keep && !(await isKept(keep, received, answeredBy(reaction, req)))) {
      discard(reaction);
      reaction = failed('the event could not be recorded, so it is not acknowledged');
    }
    // All answers of a turn go out together, as they do when a journal writes them: waking a client for each one takes
    // longer than making the answer. Only an answer to an incomplete request goes out at once.
    if (!keep && req.complete) await turnEnd();

    const answered = answeredBy(reaction, req);
    if (req.socket.destroyed) {
      discard(reaction);
    } else {
      if (isOpenEnded(reaction)) departure?.signal.addEventListener('abort', () => req.socket.destroy());
      if (isLast()) res.shouldKeepAlive = false;
      answered.status = write(res, reaction, onEnd);
      await ended;
      // This request was pipelined after the last answer of the connection: Node does not send what was written for it.
      if (res.socket === null && !res.writableFinished) answered.status = null;
    }
    tell(onReceived, received, answered, clock.now() - startedMs);
  };

  return {
    req,
    res,
    run,
    leave,
    end() {
      leave();
      onEnd();
    },
  };
}

/** On a closed connection nothing goes out. */
function answeredBy(reaction: Reaction, { socket }: IncomingMessage): Answered {
  return { status: socket.destroyed ? null : statusOf(reaction), ...reaction.origin };
}

interface Found<Seen> {
  received: Seen;
  proposed: Answer;
}

/** Reads as much of the request as is needed; null if it was cut off. */
async function receive<Seen extends Capture>(
  req: IncomingMessage,
  res: ServerResponse,
  { protocol, maxBodyBytes, inFlight, clock }: Omit<LifecycleOptions<Seen>, 'keep' | 'onReceived'>,
  nextId: (at: Date) => string,
  awaitsContinue: boolean,
): Promise<Found<Seen> | null> {
  const receivedAt = clock.date();
  const capture = captureHead(req, nextId(receivedAt), receivedAt);
  const auth = protocol.auth(headerValues(capture.rawHeaders, 'authorization'));
  const unread = async (proposed: Answer): Promise<Found<Seen>> => {
    req.resume();
    // Most bodies come in one packet with their head: one turn later they have passed, and the connection can be kept.
    if (!req.complete) await turnPassed();
    return { received: protocol.inspect(capture, auth), proposed };
  };

  const refusal = protocol.refuse(capture, auth);
  if (refusal) return unread(refusal);
  if (awaitsContinue) res.writeContinue();
  const body = await readBody(req, maxBodyBytes, inFlight);
  if (body === 'cut-off') return null;
  if (body === 'too-large' || body === 'crowded-out') return unread(protocol.refuseBody(body));
  capture.body = body;
  const received = protocol.inspect(capture, auth);
  return { received, proposed: protocol.reply(received) };
}

async function decide<Seen extends Capture>(
  answer: AnswerEvent<Seen> | undefined,
  found: Found<Seen>,
  signal: AbortSignal,
): Promise<Reaction> {
  try {
    return (await answer?.(found.received, found.proposed, signal)) ?? found.proposed;
  } catch {
    return failed('no answer to this event could be made');
  }
}

async function isKept<Seen>(
  keep: (received: Seen, answered: Answered) => Promise<unknown>,
  received: Seen,
  answered: Answered,
): Promise<boolean> {
  try {
    await keep(received, answered);
    return true;
  } catch {
    return false;
  }
}

/** Writes the answer, and returns its status. A header or status that HTTP cannot carry becomes a 500. */
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

function tell<Seen extends Capture>(
  onReceived: LifecycleOptions<Seen>['onReceived'],
  received: Seen,
  answered: Answered,
  answeredAfterMs: number,
): void {
  try {
    const result: unknown = onReceived?.(received, answered, { answeredAfterMs });
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // An observer that throws must not disturb the answer.
  }
}

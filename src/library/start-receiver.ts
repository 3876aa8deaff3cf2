import { createRedactor } from '../contract/redact.ts';
import { currentDate, monotonicMs } from '../http/clock.ts';
import { ExitCode, HookError, systemReason } from '../errors.ts';
import type { AnswerEvent } from '../receiver/answer.ts';
import { createReceiver, type ReceiverOptions } from '../receiver/server.ts';
import { createAnswering, type Respond } from './answering.ts';
import type { Arrival } from './arrival.ts';
import { createArrivals, type Waiting } from './arrivals.ts';
import { atCaller, atCallerNow } from './caller.ts';
import { verifySecret } from './options.ts';

/** How `startReceiver` listens and answers. */
export interface StartReceiverOptions {
  /** The port; 0 is any free one. Default 0. */
  port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`. */
  host?: string | undefined;
  /** The webhook secret; none checks nothing. A request without it is answered 401 (R7). */
  secret?: string | null | undefined;
  /** The one path that is answered; other paths are 404. Default: all. */
  path?: string | undefined;
  /** Answer 422 to what breaks the contract. Default: 200, and `received.issues` says what is wrong. */
  strict?: boolean | undefined;
  /** The largest body that is taken, in bytes. Default 5 MiB. */
  maxBodyBytes?: number | undefined;
  /** Answers by a script, as `listen --respond` takes it: `503x3,200@1.5s`. */
  respond?: string | undefined;
  /** Decides what would have been a 200. What it throws is a 500, and is told at `close`. */
  answer?: AnswerEvent | undefined;
  /** Let the process end although this receiver is open. Default: it stays until `close`. */
  unref?: boolean | undefined;
}

/** A receiver that listens: what came, what is awaited, and what it answers. */
export interface RunningReceiver extends Waiting {
  /** Where to send to; without `path`, every path is answered. */
  url: string;
  port: number;
  /** Every request that was answered since the start or the last `reset`, in order. */
  arrivals: readonly Arrival[];
  /**
   * Answers in another way from now on: by a script, always the same, or as a function decides; null answers as a correct
   * webhook does.
   *
   * @throws HookError for a script that cannot be read; TypeError for half an answer
   * @example receiver.respondWith('503x3,200');
   */
  respondWith(respond: Respond | null): void;
  /**
   * Between tests: forgets what arrived, tells those who wait, and answers as at the start, a script from its first step.
   */
  reset(): void;
  /**
   * Finishes what is in flight, for 2 s at the most; who still waits is told so.
   *
   * @throws HookError for an `answer` that threw or was no answer, with its error as the cause
   */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a receiver that answers as a correct webhook does: `suvvy-hook listen` for your own tests.
 *
 * @throws HookError for a secret that no header can carry, a script that cannot be read, or a port that is taken
 * @example
 * const receiver = await startReceiver({ secret: 's3cret' });
 * await sendMyEvent(receiver.url);
 * const { event } = await receiver.waitFor('new_messages');
 * await receiver.close();
 */
export async function startReceiver(options: StartReceiverOptions = {}): Promise<RunningReceiver> {
  return atCaller(startReceiver, () => start(options));
}

async function start({ port = 0, host = '127.0.0.1', ...options }: StartReceiverOptions): Promise<RunningReceiver> {
  const { respond, answer, secret, path } = options;
  verifySecret(secret);
  if (respond !== undefined && answer !== undefined) throw new HookError('respond and answer cannot both be given');
  const first = respond ?? answer ?? null;
  const answering = createAnswering();
  answering.use(first);
  const arrivals = createArrivals({ redactor: createRedactor(secret), troubles: answering.troubles, path });
  const receiver = createReceiver({
    ...receiverOptions(options),
    currentAnswer: answering.current,
    clock: { now: monotonicMs, date: currentDate },
    onReceived: (received, { status }) => arrivals.add(received, status),
  });
  const { url, port: bound } = await receiver.listen({ port, host }).catch((error: unknown) => {
    const message = `cannot listen on ${host}:${port}: ${systemReason(error)}`;
    throw new HookError(message, { exitCode: ExitCode.unable, cause: error });
  });
  const close = async function close(): Promise<void> {
    await atCaller(close, async () => {
      await receiver.close();
      arrivals.close();
      answering.settle();
    });
  };
  const { all, waitFor, waitForAll } = arrivals;
  return {
    url,
    port: bound,
    arrivals: all,
    waitFor,
    waitForAll,
    [Symbol.asyncIterator]: () => arrivals[Symbol.asyncIterator](),
    respondWith: function respondWith(wanted) {
      atCallerNow(respondWith, () => answering.use(wanted));
    },
    reset() {
      arrivals.reset();
      answering.use(first);
    },
    close,
    // In a realm of its own, such as Jest's, an older Node has no such symbol; Babel and esbuild look for this one then.
    [(Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')) as typeof Symbol.asyncDispose]: close,
  };
}

function receiverOptions({
  secret,
  path,
  strict,
  maxBodyBytes,
  unref,
}: StartReceiverOptions): Omit<ReceiverOptions, 'clock'> {
  return { secret, path, strict, maxBodyBytes, unref };
}

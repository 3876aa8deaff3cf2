import { isAcknowledged } from '../contract/limits.ts';
import { HookError, ExitCode } from '../errors.ts';
import { createHappenings } from '../http/until.ts';
import type { Received } from './inspect.ts';
import { createReceiver, type ReceiverOptions } from './server.ts';

export interface StartReceiverOptions extends Omit<ReceiverOptions, 'clock' | 'onReceived'> {
  /** Default: 0, any free one. */
  port?: number;
  /** Default: `127.0.0.1`. */
  host?: string;
}

/** A request that was answered, and with which status; null where no answer was given (hang, reset). */
export interface Arrival {
  received: Received;
  status: number | null;
}

/** An event type (acknowledged events of it match), or a test of any arrival. */
export type Match = string | ((arrival: Arrival) => boolean);

export interface RunningReceiver {
  /** Where to send to; without `path`, every path is answered. */
  url: string;
  port: number;
  /** Every request that was answered, in order. */
  arrivals: readonly Arrival[];
  /**
   * The first arrival that matches and that no earlier call was given, whether it is here already or still to come.
   *
   * @param timeoutMs how long to wait, in milliseconds; default 5000
   * @throws HookError when the time is up, with what came instead
   */
  waitFor(match: Match, options?: { timeoutMs?: number }): Promise<Arrival>;
  /** Finishes what is in flight, for 2 s at the most; who still waits is told so. */
  close(): Promise<void>;
}

/** Starts a receiver that answers as a correct webhook does: `suvvy-hook listen` for your own tests. */
export async function startReceiver(options: StartReceiverOptions = {}): Promise<RunningReceiver> {
  const { port = 0, host = '127.0.0.1', ...rest } = options;
  const arrivals: Arrival[] = [];
  const given = new Set<Arrival>();
  const closed = new AbortController();
  const happenings = createHappenings();
  const receiver = createReceiver({
    ...rest,
    clock: { now: () => performance.now(), date: () => new Date() },
    onReceived(received, { status }) {
      arrivals.push({ received, status });
      happenings.happened();
    },
  });
  const listening = await receiver.listen({ port, host });
  return {
    url: listening.url,
    port: listening.port,
    arrivals,
    async waitFor(match, { timeoutMs = 5000 } = {}) {
      const search = createSearch(match, arrivals, given);
      await happenings.until(() => search() !== null, { timeoutMs, signal: closed.signal });
      const found = search();
      if (found) return found();
      const why = closed.signal.aborted ? 'before the receiver was closed' : `within ${timeoutMs / 1000} s`;
      throw notHere(match, why, arrivals);
    },
    async close() {
      await receiver.close();
      closed.abort();
    },
  };
}

/** Looks for an arrival that nobody was given, until it has one. What it gives back hands it out, or throws as `match` did. */
function createSearch(match: Match, arrivals: readonly Arrival[], given: Set<Arrival>): () => (() => Arrival) | null {
  let found: (() => Arrival) | null = null;
  return () => {
    if (found) return found;
    try {
      const arrival = arrivals.find((one) => !given.has(one) && matches(match, one));
      if (!arrival) return null;
      given.add(arrival);
      return (found = () => arrival);
    } catch (error) {
      return (found = () => {
        throw error;
      });
    }
  };
}

function matches(match: Match, arrival: Arrival): boolean {
  if (typeof match === 'function') return match(arrival);
  const { received, status } = arrival;
  return received.eventType === match && status !== null && isAcknowledged(status);
}

function notHere(match: Match, why: string, arrivals: readonly Arrival[]): HookError {
  const what = typeof match === 'string' ? `no ${match}` : 'nothing that matches';
  const came = arrivals.map(
    ({ received, status }) => `${received.eventType ?? received.method} (${status ?? 'no answer'})`,
  );
  const hint = came.length > 0 ? `what came: ${came.slice(-10).join(', ')}` : 'nothing came at all';
  return new HookError(`${what} came ${why}`, { hint, exitCode: ExitCode.failed });
}

import type { NewMessagesEvent, TestRequestEvent } from '../contract/event-types.ts';
import { isAcknowledged } from '../contract/limits.ts';
import type { EventType } from '../contract/message-types.ts';
import type { Redactor } from '../contract/redact.ts';
import { ExitCode, HookError } from '../errors.ts';
import { createHappenings } from '../http/until.ts';
import type { Received } from '../receiver/inspect.ts';
import { count } from '../text/units.ts';
import { describeArrival, type Arrival } from './arrival.ts';
import { atCaller } from './caller.ts';
import { verifyMs } from './options.ts';
import { veilArrival } from './shown.ts';

/** The event of a type, as the contract has it. */
export interface EventOfType {
  new_messages: NewMessagesEvent;
  test_request: TestRequestEvent;
}

/** An event type (acknowledged events of it match), or a test of any arrival. */
export type Match = EventType | ((arrival: Arrival) => boolean);

/** What `waitFor` gives for a match. */
export type Matched<Wanted extends Match> = Wanted extends EventType ? Arrival<EventOfType[Wanted]> : Arrival;

/** How long to wait. */
export interface WaitOptions {
  /** How long to wait, in milliseconds; `Infinity` is for ever. Default 5000. */
  timeoutMs?: number | undefined;
}

/** How long to wait for several arrivals, and for which. */
export interface WaitForAllOptions<Wanted extends Match> extends WaitOptions {
  /** Which arrivals count. Default: all of them. */
  match?: Wanted | undefined;
}

/** Waits for what arrives. Each arrival is given once, by whichever of these comes first. */
export interface Waiting {
  /**
   * The first arrival that matches and that no earlier call was given, whether it is here already or still to come.
   *
   * @param match an event type, of which acknowledged events match, or a test of any arrival. What it throws rejects this
   *   call, and no other
   * @throws HookError when the time is up, or the receiver is closed or reset, with what came instead in its message
   * @example const { event } = await receiver.waitFor('new_messages', { timeoutMs: 2000 });
   */
  waitFor<Wanted extends Match>(match: Wanted, options?: WaitOptions): Promise<Matched<Wanted>>;
  /**
   * So many arrivals that no earlier call was given, in order: all of them, or none where there are too few in time.
   *
   * @throws HookError as `waitFor` does
   * @example const [first, second] = await receiver.waitForAll(2, { match: 'new_messages' });
   */
  waitForAll<Wanted extends Match = () => true>(
    amount: number,
    options?: WaitForAllOptions<Wanted>,
  ): Promise<Matched<Wanted>[]>;
  /** Each arrival that was not given, as it comes; ends when the receiver is closed or reset. */
  [Symbol.asyncIterator](): AsyncGenerator<Arrival, void, undefined>;
}

/** Everything that arrived since the start, or since the last reset. */
export interface Arrivals extends Waiting {
  all: readonly Arrival[];
  add(received: Received, status: number | null): void;
  /** Forgets all, and tells those who wait. */
  reset(): void;
  close(): void;
}

/**
 * @param troubles what went wrong on our side meanwhile, for the message
 * @param path the one path that is answered
 */
export function createArrivals({
  redactor,
  troubles,
  path,
}: {
  redactor: Redactor;
  troubles: () => readonly string[];
  path: string | undefined;
}): Arrivals {
  const all: Arrival[] = [];
  const given = new Set<Arrival>();
  const happenings = createHappenings();
  const state = { round: new AbortController(), closed: false };

  /** Takes so many arrivals, as soon as they are there. */
  const take = async (amount: number, match: Match, { timeoutMs = 5000 }: WaitOptions): Promise<Arrival[]> => {
    verifyMs({ timeoutMs });
    const { signal } = state.round;
    const search = createSearch(() => {
      const found = all.filter((one) => !given.has(one) && matches(match, one)).slice(0, amount);
      if (found.length < amount) return null;
      for (const one of found) given.add(one);
      return found;
    });
    await happenings.until(() => search() !== null, { timeoutMs, signal });
    const found = search();
    if (found) return found();
    const end = state.closed ? 'closed' : 'reset';
    const why = signal.aborted ? `before the receiver was ${end}` : `within ${timeoutMs / 1000} s`;
    throw new HookError(`${missing(match, amount)} came ${why}${instead(signal.aborted)}`, {
      exitCode: ExitCode.failed,
    });
  };
  const instead = (silent: boolean): string => {
    const came = all.slice(-10).map((one) => describeArrival(one, { given: given.has(one), path }));
    const words = came.length > 0 ? [`what came: ${came.join(', ')}`] : silent ? [] : ['nothing came at all'];
    return [...words, ...troubles()].map((text) => `; ${redactor(text)}`).join('');
  };

  return {
    all,
    waitFor: async function waitFor(match, options = {}) {
      return atCaller(waitFor, async () => (await take(1, match, options))[0] as never);
    },
    waitForAll: async function waitForAll(amount, { match, ...options } = {}) {
      return atCaller(waitForAll, async () => (await take(amount, match ?? (() => true), options)) as never[]);
    },
    async *[Symbol.asyncIterator]() {
      const { signal } = state.round;
      const next = (): Arrival | undefined => all.find((one) => !given.has(one));
      while (await happenings.until(() => next() !== undefined, { timeoutMs: Infinity, signal })) {
        const arrival = next();
        if (!arrival) continue;
        given.add(arrival);
        yield arrival;
      }
    },
    add(received, status) {
      all.push(veilArrival({ received, status, event: received.event }, redactor));
      happenings.happened();
    },
    reset() {
      const { round } = state;
      state.round = new AbortController();
      round.abort();
      all.length = 0;
      given.clear();
    },
    close() {
      state.closed = true;
      state.round.abort();
    },
  };
}

/** Looks until it has found something. What it gives back hands it out, or throws as `look` did. */
function createSearch(look: () => Arrival[] | null): () => (() => Arrival[]) | null {
  let found: (() => Arrival[]) | null = null;
  return () => {
    if (found) return found;
    try {
      const arrivals = look();
      return arrivals && (found = () => arrivals);
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

function missing(match: Match, amount: number): string {
  if (amount !== 1) return `fewer than ${typeof match === 'string' ? `${amount} ${match}` : count(amount, 'arrival')}`;
  return typeof match === 'string' ? `no ${match}` : 'nothing that matches';
}

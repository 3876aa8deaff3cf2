import type { Payload } from '../delivery/payload.ts';
import { createTurnClock } from '../delivery/timing.ts';
import { monotonicMs } from '../http/clock.ts';
import { createConnection, type Connection, type ConnectionOptions } from './connection.ts';
import type { Ending } from './exchange.ts';

export interface PoolOptions extends Omit<ConnectionOptions, 'onEnding' | 'clock'> {
  /** How many connections at most; they are opened as they are needed. */
  concurrency: number;
  /** One delivery has ended. `latenessMs` is how long it had to wait for a connection after it was due. */
  onEnding: (ending: Ending, payload: Payload, latenessMs: number) => void;
}

/** The connections of a load. */
export interface Pool {
  hasFree(): boolean;
  isIdle(): boolean;
  /** Needs a free connection. `dueAt` and `now` on the clock of `performance.now()`. */
  send(payload: Payload, dueAt: number, now: number): void;
  interrupt(): void;
  close(): void;
}

/** A timer comes up to so much late: of its own, that is nobody's latency. In milliseconds. */
const timerSlackMs = 2;

/** Hands deliveries to connections. The one that was used last goes first, so that those not needed close. */
export function createPool({ concurrency, onEnding, ...rest }: PoolOptions): Pool {
  const idle: Slot[] = [];
  const all: Slot[] = [];
  const clock = createTurnClock();
  /** Since when a connection has been free; never while all of them are busy. */
  let freeSince = -Infinity;

  const addSlot = (): Slot => {
    const slot: Slot = {
      payload: null,
      latenessMs: 0,
      connection: createConnection({
        ...rest,
        clock,
        onEnding: (ending) => {
          idle.push(slot);
          if (freeSince === Infinity) freeSince = monotonicMs();
          onEnding(ending, slot.payload!, slot.latenessMs);
        },
      }),
    };
    all.push(slot);
    return slot;
  };
  const hasFree = (): boolean => idle.length > 0 || all.length < concurrency;

  return {
    hasFree,
    isIdle: () => idle.length === all.length,
    send: (payload, dueAt, now) => {
      const lateMs = now - dueAt;
      const slot = idle.pop() ?? addSlot();
      slot.payload = payload;
      slot.latenessMs = dueAt < freeSince || lateMs > timerSlackMs ? lateMs : 0;
      if (!hasFree()) freeSince = Infinity;
      slot.connection.send(payload, now);
    },
    interrupt: () => {
      for (const { connection } of all) connection.interrupt();
    },
    close: () => {
      for (const { connection } of all) connection.close();
    },
  };
}

/** A connection, and what it is busy with. */
interface Slot {
  connection: Connection;
  payload: Payload | null;
  latenessMs: number;
}

import type { Payload } from '../delivery/payload.ts';
import { createTurnClock } from '../delivery/timing.ts';
import { createConnection, type Connection, type ConnectionOptions } from './connection.ts';
import type { Ending } from './exchange.ts';

export interface CrewOptions extends Omit<ConnectionOptions, 'onEnding' | 'clock'> {
  /** How many connections at most; they are opened as they are needed. */
  concurrency: number;
  /** One delivery has ended. `latenessMs` is how long it had to wait for a connection after it was due. */
  onEnding: (ending: Ending, payload: Payload, latenessMs: number) => void;
}

/** The connections of a load. */
export interface Crew {
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
export function createCrew({ concurrency, onEnding, ...rest }: CrewOptions): Crew {
  const idle: Member[] = [];
  const all: Member[] = [];
  const clock = createTurnClock();
  /** Since when a connection has been free; never while all of them are busy. */
  let freeSince = -Infinity;

  const join = (): Member => {
    const member: Member = {
      payload: null,
      latenessMs: 0,
      connection: createConnection({
        ...rest,
        clock,
        onEnding: (ending) => {
          idle.push(member);
          if (freeSince === Infinity) freeSince = performance.now();
          onEnding(ending, member.payload!, member.latenessMs);
        },
      }),
    };
    all.push(member);
    return member;
  };
  const hasFree = (): boolean => idle.length > 0 || all.length < concurrency;

  return {
    hasFree,
    isIdle: () => idle.length === all.length,
    send: (payload, dueAt, now) => {
      const lateMs = now - dueAt;
      const member = idle.pop() ?? join();
      member.payload = payload;
      member.latenessMs = dueAt < freeSince || lateMs > timerSlackMs ? lateMs : 0;
      if (!hasFree()) freeSince = Infinity;
      member.connection.send(payload, now);
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
interface Member {
  connection: Connection;
  payload: Payload | null;
  latenessMs: number;
}

import type { Payload } from '../delivery/payload.ts';

/** Where the payloads of a load come from, one after the other and without end. */
export interface PayloadSupply {
  /** The next one; null if it is still being read. */
  next(): Payload | null;
  /** After a null: called once, when `next` has one. Errors are those of the reading. */
  whenReady(onReady: () => void, onError: (error: unknown) => void): void;
  close(): void;
}

/** So many bytes of bodies are read ahead. */
const aheadBytes = 8 * 1024 * 1024;

/** What a payload takes besides its body, by and large: many small ones fill the memory as well. */
const overheadBytes = 1024;

/** Payloads that all fit into the memory, in turn. */
export function supplyOf(payloads: readonly ((n: number) => Payload)[]): PayloadSupply {
  let turn = 0;
  return {
    next: () => {
      const make = payloads[turn % payloads.length]!;
      turn += 1;
      return make(turn);
    },
    whenReady: (onReady) => onReady(),
    close: () => {},
  };
}

/**
 * Payloads that are read while they are sent: a few of them are in the memory at a time.
 *
 * @param readAll gives all of them, in order; called again when they have all been taken
 */
export function createStreamSupply(readAll: () => AsyncIterable<Payload>): PayloadSupply {
  const queue: Payload[] = [];
  let first = 0;
  let bytes = 0;
  let failure: { error: unknown } | null = null;
  let waiting: { onReady: () => void; onError: (error: unknown) => void } | null = null;
  let makeRoom: (() => void) | null = null;
  let closed = false;

  const tell = (): void => {
    const told = waiting;
    waiting = null;
    if (failure) told?.onError(failure.error);
    else told?.onReady();
  };
  const hasRoom = (): Promise<void> =>
    new Promise((resolve) => {
      makeRoom = resolve;
    });
  const fill = async (): Promise<void> => {
    for (;;) {
      let read = 0;
      for await (const payload of readAll()) {
        queue.push(payload);
        bytes += sizeOf(payload);
        read += 1;
        if (waiting) tell();
        if (bytes >= aheadBytes && !closed) await hasRoom();
        if (closed) return;
      }
      if (read === 0) throw new Error('there is nothing left to send');
    }
  };
  fill().catch((error: unknown) => {
    failure = { error };
    tell();
  });

  return {
    next: () => {
      if (first === queue.length) return null;
      const payload = queue[first]!;
      first += 1;
      bytes -= sizeOf(payload);
      if (bytes < aheadBytes / 2) {
        queue.splice(0, first);
        first = 0;
        makeRoom?.();
        makeRoom = null;
      }
      return payload;
    },
    whenReady: (onReady, onError) => {
      waiting = { onReady, onError };
      if (failure || first < queue.length) tell();
    },
    close: () => {
      closed = true;
      makeRoom?.();
    },
  };
}

function sizeOf({ body }: Payload): number {
  return body.byteLength + overheadBytes;
}

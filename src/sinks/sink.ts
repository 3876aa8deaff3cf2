import type { Received } from '../receiver/inspect.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';

/**
 * Watches what arrives: the terminal, a stream of NDJSON, a count. It is told of each request once, when its answer is
 * gone, and is given the real bytes: secrets are taken out where they would leave.
 */
export interface Sink {
  see(received: Received, answered: Answered): void;
}

/** Several sinks as one: the first is told first. One that throws is not in the way of the others. */
export function joinSinks(sinks: readonly Sink[], onBug: (error: unknown) => void): Sink {
  return {
    see(received, answered) {
      for (const sink of sinks) {
        try {
          sink.see(received, answered);
        } catch (error) {
          onBug(error);
        }
      }
    },
  };
}

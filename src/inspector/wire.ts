import type { Redactor } from '../contract/redact.ts';

/** The one way out of the inspector: no secret of the run is in what comes back (S5). */
export interface Wire {
  /** A value as JSON in one line. */
  json(value: unknown): string;
  /** Bytes that came, with secrets as `***`. */
  bytes(bytes: Buffer): Buffer;
  /** A text for a search. */
  text(text: string): string;
}

/** @param redactor asked each time: a secret may be read late */
export function createWire(redactor: () => Redactor): Wire {
  return {
    json(value) {
      const line = JSON.stringify(value);
      const redact = redactor();
      return redact.finds(line) ? JSON.stringify(redact.leaves(value)) : line;
    },
    bytes(bytes) {
      const redact = redactor();
      // A secret is ASCII: as latin1 every other byte stays what it is.
      return redact.finds(bytes) ? Buffer.from(redact(bytes.toString('latin1')), 'latin1') : bytes;
    },
    text: (text) => redactor()(text),
  };
}

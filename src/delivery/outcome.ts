import type { RawHeader } from '../http/headers.ts';

/** What came back, whatever the target did. */
export type Outcome = OutcomeBase & Result;

/** An answer, once its status line and headers were complete; or the reason why there is none. */
export type Result = { response: Response; failure: null } | { response: null; failure: Failure };

/** An answer decides; without one, the failure does. */
export function resultOf(response: Response | null, failure: Failure | null): Result {
  if (response) return { response, failure: null };
  return { response: null, failure: failure ?? { code: 'protocol', message: 'there is no answer' } };
}

interface OutcomeBase {
  startedAt: Date;
  timing: Timing;
  /** Whether a TCP connection was ever made. */
  connected: boolean;
}

/** An answer, as it came. */
export interface Response {
  status: number;
  statusText: string;
  headers: RawHeader[];
  /** The first 64 KiB, as they came: no content encoding is decoded. */
  body: Uint8Array;
  /** How many bytes of the body were read. */
  bodyBytes: number;
  /** Why the body was not read to its end; null if it was. */
  bodyCut: 'timeout' | 'too_large' | 'broken' | null;
  /** From the start of the attempt to the end of the headers, in milliseconds: R2 is about this time. */
  headersMs: number;
}

/** Why there is no answer. */
export interface Failure {
  code: FailureCode;
  /** The detail, in words: `there is no address for shop.example`. */
  message: string;
}

/** What kind of failure: `timeout` is an answer that came too late (R2), `interrupted` was given up by the caller. */
export type FailureCode =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'connect_timeout'
  | 'dns'
  | 'tls'
  | 'protocol'
  | 'interrupted';

/**
 * The phases of one delivery in milliseconds; null for a phase that did not happen or did not end. They add up to the
 * total.
 */
export interface Timing {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** Until the last byte of the request was given to the system. */
  sendMs: number | null;
  /** From there to the first byte of the answer: the time that the receiver took. */
  waitMs: number | null;
  bodyMs: number | null;
  totalMs: number;
}

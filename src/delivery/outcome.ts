import type { RawHeader } from '../http/headers.ts';

/** What came back, whatever the target did. */
export interface Outcome {
  startedAt: Date;
  /** The answer, from the moment that its status line and headers were whole; null if that moment never came. */
  response: Response | null;
  /** Why there is no answer; null if there is one. */
  failure: Failure | null;
  timing: Timing;
  /** Whether a TCP connection ever came about. */
  connected: boolean;
}

export interface Response {
  status: number;
  statusText: string;
  headers: RawHeader[];
  /** The first 64 KiB, as they came: no content encoding is undone. */
  body: Uint8Array;
  /** How many bytes of the body were read. */
  bodyBytes: number;
  /** Why the body was not read to its end; null if it was. */
  bodyCut: 'timeout' | 'too_large' | 'broken' | null;
  /** From the start of the attempt to the end of the headers, in milliseconds: what R2 is about. */
  headersMs: number;
}

export interface Failure {
  code: FailureCode;
  /** The detail, in words: `no address for shop.example`. */
  message: string;
}

export type FailureCode =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'connect_timeout'
  | 'dns'
  | 'tls'
  | 'protocol'
  | 'interrupted';

/** Phases of one delivery in milliseconds; null where a phase did not happen or did not end. They add up to the total. */
export interface Timing {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** Until the last byte of the request was handed to the system. */
  sendMs: number | null;
  /** From there to the first byte of the answer: what the receiver took. */
  waitMs: number | null;
  bodyMs: number | null;
  totalMs: number;
}

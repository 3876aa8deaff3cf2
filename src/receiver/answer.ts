import type { Readable } from 'node:stream';
import { serverName } from '../http/headers.ts';
import { asciiJson } from '../text/safe.ts';
import type { Received } from './inspect.ts';
import type { ScriptStep } from './parse-script.ts';

/** Where an answer comes from, if the receiver did not make it itself. */
export interface Origin {
  scripted?: ScriptStep | undefined;
  forwarded?: Forwarded | undefined;
}

/** What the app answered, if a request was passed on to one, and what Suvvy would conclude. */
export interface Forwarded {
  /** Null if no answer came. */
  status: number | null;
  /** From the start to the end of the headers, or to the failure. */
  ms: number;
  /** Null if Suvvy would accept the event as delivered. */
  reason: string | null;
  /** The reason in a sentence. */
  message: string | null;
  /**
   * The line of its body that says what went wrong; null if there is none. Known only after the answer has gone out.
   */
  errorLine?: string | null;
  /** The body broke off halfway. Known only after the answer has begun. */
  bodyBroken: boolean;
}

/** What goes out. The receiver sets the framing headers (`Content-Length`, `Connection`) itself. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  origin?: Origin | undefined;
}

/** An answer whose body arrives over time. The receiver destroys the stream if it cannot be used. */
export interface StreamedAnswer {
  status: number;
  /** A repeated header has a list of values. */
  headers: Record<string, string | string[]>;
  body: Readable;
  origin?: Origin | undefined;
}

/** No answer: keep the sender waiting, or reset the connection. */
export interface NoAnswer {
  action: 'hang' | 'reset';
  origin?: Origin | undefined;
}

/** Everything that can be done with a request. */
export type Reaction = Answer | StreamedAnswer | NoAnswer;

/** Decides on the answer, if it would have been a 200. The signal aborts when the client leaves or the receiver closes. */
export type AnswerEvent<Seen = Received> = (
  received: Seen,
  proposed: Answer,
  signal: AbortSignal,
) => Reaction | Promise<Reaction>;

/** The status that goes out, or null for hang and reset. */
export function statusOf(reaction: Reaction): number | null {
  return 'action' in reaction ? null : reaction.status;
}

/** An answer with a small JSON body, in ASCII. Text from outside is always escaped in it. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  const body = asciiJson(value);
  return { status, headers: { 'Content-Type': 'application/json', Server: serverName, ...headers }, body };
}

import type { Readable } from 'node:stream';
import { serverName } from '../http/headers.ts';
import { asciiJson } from '../text/safe.ts';
import type { Received } from './inspect.ts';
import type { ScriptStep } from './parse-script.ts';

/** Where an answer comes from, if it is not the receiver's own. */
export interface Origin {
  scripted?: ScriptStep;
  forwarded?: Forwarded;
}

/** What the app that a request was passed on to made of it, and what Suvvy would conclude. */
export interface Forwarded {
  /** Null where no answer came. */
  status: number | null;
  /** From the start to the end of its headers, or to the failure. */
  ms: number;
  /** Null where Suvvy would take the event for delivered. */
  reason: string | null;
  /** The reason in a sentence. */
  message: string | null;
  /** The line of its body that says what went wrong; null where none does. Known only after the answer has gone. */
  errorLine?: string | null;
  /** Its body broke off on the way. Known only after the answer has begun. */
  bodyBroken: boolean;
}

/** What goes out. Framing headers (`Content-Length`, `Connection`) are the receiver's own business. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  origin?: Origin;
}

/** An answer whose body comes by and by. The receiver destroys the stream if it cannot be used. */
export interface StreamedAnswer {
  status: number;
  /** A header that is repeated has a list of values. */
  headers: Record<string, string | string[]>;
  body: Readable;
  origin?: Origin;
}

/** No answer at all: keep the sender waiting, or reset the connection. */
export interface NoAnswer {
  action: 'hang' | 'reset';
  origin?: Origin;
}

/** All that can be done about a request. */
export type Reaction = Answer | StreamedAnswer | NoAnswer;

/** Decides what would have been a 200. The signal aborts when the client leaves or the receiver closes. */
export type AnswerEvent<Seen = Received> = (
  received: Seen,
  proposed: Answer,
  signal: AbortSignal,
) => Reaction | Promise<Reaction>;

/** The status that goes out, or null for hang and reset. */
export function statusOf(reaction: Reaction): number | null {
  return 'action' in reaction ? null : reaction.status;
}

/** An answer with a small JSON body, in ASCII: what came from outside is never in it unescaped. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  const body = asciiJson(value);
  return { status, headers: { 'Content-Type': 'application/json', Server: serverName, ...headers }, body };
}

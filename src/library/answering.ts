import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ExitCode, HookError, systemReason } from '../errors.ts';
import type { AnswerEvent, Reaction } from '../receiver/answer.ts';
import type { Received } from '../receiver/inspect.ts';
import { parseScript } from '../receiver/parse-script.ts';
import { failed } from '../receiver/reply.ts';
import { createScript } from '../receiver/script.ts';

/** How to answer: a script as `listen --respond` takes it, an answer for every event, or a function that decides. */
export type Respond = string | Reaction | AnswerEvent;

/** What answers events, and what went wrong with it. */
export interface Answering {
  /** What decides now; undefined leaves it to the receiver. */
  current(): AnswerEvent | undefined;
  /** From now on this decides; null leaves it to the receiver. */
  use(respond: Respond | null): void;
  /** Each answer that could not be made, in words. */
  troubles(): readonly string[];
  /** @throws HookError for the answers that could not be made since the last call */
  settle(): void;
}

export function createAnswering(): Answering {
  const errors: { words: string; error: unknown }[] = [];
  let current: AnswerEvent | undefined;
  return {
    current: () => current,
    use(respond) {
      const answer = respond === null ? undefined : answerOf(respond);
      current = answer && guard(answer, (words, error) => errors.push({ words, error }));
    },
    troubles: () => errors.map(({ words }) => words),
    settle() {
      const [first] = errors;
      const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
      errors.length = 0;
      if (first) throw new HookError(`${first.words}${more}`, { exitCode: ExitCode.failed, cause: first.error });
    },
  };
}

/** @throws HookError for a script that cannot be read, or a file of it; TypeError for half an answer */
function answerOf(respond: Respond): AnswerEvent {
  if (typeof respond === 'function') return respond;
  if (typeof respond !== 'string') {
    verifyReaction(respond);
    return () => respond;
  }
  const steps = parseScript(respond);
  const files = new Set(steps.flatMap(({ file }) => file ?? []));
  return createScript(steps, new Map(Array.from(files, (file) => [file, readBody(file)])));
}

function readBody(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new HookError(`cannot read ${file}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

/** Answers 500 where no answer can be made, and tells why. */
function guard(answer: AnswerEvent, tell: (words: string, error: unknown) => void): AnswerEvent {
  return async (received, proposed, signal) => {
    try {
      const reaction = await answer(received, proposed, signal);
      // Nothing at all leaves it to the receiver.
      if (reaction !== undefined && reaction !== null) verifyReaction(reaction);
      return reaction;
    } catch (error) {
      tell(`answer failed for ${nameOf(received)}: ${String(error)}`, error);
      return failed('the answer to this event could not be made');
    }
  };
}

function nameOf({ method, path, eventType }: Received): string {
  return eventType === null ? `${method} ${path}` : `${method} ${path} ${eventType}`;
}

/** @throws TypeError that names what is missing or cannot be sent */
function verifyReaction(reaction: Reaction): void {
  if (typeof reaction !== 'object') throw new TypeError(`an answer is an object, not ${typeof reaction}`);
  if ('action' in reaction) {
    if (reaction.action === 'hang' || reaction.action === 'reset') return;
    throw new TypeError(`the action of an answer is "hang" or "reset", not "${String(reaction.action)}"`);
  }
  const { status, headers, body } = reaction;
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError(`the status of an answer is a number from 200 to 599, not ${String(status)}`);
  if (typeof headers !== 'object' || headers === null) throw new TypeError('an answer has no headers: {} will do');
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    for (const one of [value].flat()) validateHeaderValue(name, one);
  }
  if (typeof body !== 'string' && !ArrayBuffer.isView(body) && typeof body?.pipe !== 'function')
    throw new TypeError("an answer has no body: '' will do");
}

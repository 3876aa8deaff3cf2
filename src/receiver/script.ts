import { isUtf8 } from 'node:buffer';
import { isAcknowledged } from '../contract/limits.ts';
import { parseBody } from '../contract/parse-body.ts';
import { timeoutPassed } from '../http/clock.ts';
import { jsonAnswer, type Answer, type AnswerEvent, type Reaction } from './answer.ts';
import type { ScriptStep } from './parse-script.ts';

/**
 * Answers by a script: one step per request; the last step repeats forever. A delay ends early when the client leaves.
 *
 * @param bodies the content of every file that the steps name
 */
export function createScript(
  steps: readonly ScriptStep[],
  bodies: ReadonlyMap<string, Buffer> = new Map(),
): AnswerEvent {
  const turns = createTurns(steps);
  return async (_received, proposed, signal) => {
    const step = turns.take();
    if (!step) return proposed;
    await waitForStep(step, signal);
    return { ...reactionOf(step, proposed, bodies), origin: { scripted: step } };
  };
}

/** Lets the delay of a step pass. That it was cut short changes nothing: the lifecycle knows that nobody is there any more. */
export async function waitForStep({ delayMs }: ScriptStep, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await timeoutPassed(delayMs, undefined, { signal }).catch(() => {});
}

/** Whose turn it is in a script. */
export interface Turns {
  /** The step that `take` would give. */
  next(): ScriptStep | undefined;
  take(): ScriptStep | undefined;
}

export function createTurns(steps: readonly ScriptStep[]): Turns {
  let at = 0;
  let turns = 0;
  const isOver = (): boolean => turns === steps[at]?.times && at < steps.length - 1;
  return {
    next: () => steps[isOver() ? at + 1 : at],
    take() {
      if (isOver()) {
        at += 1;
        turns = 0;
      }
      turns += 1;
      return steps[at];
    },
  };
}

function reactionOf({ action, file }: ScriptStep, proposed: Answer, bodies: ReadonlyMap<string, Buffer>): Reaction {
  if (typeof action !== 'number') return { action: action };
  if (file !== null) return fileAnswer(action, file, bodies.get(file) ?? Buffer.alloc(0));
  if (action === proposed.status) return proposed;
  return jsonAnswer(
    action,
    isAcknowledged(action) ? { ok: true } : { error: 'this answer follows a script (--respond)' },
  );
}

function fileAnswer(status: number, file: string, body: Buffer): Answer {
  return { status, headers: { 'Content-Type': contentTypeOf(file, body) }, body };
}

/** A .json file is sent as JSON even if it is broken: testing that may be the reason for it. */
function contentTypeOf(file: string, body: Buffer): string {
  if (/\.json$/i.test(file) || parseBody(body).ok) return 'application/json';
  return isUtf8(body) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

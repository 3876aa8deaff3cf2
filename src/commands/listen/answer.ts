import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { portOf, reachOf } from '../../http/address.ts';
import type { AnswerEvent } from '../../receiver/answer.ts';
import { formatStep, type ScriptStep } from '../../receiver/parse-script.ts';
import { createScript } from '../../receiver/script.ts';
import type { Listening } from '../../receiver/server.ts';
import { lateNote } from '../../sinks/notes.ts';
import { talker, type GlobalOptions } from '../context.ts';
import type { AnswerFlags } from '../flags/answer-flags.ts';
import { readInput } from '../flags/input.ts';
import { redactorOf } from '../guard.ts';
import { createForward } from './forward.ts';

/**
 * The function that answers an event; undefined if the receiver answers itself.
 *
 * @throws HookError (exit 3) for a file of the script that cannot be read
 */
export async function resolveAnswer(
  { respond, forward, ...global }: AnswerFlags & GlobalOptions,
  host: Host,
): Promise<AnswerEvent | undefined> {
  if (forward)
    return createForward({ url: forward, redact: redactorOf(host), onCircle: createCircleNote(talker(host, global)) });
  return respond && createScript(respond, await readBodies(respond, host));
}

/** Notes on the answers, shown at the start. */
export function answerNotes({ respond = [], forward }: AnswerFlags): string[] {
  const notes = respond.flatMap((step) => {
    const late = lateNote(step);
    return late === null ? [] : [`! ${formatStep({ ...step, times: 1 })}: ${late}`];
  });
  if (forward?.protocol === 'http:' && reachOf(forward) === 'public')
    notes.push(`! events go to ${forward.host} unencrypted, and the secret too`);
  return notes;
}

/** @throws HookError (exit 2) if events would be passed on to this receiver itself, in a circle */
export function refuseLoop({ forward }: AnswerFlags, { url, port }: Listening): void {
  if (!forward || portOf(forward) !== port || reachOf(forward) !== 'loopback') return;
  if (reachOf(new URL(url)) !== 'loopback') return;
  throw new HookError(`--forward ${forward.origin} leads back to this receiver`, {
    hint: 'give the URL of your app, or give this receiver another --port',
  });
}

/** Shown only once: if one event goes round, the next does too. */
function createCircleNote(talk: (line: string) => void): (reason: string) => void {
  let isTold = false;
  return (reason) => {
    if (!isTold) talk(`! ${reason}. It is answered 508 and not passed on. Where does --forward lead?`);
    isTold = true;
  };
}

async function readBodies(steps: readonly ScriptStep[], host: Host): Promise<Map<string, Buffer>> {
  const bodies = new Map<string, Buffer>();
  for (const { file } of steps) if (file !== null && !bodies.has(file)) bodies.set(file, await readInput(file, host));
  return bodies;
}

import { Option, type Command } from 'commander';
import { explainFailure } from '../../delivery/failure.ts';
import { judge, type Judged } from '../../delivery/judge.ts';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { portOf, reachOf } from '../../http/address.ts';
import type { AnswerEvent, Forwarded } from '../../receiver/answer.ts';
import { formatStep, parseScript, type ScriptStep } from '../../receiver/parse-script.ts';
import { createScript } from '../../receiver/script.ts';
import type { Listening } from '../../receiver/server.ts';
import { lateNote } from '../../sinks/notes.ts';
import { createForward, type ForwardEnd } from './forward.ts';
import { talker, type GlobalOptions } from '../context.ts';
import { readInput } from '../flags/input.ts';
import { parseTarget } from '../flags/target.ts';

export interface AnswerFlags {
  respond?: ScriptStep[];
  forward?: URL;
}

/** Adds `--respond` and `--forward`: where the answer to an event comes from, if not from us. */
export function addAnswerFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--respond <script>', 'answer events by a script: 503x3,200@1.5s or hang or 200:body.json')
        .argParser(parseScript)
        .conflicts('forward'),
    )
    .addOption(
      new Option('--forward <url>', 'pass events on to an app at this very URL, and answer as it does').argParser(
        (url) => parseTarget(url),
      ),
    );
}

/**
 * What answers an event; undefined leaves it to the receiver.
 *
 * @throws HookError (exit 3) for a file of the script that cannot be read
 */
export async function resolveAnswer(
  { respond, forward, ...global }: AnswerFlags & GlobalOptions,
  host: Host,
): Promise<AnswerEvent | undefined> {
  if (forward) {
    const onCircle = createCircleNote(talker(host, global));
    return createForward({ url: forward, judge: (end) => judgeForward(end, forward), onCircle });
  }
  return respond && createScript(respond, await readBodies(respond, host));
}

/** What to say about it at the start. */
export function answerNotes({ respond = [], forward }: AnswerFlags): string[] {
  const notes = respond.flatMap((step) => {
    const late = lateNote(step);
    return late === null ? [] : [`! ${formatStep({ ...step, times: 1 })}: ${late}`];
  });
  if (forward?.protocol === 'http:' && reachOf(forward) === 'public')
    notes.push(`! what is passed on to ${forward.host} goes there unencrypted, the secret too`);
  return notes;
}

/** @throws HookError (exit 2) where events would be passed on to the receiver itself, for ever */
export function refuseLoop({ forward }: AnswerFlags, { url, port }: Listening): void {
  if (!forward || portOf(forward) !== port || reachOf(forward) !== 'loopback') return;
  if (reachOf(new URL(url)) !== 'loopback') return;
  throw new HookError(`--forward ${forward.origin} leads back to this receiver`, {
    hint: 'give the URL of your app, or this receiver another --port',
  });
}

/** Said once: where one event goes round, the next does too. */
function createCircleNote(talk: (line: string) => void): (reason: string) => void {
  let said = false;
  return (reason) => {
    if (!said) talk(`! ${reason}. It is answered 508, and goes no further: what does --forward lead to?`);
    said = true;
  };
}

async function readBodies(steps: readonly ScriptStep[], host: Host): Promise<Map<string, Buffer>> {
  const bodies = new Map<string, Buffer>();
  for (const { file } of steps) if (file !== null && !bodies.has(file)) bodies.set(file, await readInput(file, host));
  return bodies;
}

/** The rules that `send` judges by, so that the two cannot disagree. */
function judgeForward(end: ForwardEnd, url: URL): Pick<Forwarded, 'reason' | 'message'> {
  const { reason, sentence } = judge(
    'failure' in end
      ? { response: null, failure: failureOf(end, url) }
      : { response: { status: end.status, headersMs: end.ms, bodyCut: null }, failure: null },
  );
  return { reason, message: sentence };
}

function failureOf(end: Extract<ForwardEnd, { failure: string }>, url: URL): Judged['failure'] {
  if (end.failure === 'left') return { code: 'interrupted', message: 'the sender left before the app answered' };
  if (end.failure === 'timeout')
    return end.connected
      ? { code: 'timeout', message: `no answer within ${Math.round(end.ms / 1000)} s` }
      : { code: 'connect_timeout', message: `no connection within ${Math.round(end.ms / 1000)} s` };
  if (end.error) return explainFailure(end.error, url, end.connected);
  return { code: 'connection_reset', message: 'the connection was closed before an answer came' };
}

import { monotonicMs } from '../http/clock.ts';
import type { Finding } from '../platform/findings/finding.ts';
import type { ReadyScenario } from './load.ts';
import type { Room } from './room.ts';
import type { Step } from './scenario.ts';
import { expectArrival, expectNothing, post, say, type StepOutcome } from './steps.ts';

/** A step that was run, or not. */
export interface StepResult {
  step: Step;
  /** Null where it was not come to. */
  outcome: StepOutcome | null;
  tookMs: number;
}

/** What a scenario came to. */
export interface ScenarioResult {
  scenario: ReadyScenario;
  steps: StepResult[];
  findings: readonly Finding[];
}

export interface RunContext {
  room: Room;
  secret: string | null;
  /** Ends the scenario. Its reason, where it is a text, is the app's fault: the step that runs fails of it. */
  signal: AbortSignal;
}

/** Runs the steps one after the other, up to the first that does not pass. */
export async function runScenario(scenario: ReadyScenario, context: RunContext): Promise<ScenarioResult> {
  const steps: StepResult[] = [];
  let chat: string | null = null;
  let isOver = false;
  const ended = aborted(context.signal);
  for (const step of scenario.steps) {
    if (isOver || context.signal.aborted) {
      steps.push({ step, outcome: null, tookMs: 0 });
      continue;
    }
    const start = monotonicMs();
    const { outcome, chatId } = await orAborted(runStep(step, scenario, chat, context), ended, context.signal);
    steps.push({ step, outcome, tookMs: monotonicMs() - start });
    chat = chatId ?? chat;
    isOver = outcome?.outcome !== 'pass';
  }
  return { scenario, steps, findings: context.room.findings };
}

interface Ran {
  /** Null where the user ended it. */
  outcome: StepOutcome | null;
  /** The chat of the customer that was expected. */
  chatId: string | null;
}

async function runStep(
  step: Step,
  { posts }: ReadyScenario,
  chat: string | null,
  { room, signal, secret }: RunContext,
): Promise<Ran> {
  switch (step.kind) {
    case 'post':
      return { outcome: await post(posts.get(step)!, signal), chatId: null };
    case 'say':
      return { outcome: await say(step, chat ?? room.lastChat(), room, secret), chatId: null };
    case 'nothing':
      return { outcome: await expectNothing(step, room, signal), chatId: null };
    default:
      return expectArrival(step, room, signal);
  }
}

/** An end from outside comes before whatever the step made of it. */
async function orAborted(work: Promise<Ran>, ended: Promise<void>, signal: AbortSignal): Promise<Ran> {
  // A reply that is under way ends with the room: nobody listens to what becomes of it.
  work.catch(() => {});
  const ran = await Promise.race([work, ended.then(() => null)]);
  if (!signal.aborted) return ran!;
  const reason: unknown = signal.reason;
  if (typeof reason !== 'string') return { outcome: null, chatId: null };
  const failure = { actual: reason, reason: 'connection_reset', why: null, fix: 'its output says why', delivery: null };
  return { outcome: { outcome: 'fail', ...failure }, chatId: null };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

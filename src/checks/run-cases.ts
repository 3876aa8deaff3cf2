import { advise } from '../delivery/advice.ts';
import { isError } from '../errors.ts';
import { caseResult, notRun, rootCause } from './case-result.ts';
import { controlId, type CheckCase, type Trial } from './case.ts';
import { control } from './cases/deliver-text.ts';
import type { CaseResult } from './report.ts';
import { abortRun, controlTrial, factsOf, type CheckRun } from './run-state.ts';
import { describeUnmetNeed } from './select.ts';

const recoveryId = 'robust/recovery';

/** Runs the cases of a run: the control first, the others in order, and last those that look at all the rest. */
export async function runCases(run: CheckRun): Promise<void> {
  const { cases, options, state } = run;
  await runCase(
    cases.find(({ id }) => id === controlId)!,
    run,
  );
  const first = controlTrial(state);
  if (first && !first.delivery.outcome.connected && !options.signal?.aborted) {
    const { code, message } = first.delivery.outcome.failure ?? {
      code: 'connection_refused',
      message: 'no connection came about',
    };
    return abortRun(run, code, message, advise(first.delivery, { secret: null }));
  }
  for (const one of cases) {
    await runCase(one, run);
    if (one.harmful) await sendRecovery(one, run);
  }
  await waitForEffects(run);
  for (const one of cases) if (one.late) judgeCase(one, run);
}

/** Sends the requests of one case, and judges them unless that has to wait. */
async function runCase(one: CheckCase, run: CheckRun): Promise<void> {
  const { options, state, sender, policy, builderFor } = run;
  if (state.results.has(one.id)) return;
  const obstacle = obstacleOf(one, run);
  if (obstacle !== null) return recordResult(notRun(one, 'skip', obstacle, policy), run);
  options.onStart?.(one.id);
  try {
    state.trials.set(one.id, await sender.sendCase(one, one.build(builderFor(one.id))));
  } catch (error) {
    const message = isError(error) ? error.message : String(error);
    return recordResult(notRun(one, 'error', `could not be carried out: ${message}`, policy), run);
  }
  if (!one.late) judgeCase(one, run);
}

/** Why a case is not sent; null if nothing keeps it. */
function obstacleOf(one: CheckCase, { state, sender, capabilities, builderFor }: CheckRun): string | null {
  const unmet = describeUnmetNeed(one, capabilities);
  if (unmet !== null) return unmet;
  const cause = state.causes.find(({ source }) => one.dependsOn.includes(source));
  if (cause) {
    cause.cases.push(one.id);
    return `${cause.source} failed`;
  }
  const stopped = state.aborted ?? sender.stopped();
  // What sends nothing has something to say about a run that was cut short, too.
  return stopped === null || one.build(builderFor(one.id)).length === 0 ? null : stopped;
}

function judgeCase(one: CheckCase, run: CheckRun): void {
  const { options, state, policy, sender } = run;
  if (state.results.has(one.id)) return;
  const trials = state.trials.get(one.id) ?? [];
  if (options.signal?.aborted && (trials.some(isInterrupted) || (one.late && trials.length > 0)))
    return recordResult(notRun(one, 'skip', 'interrupted', policy), run);

  const finding = one.judge(trials, factsOf(one, run));
  if (finding.outcome === 'fail') {
    // What fails in the same way as the control fails for the same reason.
    const same = state.causes.find(({ source, code }) => source === controlId && code === finding.reason);
    if (same) same.cases.push(one.id);
    else state.causes.push(rootCause(one, finding, finding.evidence?.[0] ?? trials[0], policy.secret));
  }
  const result = caseResult(one, finding, trials, policy);
  recordResult(result, run);
  if (options.bail && result.gating && sender.stopped() === null)
    state.aborted ??= `--bail: ${one.id} failed, so the rest was not sent`;
}

function isInterrupted({ delivery }: Trial): boolean {
  return delivery.verdict.reason === 'interrupted';
}

function recordResult(result: CaseResult, { state, options }: CheckRun): void {
  state.results.set(result.id, result);
  options.onCase?.(result);
}

/** Sends the control after bad input, if anybody wants to know. */
async function sendRecovery({ id }: CheckCase, { cases, state, sender, builderFor }: CheckRun): Promise<void> {
  const owner = cases.find((one) => one.id === recoveryId);
  const trials = state.trials.get(id) ?? [];
  if (!owner || trials.length === 0) return;
  // Nothing listens any more: there is nothing left to ask.
  const gone = trials.find(({ delivery }) => delivery.outcome.failure?.code === 'connection_refused');
  if (gone && sender.stopped() !== null) state.recoveries.push({ after: id, trial: gone });
  if (sender.stopped() !== null || state.aborted !== null) return;
  const trial = await sender.send({ ...control(builderFor(owner.id)), label: `the control after ${id}` }, owner);
  if (!isInterrupted(trial)) state.recoveries.push({ after: id, trial });
}

/** Gives the receiver time for what it does after it has answered, where somebody wants to see it. */
async function waitForEffects({ options, state, builderFor }: CheckRun): Promise<void> {
  const { expectFetchMs, signal, collector } = options;
  const [fetched] = state.trials.get('files/fetched') ?? [];
  if (fetched?.delivery.verdict.delivered && expectFetchMs !== undefined)
    await fetched.files?.allFetched(expectFetchMs, signal);
  const [sentOn] = state.trials.get('effect/callback') ?? [];
  if (!sentOn?.delivery.verdict.delivered || !collector) return;
  const at = await collector.saw(builderFor('effect/callback').nonce, options.callbackTimeoutMs ?? 5000, signal);
  if (at !== null) state.callbackMs = Math.max(0, at - sentOn.delivery.outcome.startedAt.getTime());
}

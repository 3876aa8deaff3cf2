import { advise } from '../delivery/advice.ts';
import { conclude, untold, rootCause } from './case-result.ts';
import { controlId, type CheckCase, type Trial } from './case.ts';
import { control } from './cases/deliver-text.ts';
import type { CaseResult } from './report.ts';
import { abandon, controlTrial, factsOf, type Run } from './run-state.ts';
import { missingNeed } from './select.ts';

const recoveryId = 'robust/recovery';

/** Runs the cases of a run: the control first, the others in order, and last those that look at all the rest. */
export async function runCases(run: Run): Promise<void> {
  const { cases, options, progress } = run;
  await runCase(
    cases.find(({ id }) => id === controlId)!,
    run,
  );
  const first = controlTrial(progress);
  if (first && !first.delivery.outcome.connected && !options.signal?.aborted) {
    const { code, message } = first.delivery.outcome.failure ?? {
      code: 'connection_refused',
      message: 'no connection came about',
    };
    return abandon(run, code, message, advise(first.delivery, { secret: null }));
  }
  for (const one of cases) {
    await runCase(one, run);
    if (one.harmful) await recover(one, run);
  }
  await waitForEffects(run);
  for (const one of cases) if (one.late) settle(one, run);
}

/** Sends the requests of one case, and judges them unless that has to wait. */
async function runCase(one: CheckCase, run: Run): Promise<void> {
  const { options, progress, sender, terms, kitOf } = run;
  if (progress.results.has(one.id)) return;
  const obstacle = obstacleOf(one, run);
  if (obstacle !== null) return finish(untold(one, 'skip', obstacle, terms), run);
  options.onStart?.(one.id);
  try {
    progress.trials.set(one.id, await sender.sendCase(one, one.build(kitOf(one.id))));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return finish(untold(one, 'error', `could not be carried out: ${message}`, terms), run);
  }
  if (!one.late) settle(one, run);
}

/** Why a case is not sent; null if nothing keeps it. */
function obstacleOf(one: CheckCase, { progress, sender, has, kitOf }: Run): string | null {
  const unmet = missingNeed(one, has);
  if (unmet !== null) return unmet;
  const cause = progress.causes.find(({ source }) => one.dependsOn.includes(source));
  if (cause) {
    cause.cases.push(one.id);
    return `${cause.source} failed`;
  }
  const stopped = progress.aborted ?? sender.stopped();
  // What sends nothing has something to say about a run that was cut short, too.
  return stopped === null || one.build(kitOf(one.id)).length === 0 ? null : stopped;
}

function settle(one: CheckCase, run: Run): void {
  const { options, progress, terms, sender } = run;
  if (progress.results.has(one.id)) return;
  const trials = progress.trials.get(one.id) ?? [];
  if (options.signal?.aborted && (trials.some(isInterrupted) || (one.late && trials.length > 0)))
    return finish(untold(one, 'skip', 'interrupted', terms), run);

  const finding = one.judge(trials, factsOf(one, run));
  if (finding.outcome === 'fail') {
    // What fails in the same way as the control fails for the same reason.
    const same = progress.causes.find(({ source, code }) => source === controlId && code === finding.reason);
    if (same) same.cases.push(one.id);
    else progress.causes.push(rootCause(one, finding, finding.evidence?.[0] ?? trials[0], terms.secret));
  }
  const result = conclude(one, finding, trials, terms);
  finish(result, run);
  if (options.bail && result.gating && sender.stopped() === null)
    progress.aborted ??= `--bail: ${one.id} failed, so the rest was not sent`;
}

function isInterrupted({ delivery }: Trial): boolean {
  return delivery.verdict.reason === 'interrupted';
}

function finish(result: CaseResult, { progress, options }: Run): void {
  progress.results.set(result.id, result);
  options.onCase?.(result);
}

/** Sends the control after bad input, if anybody wants to know. */
async function recover({ id }: CheckCase, { cases, progress, sender, kitOf }: Run): Promise<void> {
  const owner = cases.find((one) => one.id === recoveryId);
  const trials = progress.trials.get(id) ?? [];
  if (!owner || trials.length === 0) return;
  // Nothing listens any more: there is nothing left to ask.
  const gone = trials.find(({ delivery }) => delivery.outcome.failure?.code === 'connection_refused');
  if (gone && sender.stopped() !== null) progress.recoveries.push({ after: id, trial: gone });
  if (sender.stopped() !== null || progress.aborted !== null) return;
  const trial = await sender.send({ ...control(kitOf(owner.id)), label: `the control after ${id}` }, owner);
  if (!isInterrupted(trial)) progress.recoveries.push({ after: id, trial });
}

/** Gives the receiver time for what it does after it has answered, where somebody wants to see it. */
async function waitForEffects({ options, progress, kitOf }: Run): Promise<void> {
  const { expectFetchMs, signal, collector } = options;
  const [fetched] = progress.trials.get('files/fetched') ?? [];
  if (fetched?.delivery.verdict.delivered && expectFetchMs !== undefined)
    await fetched.files?.allFetched(expectFetchMs, signal);
  const [sentOn] = progress.trials.get('effect/callback') ?? [];
  if (!sentOn?.delivery.verdict.delivered || !collector) return;
  const at = await collector.saw(kitOf('effect/callback').nonce, options.callbackTimeoutMs ?? 5000, signal);
  if (at !== null) progress.callbackMs = Math.max(0, at - sentOn.delivery.outcome.startedAt.getTime());
}

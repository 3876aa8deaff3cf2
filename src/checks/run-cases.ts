import { advise } from '../delivery/advice.ts';
import { isError } from '../errors.ts';
import { caseResult, notRun } from './case-result.ts';
import { controlId, secondControlId, type CheckCase, type FollowUp, type Probe, type Trial } from './case.ts';
import { traceEffects } from './effects/effects.ts';
import { isDelivered } from './judging.ts';
import type { CaseResult } from './report.ts';
import { abortRun, controlTrial, factsOf, type CheckRun } from './run-state.ts';
import { caseOf, describeUnmetNeed } from './select.ts';
import { noteCause } from './verdict/root-causes.ts';

const recoveryId = 'robust/recovery';
const wrongSecretId = 'auth/wrong';
const headerCaseId = 'auth/header-case';

/**
 * Runs the selected cases: first the control, then the others in order, and at the end the cases that look at all
 * requests.
 */
export async function runCases(run: CheckRun): Promise<void> {
  const { cases, options, state } = run;
  const control = cases.find(({ id }) => id === controlId)!;
  await sendUnlessKept(control, run);
  const first = controlTrial(state);
  if (first && !first.delivery.outcome.connected && !options.signal?.aborted) {
    const { code, message } = first.delivery.outcome.failure ?? {
      code: 'connection_refused',
      message: 'no connection was made',
    };
    return abortRun(run, code, message, advise(first.delivery, { secret: null }));
  }
  // What to say about the control depends on what else gets through.
  if (first && !isDelivered(first, factsOf(control, run)) && !options.signal?.aborted) await askFurther(first, run);
  judgeCase(control, run);
  for (const one of cases) {
    await runCase(one, run);
    if (one.harmful) await sendRecovery(one, run);
  }
  await waitForEffects(run);
  for (const one of cases) if (one.late) judgeCase(one, run);
}

/**
 * If the control failed, finds out what else the receiver accepts. The test button is the second control, selected or
 * not. If it gets through, we also try it with a wrong secret. After a 401 or 403 we also try the header name in lower
 * case, so that a user with the right secret is not told that it is wrong.
 */
async function askFurther(first: Trial, run: CheckRun): Promise<void> {
  const { state, policy } = run;
  const followUp: FollowUp = { testRequest: null, wrongSecret: null, headerCase: null };
  const isRefused = isUnauthorized(first);
  state.followUp = followUp;
  followUp.testRequest = await ask(secondControlId, run);
  if (followUp.testRequest?.delivery.verdict.delivered) state.control = 'test_request';
  if (policy.secret === null) {
    state.tellsOfSecret = !isRefused;
    return;
  }
  if (isRefused) followUp.headerCase = await ask(headerCaseId, run);
  if (state.control === 'text') return;
  followUp.wrongSecret = await ask(wrongSecretId, run);
  if (!followUp.wrongSecret?.delivery.verdict.delivered) return;
  state.tellsOfSecret = !isRefused && !(await isTextRefused(followUp.wrongSecret, run));
  if (!state.tellsOfSecret) state.trials.delete(wrongSecretId);
}

/** Whether the receiver refuses a text with a wrong secret, although its test button accepts one. */
async function isTextRefused({ probe }: Trial, { sender, builderFor }: CheckRun): Promise<boolean> {
  const { event, text } = builderFor(wrongSecretId);
  const again = { ...probe, event: event([text('Somebody else wrote this.')]) };
  return isUnauthorized(await sender.send(again, { id: wrongSecretId, level: 'OBS' }));
}

function isUnauthorized({ delivery }: Trial): boolean {
  return delivery.verdict.reason === 'unauthorized';
}

/** Sends the only request of a case. A case that was not selected is not judged, and does not count. */
async function ask(id: string, run: CheckRun): Promise<Trial | null> {
  const { cases, options, sender, state, builderFor } = run;
  if (sender.stopped() !== null || options.signal?.aborted) return null;
  const chosen = cases.find((one) => one.id === id);
  const one: CheckCase = chosen ?? caseOf(id);
  if (chosen) options.onStart?.(id);
  const [probe] = one.build(builderFor(id)) as [Probe];
  const trial = await sender.send(probe, chosen ?? { id, level: 'OBS' });
  if (chosen) state.trials.set(id, [trial]);
  return trial;
}

/** Sends the requests of one case, and judges them now unless the case is judged late. */
async function runCase(one: CheckCase, run: CheckRun): Promise<void> {
  await sendUnlessKept(one, run);
  if (!one.late) judgeCase(one, run);
}

async function sendUnlessKept(one: CheckCase, run: CheckRun): Promise<void> {
  const { options, state, sender, policy, builderFor } = run;
  // It may have been sent already, after a failed control.
  if (state.results.has(one.id) || state.trials.has(one.id)) return;
  const obstacle = obstacleOf(one, run);
  if (obstacle !== null) return recordResult(notRun(one, 'skip', obstacle, policy), run);
  options.onStart?.(one.id);
  try {
    const probes = one.build(builderFor(one.id));
    const [probe] = probes;
    for (const { farSide } of probes) if (farSide) options.collector?.answer(farSide);
    const isLast = sender.stopped() !== null && probe !== undefined;
    state.trials.set(one.id, isLast ? [await sender.send(probe, one)] : await sender.sendCase(one, probes));
  } catch (error) {
    const message = isError(error) ? error.message : String(error);
    recordResult(notRun(one, 'error', `could not be carried out: ${message}`, policy), run);
  }
}

/** Why a case is not sent; null if it can be sent. */
function obstacleOf(one: CheckCase, run: CheckRun): string | null {
  const { state, sender, capabilities, builderFor } = run;
  const unmet = describeUnmetNeed(one, capabilities);
  if (unmet !== null) return unmet;
  const isEnough = one.worksWithoutTexts === 'always' || (one.worksWithoutTexts && state.tellsOfSecret);
  const needed = one.dependsOn.filter((id) => !(id === controlId && isEnough && state.control === 'test_request'));
  const cause = state.causes.find(({ failed }) => needed.some((id) => failed.includes(id)));
  if (cause) {
    cause.cases.push(one.id);
    return `${needed.find((id) => cause.failed.includes(id))} failed`;
  }
  const stopped = state.aborted ?? sender.stopped();
  if (stopped === null) return null;
  const probes = one.build(builderFor(one.id));
  // A case that sends nothing can also judge a run that ended early.
  if (probes.length === 0) return null;
  return state.aborted === null && sender.gaveUp() !== null && isFirstOfTopic(one, probes, run) ? null : stopped;
}

/** If a receiver hangs on some requests, we still send one request of each other topic: those may work. */
function isFirstOfTopic({ id }: CheckCase, probes: readonly Probe[], { state, options }: CheckRun): boolean {
  const topic = (of: string): string => of.split('/', 1)[0]!;
  const seen = [...state.trials].some(([other, trials]) => trials.length > 0 && topic(other) === topic(id));
  return !seen && probes.length === 1 && !options.signal?.aborted;
}

function judgeCase(one: CheckCase, run: CheckRun): void {
  const { options, state, policy, sender } = run;
  if (state.results.has(one.id)) return;
  const trials = state.trials.get(one.id) ?? [];
  if (options.signal?.aborted && (trials.some(isInterrupted) || (one.late && trials.length > 0)))
    return recordResult(notRun(one, 'skip', 'interrupted', policy), run);

  const finding = one.judge(trials, factsOf(one, run));
  if (finding.outcome === 'fail') noteCause(state.causes, one, finding, finding.evidence?.[0] ?? trials[0]);
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

/** Sends the control after bad input, if a case needs the result. */
async function sendRecovery({ id }: CheckCase, { cases, state, sender, builderFor }: CheckRun): Promise<void> {
  const owner = cases.find((one) => one.id === recoveryId);
  const trials = state.trials.get(id) ?? [];
  if (!owner || trials.length === 0) return;
  // If nothing listens any more, there is nothing to ask.
  const gone = trials.find(({ delivery }) => delivery.outcome.failure?.code === 'connection_refused');
  if (gone && sender.stopped() !== null) state.recoveries.push({ after: id, trial: gone });
  if (sender.stopped() !== null || state.aborted !== null) return;
  const event = builderFor(owner.id).sample('Hello! How can I help you?');
  const trial = await sender.send({ event, label: `the control after ${id}` }, owner);
  if (!isInterrupted(trial)) state.recoveries.push({ after: id, trial });
}

/** Gives the receiver time for its work after the answer, if a case looks at that. */
async function waitForEffects({ options, state, chatId }: CheckRun): Promise<void> {
  const { expectFetchMs, signal } = options;
  const [fetched] = state.trials.get('files/fetched') ?? [];
  if (fetched?.delivery.verdict.delivered && expectFetchMs !== undefined)
    await fetched.files?.allFetched(expectFetchMs, signal);
  state.effects = await traceEffects([...state.trials.values()].flat(), { ...options, chatId });
}

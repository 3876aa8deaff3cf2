import { defaultChatId } from '../contract/limits.ts';
import { ExitCode } from '../errors.ts';
import { currentDate, monotonicMs } from '../http/clock.ts';
import { packageVersion } from '../version.ts';
import { createCaseBuilders } from './case-builder.ts';
import { exitCodeOf, notRun } from './case-result.ts';
import { controlId, type CheckCase } from './case.ts';
import { control } from './cases/deliver-text.ts';
import { catalogueVersion } from './cases/index.ts';
import { diagnose, type Undiagnosed } from './diagnosis/diagnose.ts';
import { policyOf, wantedCases, type CheckOptions } from './options.ts';
import type { CaseOutcome, CaseResult, CheckReport } from './report.ts';
import { runCases } from './run-cases.ts';
import { abortRun, createRunState, type CheckRun } from './run-state.ts';
import { selectCases } from './select.ts';
import { createSender } from './sender.ts';
import { rootCausesOf } from './verdict/root-causes.ts';

/**
 * Checks a receiver against the contract, case by case. What the receiver does is never thrown: it is in the report.
 *
 * @throws HookError (exit 2) for an invalid selection
 */
export async function runChecks(options: CheckOptions): Promise<CheckReport> {
  const run = await createRun(options);
  const start = monotonicMs();
  try {
    await warmUp(run);
    await runCases(run);
  } finally {
    await run.sender.close();
  }
  return composeReport(run, monotonicMs() - start);
}

/**
 * The report of a run that could not start: nothing was sent.
 *
 * @param code in the words of `send`
 * @param aborted why, in one sentence
 */
export async function unrunReport(options: CheckOptions, code: string, aborted: string): Promise<CheckReport> {
  const run = await createRun(options);
  abortRun(run, code, aborted);
  return composeReport(run, 0);
}

/**
 * Prepares everything that a run uses. Nothing is sent yet.
 *
 * @throws HookError (exit 2) for an invalid selection
 */
export async function createRun(options: CheckOptions): Promise<CheckRun> {
  const startedAt = currentDate();
  const policy = policyOf(options, startedAt);
  const { url, secret } = policy;
  const chatId = options.chatId === undefined ? defaultChatId : options.chatId;
  const capabilities = {
    secret: secret !== null,
    'no-secret': secret === null,
    callback: options.collector !== undefined,
    effect: options.collector !== undefined || options.expectRead !== undefined,
  };
  const state = createRunState();
  const builders = await createCaseBuilders({ secret, chatId, ownLinks: options.fileBaseUrl !== undefined });
  return {
    options,
    startedAt,
    chatId,
    capabilities,
    policy,
    cases: selectCases({ ...options, capabilities, wanted: wantedCases(options) }),
    builderFor: (caseId) => builders(caseId, state.control),
    sender: createSender({ ...options, url, secret, redactFor: policy.redactFor }),
    state,
  };
}

/** Requests that are sent before anything is judged are not in the report. */
async function warmUp({ options, policy, builderFor }: CheckRun): Promise<void> {
  const sender = createSender({ ...options, url: policy.url, secret: policy.secret, redactFor: policy.redactFor });
  const owner: Pick<CheckCase, 'id' | 'level'> = { id: controlId, level: 'OBS' };
  for (let n = 0; n < (options.warmup ?? 0) && sender.stopped() === null; n += 1)
    await sender.send(control(builderFor(controlId)), owner);
}

function composeReport(run: CheckRun, durationMs: number): CheckReport {
  const { options, startedAt, cases, state, policy, chatId } = run;
  const aborted = state.aborted ?? run.sender.stopped();
  const results = cases.map((one) => state.results.get(one.id) ?? notRun(one, 'skip', 'not sent', policy));
  const redact = policy.redactFor([]);
  const report: Undiagnosed = {
    schemaVersion: 1,
    tool: { name: 'suvvy-hook', version: packageVersion() },
    catalogue: { version: catalogueVersion },
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(durationMs * 1000) / 1000,
      profile: options.only?.length ? 'custom' : (options.profile ?? 'default'),
      aborted,
    },
    target: { url: redact(policy.url.href), secretConfigured: policy.secret !== null, chatId },
    summary: { ...countOutcomes(results), exitCode: runExitCode(run, results, aborted) },
    rootCauses: rootCausesOf({
      ...state,
      trials: run.sender.trials,
      chatId,
      timeoutMs: policy.timeoutMs,
      gaveUp: run.sender.gaveUp(),
    }).map(({ code, message, cases: ids }) => ({
      code,
      message: redact(message),
      cases: ids,
    })),
    cases: results,
  };
  return { ...report, diagnosis: diagnose(report) };
}

function runExitCode({ options, sender }: CheckRun, results: readonly CaseResult[], aborted: string | null): ExitCode {
  const reason = options.signal?.reason as { exitCode?: ExitCode } | undefined;
  return exitCodeOf(results, {
    connected: sender.trials.some(({ delivery }) => delivery.outcome.connected),
    aborted: aborted !== null,
    interrupted: options.signal?.aborted ? (reason?.exitCode ?? ExitCode.interrupted) : null,
  });
}

function countOutcomes(results: readonly CaseResult[]): Record<CaseOutcome | 'total', number> {
  const count = (outcome: CaseOutcome): number => results.filter((result) => result.outcome === outcome).length;
  return {
    total: results.length,
    pass: count('pass'),
    fail: count('fail'),
    warn: count('warn'),
    info: count('info'),
    skip: count('skip'),
    waived: count('waived'),
    error: count('error'),
  };
}

import { exchangeOf, exitCodeOf } from '../checks/case-result.ts';
import {
  reportSchemaVersion,
  scenarioProfile,
  type CaseOutcome,
  type CaseResult,
  type CheckReport,
} from '../checks/report.ts';
import { createRedactor, type Redactor } from '../contract/redact.ts';
import { curlCommand, maxCurlBody } from '../delivery/curl.ts';
import { deadlineMs } from '../contract/limits.ts';
import type { ExitCode } from '../errors.ts';
import { findingKinds, type Finding, type FindingId } from '../platform/findings/finding.ts';
import { count } from '../text/units.ts';
import { packageVersion } from '../version.ts';
import type { ReadyScenario } from './load.ts';
import type { ScenarioResult, StepResult } from './run.ts';
import { slugOf, type Step } from './scenario.ts';
import { expectedWords, listed, stepTitle } from './words.ts';

export interface ReportFacts {
  startedAt: Date;
  durationMs: number;
  /** Every scenario, also those that were not come to. */
  scenarios: readonly ReadyScenario[];
  results: readonly ScenarioResult[];
  secrets: readonly (string | null)[];
  /** Why it ended early; null if it did not. */
  aborted: string | null;
  /** Whether the app was never up. */
  unable: boolean;
  /** How the user ended it; null if it was not. */
  interrupted: ExitCode | null;
  /** The command that runs a scenario again. */
  repeat(scenario: ReadyScenario): string;
}

/** The report of a run of scenarios: a case for each step, and one for what was found besides. Pure. */
export function scenarioReport(facts: ReportFacts): CheckReport {
  const { startedAt, durationMs, scenarios, results, secrets, aborted, interrupted, repeat } = facts;
  const redact = createRedactor(secrets);
  const cases = scenarios.flatMap((scenario) => {
    const result = results.find((one) => one.scenario === scenario);
    return result ? casesOf(result, repeat(scenario), redact) : notRun(scenario, repeat(scenario));
  });
  const exitCode = exitCodeOf(cases, { connected: !facts.unable, aborted: false, interrupted });
  return {
    schemaVersion: reportSchemaVersion,
    tool: { name: 'suvvy-hook', version: packageVersion() },
    catalogue: { version: scenarioProfile },
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(durationMs * 1000) / 1000,
      profile: scenarioProfile,
      aborted,
    },
    target: {
      url: redact([...new Set(scenarios.map(({ webhook }) => webhook.href))].join(' ')),
      secretConfigured: Boolean(secrets[0]),
      chatId: null,
    },
    summary: { ...countOutcomes(cases), exitCode },
    diagnosis: diagnose(scenarios, cases, aborted),
    rootCauses: [],
    cases: redact.leaves(cases),
  };
}

function casesOf({ scenario, steps, findings }: ScenarioResult, command: string, redact: Redactor): CaseResult[] {
  const stopped = steps.find(({ outcome }) => outcome !== null && outcome.outcome !== 'pass');
  const cases = steps.map((result, index) =>
    result.outcome === null
      ? skipped(scenario, result.step, index, stopped ? `not run: ${stopped.step.at} did not pass` : 'not run', command)
      : stepCase(scenario, result, index, { command, redact }),
  );
  return steps.some(({ outcome }) => outcome !== null) ? [...cases, findingsCase(scenario, findings, command)] : cases;
}

function notRun(scenario: ReadyScenario, command: string): CaseResult[] {
  return scenario.steps.map((step, index) => skipped(scenario, step, index, 'not run', command));
}

function stepCase(
  scenario: ReadyScenario,
  { step, outcome, tookMs }: StepResult,
  index: number,
  { command, redact }: { command: string; redact: Redactor },
): CaseResult {
  const { outcome: how, actual, reason, why, fix, delivery } = outcome!;
  return {
    ...bare(scenario, step, index, command),
    outcome: how,
    gating: how !== 'pass',
    reason,
    actual,
    hint: [why, fix].filter(Boolean).join(' ') || null,
    why,
    fix,
    requests: delivery ? [exchangeOf(delivery, redact)] : [],
    tookMs: Math.round(tookMs * 1000) / 1000,
    reproduce: {
      curl:
        delivery && delivery.payload.body.byteLength <= maxCurlBody
          ? curlCommand(delivery.payload, { url: delivery.url, maxTimeSeconds: deadlineMs / 1000 })
          : null,
      command,
    },
  };
}

function skipped(scenario: ReadyScenario, step: Step, index: number, why: string, command: string): CaseResult {
  return { ...bare(scenario, step, index, command), outcome: 'skip', actual: why };
}

/** A step that says nothing yet. */
function bare(scenario: ReadyScenario, step: Step, index: number, command: string): CaseResult {
  const { at } = step;
  const number = String(index + 1).padStart(String(scenario.steps.length).length, '0');
  const kind = { say: 'sender' in step && step.sender === 'employee' ? 'employee' : 'bot', post: 'post' } as const;
  const name = step.kind === 'say' || step.kind === 'post' ? kind[step.kind] : `expect-${step.kind}`;
  return {
    id: `${slugOf(scenario)}/${number}-${name}`,
    title: `${at} ${stepTitle(step)}`,
    level: 'MUST',
    rules: [],
    outcome: 'skip',
    gating: false,
    reason: null,
    expected: expectedWords(step),
    actual: '',
    hint: null,
    why: null,
    fix: null,
    errorLine: null,
    requests: [],
    reproduce: { curl: null, command },
  };
}

const fixes: Record<FindingId, string> = {
  'loop/self-talk': 'leave out what your own bot has sent before you post to Suvvy',
  'loop/quotation': 'see whether it is an answer of a person',
  'message/repeated-id': 'give each message an id of its own: that of the messenger is best',
  'chat/near-miss': 'send the chat_id always in the same form',
  'reply/undelivered': 'see the step',
  'message/invalid': 'post what the table of the API takes: docs/contract.md has it',
};

/** What was found besides the steps. Whether a reply is delivered is what its step says. */
function findingsCase(scenario: ReadyScenario, all: readonly Finding[], command: string): CaseResult {
  const findings = all.filter(({ id }) => id !== 'reply/undelivered');
  const of = (level: Finding['level']): Finding[] => findings.filter((finding) => finding.level === level);
  const [first] = [...of('error'), ...of('warning')];
  const words = (list: readonly Finding[]): string => listed(list.map(({ id, message }) => `${id}: ${message}`)) ?? '';
  const why = first ? sentence(findingKinds[first.id].about) : null;
  const fix = first ? fixes[first.id] : null;
  const outcome: CaseOutcome = of('error').length > 0 ? 'fail' : of('warning').length > 0 ? 'warn' : 'pass';
  return {
    ...bare(scenario, scenario.steps[0]!, 0, command),
    id: `${slugOf(scenario)}/findings`,
    title: `${scenario.path} what no status tells: no loop, no message that is refused`,
    outcome,
    gating: outcome === 'fail',
    reason: first ? 'expectation' : null,
    expected: 'no finding that is an error',
    actual: words([...of('error'), ...of('warning')]),
    why,
    fix,
    hint: [why, fix].filter(Boolean).join(' ') || null,
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function diagnose(
  scenarios: readonly ReadyScenario[],
  cases: readonly CaseResult[],
  aborted: string | null,
): CheckReport['diagnosis'] {
  const of = (scenario: ReadyScenario): CaseResult[] => cases.filter(({ id }) => id.startsWith(`${slugOf(scenario)}/`));
  const bad = scenarios.flatMap((scenario) => {
    const first = of(scenario).find(({ gating }) => gating);
    return first ? [{ scenario, first }] : [];
  });
  const whole = scenarios.filter((scenario) =>
    of(scenario).every(({ outcome }) => outcome === 'pass' || outcome === 'warn'),
  );
  const [worst] = bad;
  if (worst) {
    const others = bad.length > 1 ? ` (and ${count(bad.length - 1, 'more scenario')})` : '';
    const { first, scenario } = worst;
    return { summary: `"${scenario.name}" fails at ${first.title}: ${first.actual}${others}.`, firstFix: first.fix };
  }
  if (aborted !== null)
    return { summary: `${count(whole.length, 'scenario')} of ${scenarios.length} passed; ${aborted}.`, firstFix: null };
  const warned = cases.filter(({ outcome }) => outcome === 'warn').length;
  const but = warned > 0 ? `, and ${count(warned, 'warning')} to look at` : '';
  const many = scenarios.length > 1 ? `All ${scenarios.length} scenarios pass` : `"${scenarios[0]?.name}" passes`;
  return { summary: `${many}${but}.`, firstFix: null };
}

function countOutcomes(cases: readonly CaseResult[]): Record<CaseOutcome | 'total', number> {
  const amounts = { total: cases.length, pass: 0, fail: 0, warn: 0, info: 0, skip: 0, waived: 0, error: 0 };
  for (const { outcome } of cases) amounts[outcome] += 1;
  return amounts;
}

import { matchesStatus } from '../delivery/judge.ts';
import { formatMs } from '../text/units.ts';
import type { CaseFacts, CaseFinding, Trial } from './case.ts';
import { denialOf } from './verdict/accepted.ts';
import { adviseTrial, causeOfTrial } from './verdict/advice.ts';
import { kindOf } from './verdict/kind.ts';

/** Every delivery is acknowledged in time (R1, R2). */
export function expectDelivered(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const verdicts = trials.map((trial) => judgeDelivered(trial, facts));
  const worst = verdicts.find(({ outcome, level }) => outcome === 'fail' && !level);
  return worst ?? verdicts.find(({ outcome }) => outcome !== 'pass') ?? passed(trials);
}

function judgeDelivered(trial: Trial, facts: CaseFacts): CaseFinding {
  if (isDelivered(trial, facts)) return denied(trial) ?? passed([trial]);
  const { twin, parts, probe } = trial;
  if (twin && isDelivered(twin, facts))
    return {
      outcome: 'warn',
      reason: trial.delivery.verdict.reason,
      cause: null,
      actual: `${probe.label}: ${describeAnswer(trial)}, and ${describeAnswer(twin)} for ${twin.probe.label}`,
      advice: probe.twin!.warning,
      evidence: [trial, twin],
    };
  const culprits = parts.filter((part) => !isDelivered(part, facts) && !(part.twin && isDelivered(part.twin, facts)));
  // The links of a twin still work when the user repeats the request later: then it comes first.
  const shown = (one: Trial): Trial[] => {
    if (!one.twin) return [one];
    return one.probe.twin?.lasting ? [one.twin, one] : [one, one.twin];
  };
  const evidence = [...culprits.flatMap(shown), ...shown(trial), ...(culprits.length > 0 ? [] : parts)];
  const together = parts.length > 0 && culprits.length === 0 ? ' (each of them passes on its own)' : '';
  const actual = culprits.length > 0 ? describeTrials(culprits) : `${describeTrial(trial)}${together}`;
  const first = culprits[0] ?? trial;
  return {
    outcome: 'fail',
    reason: first.delivery.verdict.reason,
    cause: causeOfTrial(first),
    actual,
    level: probe.level,
    advice: adviseTrial(first, facts),
    evidence,
  };
}

/** A 2xx whose body says that it failed: Suvvy looks only at the status. */
function denied(trial: Trial): CaseFinding | null {
  const denial = denialOf(trial);
  if (denial === null) return null;
  const isButton = kindOf(trial.probe) === 'test-request';
  return {
    outcome: 'warn',
    reason: 'expectation',
    cause: null,
    actual: `accepted, and ${isButton ? 'the test button shows no error' : 'probably lost'}: ${trial.answerSummary.status}, and the body says ${denial}`,
    advice: isButton
      ? 'Suvvy looks only at the status: answer outside 2xx if something is wrong'
      : 'Suvvy looks only at the status, and counts this as delivered: answer a 5xx if the message was not stored, so that somebody sees it',
    evidence: [trial],
  };
}

/**
 * A request with wrong credentials must be refused, with any 4xx. A dropped connection or a 5xx is also a refusal, but
 * a bad one.
 */
export function expectRefused(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const open = trials.filter((trial) => {
    const status = trial.delivery.outcome.response?.status;
    return !isAccepted(trial, facts) && (status === undefined ? isHang(trial) : status <= 299);
  });
  const gravest = open.find(({ probe }) => !probe.level) ?? open[0];
  if (gravest)
    return {
      outcome: 'fail',
      reason: isHang(gravest) ? 'timeout' : 'expectation',
      actual: describeTrials(open),
      level: gravest.probe.level,
      evidence: open,
    };
  const odd = trials.filter((trial) => !isAccepted(trial, facts) && !isRefusal(trial));
  if (odd.length === 0) return passed(trials);
  const limited = odd.some(({ delivery }) => delivery.outcome.response?.status === 429);
  return {
    outcome: 'warn',
    reason: 'expectation',
    cause: limited ? null : causeOfTrial(odd[0]!),
    actual: describeTrials(odd),
    advice: limited ? '429 says nothing about the secret: switch the rate limit off while this runs' : null,
    evidence: odd,
  };
}

/** A 429 is a 4xx, but it says nothing about the credentials. */
function isRefusal({ delivery }: Trial): boolean {
  const status = delivery.outcome.response?.status ?? 0;
  return status >= 400 && status <= 499 && status !== 429;
}

/** Any answer is enough: 2xx and 4xx are both correct. The case decides how bad a 5xx is. */
export function expectAnswered(trials: readonly Trial[], facts: CaseFacts, serverError: 'warn' | 'fail'): CaseFinding {
  const silent = trials.filter((trial) => !trial.delivery.outcome.response);
  const broken = trials.filter((trial) => {
    const status = trial.delivery.outcome.response?.status ?? 0;
    return status >= 500 && !isAccepted(trial, facts);
  });
  const first = silent[0] ?? broken[0];
  if (!first) return passed(trials);
  return {
    outcome: silent.length > 0 ? 'fail' : serverError,
    reason: first.delivery.verdict.reason,
    cause: causeOfTrial(first),
    actual: describeTrials([...silent, ...broken]),
    advice: adviseTrial(first, facts),
    evidence: [...silent, ...broken],
  };
}

/** Nothing is expected: the result is only reported. */
export function observe(trials: readonly Trial[]): CaseFinding {
  return { outcome: 'info', reason: null, actual: describeTrials(trials) };
}

export function isDelivered(trial: Trial, facts: CaseFacts): boolean {
  return trial.delivery.verdict.delivered || isAccepted(trial, facts);
}

function isAccepted({ delivery: { outcome, verdict } }: Trial, { accepted }: CaseFacts): boolean {
  const status = outcome.response?.status;
  return status !== undefined && verdict.reason !== 'timeout' && accepted.some((one) => matchesStatus(one, status));
}

function isHang({ delivery: { verdict } }: Trial): boolean {
  return verdict.reason === 'timeout';
}

/** No answer came in time. */
export function isTimeout({ delivery: { verdict } }: Trial): boolean {
  return verdict.reason === 'timeout' || verdict.reason === 'connect_timeout';
}

export function passed(trials: readonly Trial[]): CaseFinding {
  const slowest = trials.reduce((most, trial) => Math.max(most, answeredMs(trial) ?? 0), 0);
  const statuses = [...new Set(trials.map(({ answerSummary }) => answerSummary.status))].join(', ');
  const times = trials.length > 1 ? `${trials.length} times ` : '';
  return { outcome: 'pass', reason: null, actual: `${times}${statuses} within ${formatMs(slowest)}` };
}

/** From the start of the attempt to the end of the headers. */
export function answeredMs({ delivery }: Trial): number | null {
  return delivery.outcome.response?.headersMs ?? null;
}

export function describeTrial(trial: Trial): string {
  return `${trial.probe.label}: ${describeAnswer(trial)}`;
}

/** Joins equal answers: `all 3: 503 Service Unavailable "ENOSPC"`, `png, gif: 503 ...; jpeg: 404 ...`. */
function describeTrials(trials: readonly Trial[]): string {
  const labels = new Map<string, string[]>();
  for (const trial of trials) {
    const answer = describeAnswer(trial);
    labels.set(answer, [...(labels.get(answer) ?? []), trial.probe.label]);
  }
  const all = labels.size === 1 && trials.length > 2;
  return [...labels].map(([answer, of]) => `${all ? `all ${of.length}` : of.join(', ')}: ${answer}`).join('; ');
}

/** The answer to one request, in words: `500 Internal Server Error "no such field: file"`. */
export function describeAnswer(trial: Trial): string {
  const { delivery, answerSummary } = trial;
  if (!delivery.outcome.response) return withoutRule(delivery.verdict.sentence ?? answerSummary.status);
  return `${answerSummary.status}${answerSummary.words ? ` "${answerSummary.words}"` : ''}`;
}

function withoutRule(sentence: string): string {
  return sentence.replace(/ \(R\d+\)$/, '');
}

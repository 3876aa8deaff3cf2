import type { CaseFacts, CaseFinding, Trial } from '../case.ts';
import { describeAnswer, describeTrial, expectDelivered, expectRefused, isDelivered, passed } from '../judging.ts';

/** The right secret is accepted, and a wrong one is not. */
export function judgeValid(facts: CaseFacts): CaseFinding {
  const { control, followUp, trials } = facts;
  if (!control) return { outcome: 'info', reason: null, actual: 'the control was not sent' };
  const testRequest = followUp?.testRequest;
  const taken = isDelivered(control, facts)
    ? control
    : testRequest && isDelivered(testRequest, facts)
      ? testRequest
      : null;
  if (taken) {
    const open = trials.filter((one) => isForged(one) && one.delivery.verdict.delivered);
    if (open.length === 0) return { ...passed([taken]), evidence: [taken] };
    return {
      outcome: 'info',
      reason: null,
      actual: `${describeAnswer(taken)}, which says nothing about the secret: without the right one it is the same (${open.map(describeTrial).join('; ')})`,
      evidence: [taken, ...open],
    };
  }
  const evidence = [control];
  if (control.delivery.verdict.reason === 'unauthorized') return { ...expectDelivered(evidence, facts), evidence };
  return { outcome: 'info', reason: null, actual: `cannot be judged: ${describeAnswer(control)}`, evidence };
}

/** A request without the right secret, and without anything similar. */
function isForged({ caseId, probe }: Trial): boolean {
  return ['auth/missing', 'auth/wrong'].includes(caseId) && probe.authorization !== undefined;
}

/**
 * If a missing header and a wrong secret are both accepted, it is one problem: the receiver does not check the secret.
 */
export function judgeForged(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const finding = expectRefused(trials, facts);
  const [trial] = trials;
  if (finding.outcome !== 'fail' || finding.reason !== 'expectation' || !trial) return finding;
  const message = `the secret is not checked: a request without the right one gets ${describeAnswer(trial)}`;
  return { ...finding, shared: { key: 'secret-unchecked', message } };
}

/** Whether the receiver reads the header name in one case only. */
export function judgeHeaderCase([trial]: readonly Trial[], { control }: CaseFacts): CaseFinding {
  if (!trial || !control) return { outcome: 'info', reason: null, actual: 'not sent' };
  const [lower, canonical] = [trial, control].map(({ delivery }) => delivery.verdict.delivered);
  const both = `"authorization": ${describeAnswer(trial)}; "Authorization": ${describeAnswer(control)}`;
  if (lower === canonical) {
    const actual = lower ? `taken in lower case too: ${describeAnswer(trial)}` : `refused in both cases: ${both}`;
    return { outcome: 'info', reason: null, actual };
  }
  return {
    outcome: 'fail',
    reason: lower ? control.delivery.verdict.reason : trial.delivery.verdict.reason,
    cause: 'expectation',
    actual: `the name of the header is read in one case only: ${both}`,
    evidence: lower ? [control, trial] : [trial, control],
  };
}

/** Whether anybody can write to the receiver. */
export function judgeOpen([trial]: readonly Trial[], facts: CaseFacts): CaseFinding {
  if (!trial) return { outcome: 'info', reason: null, actual: 'not sent' };
  if (!isDelivered(trial, facts))
    return { outcome: 'info', reason: null, actual: `a random secret is refused: ${describeAnswer(trial)}` };
  return {
    outcome: 'fail',
    reason: 'expectation',
    actual: `anybody can write to it: a random secret is answered ${describeAnswer(trial)}`,
  };
}

/** A shorter secret may be an ordinary word that an answer contains for other reasons. */
const tellingLength = 8;

/** No answer contains the secret. */
export function judgeEcho(facts: CaseFacts): CaseFinding {
  const { secret } = facts;
  const trials = facts.trials.filter(({ delivery }) => delivery.outcome.response !== null);
  if (!secret || secret.length < tellingLength)
    return {
      outcome: 'info',
      reason: null,
      actual: `a secret under ${tellingLength} characters cannot be told from other words`,
      evidence: [],
    };
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ];
  if (trials.length === 0) return { outcome: 'info', reason: null, actual: 'no answer came', evidence: [] };
  const echoing = trials.filter(({ delivery: { outcome } }) => {
    const { response } = outcome;
    if (!response) return false;
    const answer = `${response.headers.flat().join('\n')}\n${Buffer.from(response.body).toString('utf8')}`;
    return forms.some((form) => answer.includes(form));
  });
  if (echoing.length === 0)
    return { outcome: 'pass', reason: null, actual: `in none of ${trials.length} answers`, evidence: [] };
  const cases = [...new Set(echoing.map(({ caseId }) => caseId))];
  return {
    outcome: 'fail',
    reason: 'expectation',
    actual: `the secret came back in ${echoing.length} of ${trials.length} answers, first in that to ${cases[0]}`,
    evidence: echoing.slice(0, 1),
    repeatWith: cases.slice(0, 1),
  };
}

import { slowMs } from '../../contract/limits.ts';
import { maxAnswerBytes } from '../../delivery/deliver.ts';
import { count, formatMs } from '../../text/units.ts';
import { controlId, type CheckCase, type CaseFacts, type CaseFinding, type Trial } from '../case.ts';
import { answeredMs, expectDelivered } from '../judging.ts';
import { control } from './deliver-text.ts';

const atOnce = 'Handle several requests at the same time: while one waits for something, continue with the others.';

/** Time limits. */
export const perfCases: readonly CheckCase[] = [
  {
    id: 'perf/deadline',
    title: 'every answer in time',
    level: 'MUST',
    rules: ['R2'],
    profile: 'smoke',
    sends: 'nothing of its own: it looks at every documented request of the run',
    expected: 'headers within 20 s (assumed: deadline-from-start, headers-decide); from 10 s on it is a warning',
    why: 'After 20 s the messages are undelivered, even if they have been handled.',
    remedies: {
      timeout:
        'Answer as soon as the messages are stored, and do the slow work (models, messengers, downloads) afterwards.',
    },
    dependsOn: [],
    late: true,
    build: () => [],
    judge: (_, facts) => judgeDeadline(facts),
  },
  {
    id: 'perf/response-complete',
    title: 'answers that end',
    level: 'SHOULD',
    rules: ['R2'],
    profile: 'default',
    sends: 'nothing of its own: it looks at the bodies of all answers',
    expected: `bodies that end in time, of at most ${maxAnswerBytes / 1024} KiB`,
    why: 'Whether Suvvy reads the body is not known (assumed: headers-decide). One that does not end may count as late.',
    remedies: { expectation: 'End the response: a short body, or none, is enough.' },
    dependsOn: [],
    late: true,
    build: () => [],
    judge: (_, facts) => judgeComplete(facts),
  },
  {
    id: 'perf/budget',
    title: 'twenty texts, timed',
    level: 'MAY',
    rules: ['R2'],
    profile: 'full',
    sends: 'the control twenty times, one after the other',
    expected: 'p95 and maximum within the budget: 5 s and 10 s, or --max-p95 and --max-latency',
    why: 'An answer that is slow on a quiet day takes more than 20 s on a busy one.',
    remedies: { expectation: 'Answer as soon as the messages are stored.' },
    dependsOn: [controlId],
    build: (builder) => Array.from({ length: 20 }, () => control(builder)),
    judge: judgeBudget,
  },
  {
    id: 'perf/parallel',
    title: 'five at once',
    level: 'SHOULD',
    rules: ['R2'],
    profile: 'default',
    sends: 'five texts at the same time',
    expected: 'five times a 2xx within 20 s',
    why: 'Several customers write at the same time, and each of their messages has its own 20 s.',
    remedies: {
      'server-error': atOnce,
      timeout: atOnce,
      reset: atOnce,
    },
    dependsOn: [controlId],
    sending: 'at-once',
    build: (builder) =>
      [1, 2, 3, 4, 5].map((n) => ({
        label: `request ${n} of 5`,
        event: builder.event([builder.text(`At once: ${n}.`)]),
      })),
    judge: expectDelivered,
  },
];

function judgeDeadline({ trials }: CaseFacts): CaseFinding {
  const documented = trials.filter((trial) => trial.documented);
  if (documented.length === 0)
    return { outcome: 'info', reason: null, actual: 'no documented request was sent', evidence: [] };
  const late = documented.filter(({ delivery }) => delivery.verdict.reason === 'timeout');
  if (late.length > 0)
    return {
      outcome: 'fail',
      reason: 'timeout',
      actual: `${late.length} of ${documented.length} requests got no answer in time: ${casesOf(late).join(', ')}`,
      evidence: late,
      repeatWith: casesOf(late),
    };
  const answered = documented.filter(({ delivery }) => delivery.outcome.response !== null);
  if (answered.length === 0)
    return {
      outcome: 'info',
      reason: null,
      actual: `no answer came to any of ${count(documented.length, 'request')}, so there is no time to judge`,
      evidence: [],
    };
  const slow = answered.filter((trial) => (answeredMs(trial) ?? 0) >= slowMs);
  const slowest = formatMs(answered.reduce((most, trial) => Math.max(most, answeredMs(trial) ?? 0), 0));
  if (slow.length === 0)
    return {
      outcome: 'pass',
      reason: null,
      actual: `${count(answered.length, 'answer')} to ${count(documented.length, 'request')}, the slowest took ${slowest}`,
      evidence: [],
    };
  return {
    outcome: 'warn',
    reason: 'slow',
    cause: 'timeout',
    actual: `${slow.length} of ${answered.length} answers took more than half of the 20 s, the slowest ${slowest}: ${casesOf(slow).join(', ')}`,
    evidence: slow,
    repeatWith: casesOf(slow),
  };
}

function judgeComplete(facts: CaseFacts): CaseFinding {
  const trials = facts.trials.filter(({ delivery }) => delivery.outcome.response !== null);
  if (trials.length === 0) return { outcome: 'info', reason: null, actual: 'no answer came', evidence: [] };
  const cut = trials.filter(({ delivery }) => delivery.outcome.response?.bodyCut);
  if (cut.length === 0)
    return {
      outcome: 'pass',
      reason: null,
      actual: `${count(trials.length, 'answer')}, all of them whole`,
      evidence: [],
    };
  const how = { timeout: 'did not end', too_large: 'was over 64 KiB', broken: 'broke off' };
  const [first] = cut;
  return {
    outcome: 'warn',
    reason: first!.delivery.outcome.response!.bodyCut === 'timeout' ? 'body_timeout' : 'body_truncated',
    cause: 'expectation',
    actual: `the body ${how[first!.delivery.outcome.response!.bodyCut!]} in ${cut.length} of ${trials.length} answers, first in that to ${first!.caseId}`,
    evidence: [first!],
    repeatWith: [first!.caseId],
  };
}

function judgeBudget(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const delivered = expectDelivered(trials, facts);
  if (delivered.outcome !== 'pass') return delivered;
  const times = trials.map((trial) => answeredMs(trial) ?? 0).toSorted((a, b) => a - b);
  const p95 = times[Math.ceil(times.length * 0.95) - 1] ?? 0;
  const max = times.at(-1) ?? 0;
  const { p95Ms, maxMs } = facts.budget;
  const over = p95 > p95Ms || max > maxMs;
  return {
    outcome: over ? 'fail' : 'pass',
    reason: over ? 'expectation' : null,
    actual: `p95 ${formatMs(p95)} (allowed ${formatMs(p95Ms)}), max ${formatMs(max)} (allowed ${formatMs(maxMs)})`,
    evidence: trials.slice(0, 1),
  };
}

function casesOf(trials: readonly Trial[]): string[] {
  return [...new Set(trials.map(({ caseId }) => caseId))];
}

import { controlId, type CheckCase, type CaseFacts, type CaseFinding } from '../case.ts';
import { describeAnswer, expectDelivered, expectRefused, isDelivered, passed } from '../judging.ts';
import { forgedProbe, malformed, nearMisses } from './auth-probes.ts';

const refusal = {
  level: 'SHOULD',
  profile: 'default',
  needs: 'secret',
  expected: 'a 4xx: 401 and 403 are both right',
  harmful: true,
  dependsOn: [controlId],
  judge: expectRefused,
} as const;

const remedy = 'Compare the whole header with "Bearer <secret>", in constant time, and answer 401 to everything else.';
const forged = 'Requests come from changing addresses, so the secret is all that tells Suvvy from anybody else.';

/** The secret, and what only looks like it. */
export const authCases: readonly CheckCase[] = [
  {
    id: 'auth/valid',
    title: 'the right secret',
    level: 'MUST',
    rules: ['R7'],
    profile: 'default',
    needs: 'secret',
    sends: 'nothing of its own: it looks at the control, which carried Authorization: Bearer <secret>',
    expected: 'a 2xx',
    why: 'A receiver that refuses the right secret loses every message.',
    remedy: 'Give both sides the same secret, and compare with "Bearer <secret>", one blank included.',
    dependsOn: [],
    build: () => [],
    judge: (_, facts) => judgeValid(facts),
  },
  {
    ...refusal,
    id: 'auth/missing',
    title: 'no secret at all',
    rules: ['R4', 'R7'],
    profile: 'smoke',
    sends: 'a text without an Authorization header',
    why: forged,
    remedy,
    build: (builder) => [
      {
        label: 'no header',
        authorization: { value: null },
        event: builder.event([builder.text('Nobody vouches for this.')]),
      },
    ],
  },
  {
    ...refusal,
    id: 'auth/wrong',
    title: 'a wrong secret',
    rules: ['R4', 'R7'],
    profile: 'smoke',
    sends: 'a text with a random secret as long as yours',
    why: forged,
    remedy,
    build: (builder) => [
      forgedProbe(builder, 'a random secret', {
        value: `Bearer ${builder.wrongSecret}`,
        shell: `Bearer ${builder.wrongSecret}`,
      }),
    ],
  },
  {
    ...refusal,
    id: 'auth/near-miss',
    title: 'nearly the right secret',
    rules: ['R4', 'R7'],
    sends: 'the secret less its last character, with one more, and with its case flipped',
    why: 'A comparison that stops early, or ignores case, is a shorter secret than you think.',
    remedy,
    dependsOn: [controlId, 'auth/wrong'],
    build: nearMisses,
  },
  {
    ...refusal,
    id: 'auth/malformed',
    title: 'headers that are no bearer',
    rules: ['R7'],
    sends: 'Bearer alone and Basic; and the right secret in the wrong wrapping, which counts as MAY',
    expected: 'a 4xx, and no hang',
    why: 'Code that takes a header apart fails on what it does not expect: an exception here is an outage, or a way in.',
    remedy,
    dependsOn: [controlId, 'auth/wrong'],
    build: malformed,
  },
  {
    ...refusal,
    id: 'auth/scheme-case',
    title: 'bearer in lower case',
    level: 'OBS',
    rules: ['R7'],
    sends: 'the right secret after "bearer" instead of "Bearer"',
    expected: 'anything: the page writes "Bearer", HTTP ignores the case',
    why: 'Both a receiver that takes it and one that refuses it are right.',
    remedy: 'Nothing to do.',
    harmful: false,
    build: (builder) => [
      forgedProbe(builder, 'bearer', { value: `bearer ${builder.secret}`, shell: 'bearer $SUVVY_WEBHOOK_SECRET' }),
    ],
    judge: ([trial]) => ({
      outcome: 'info',
      reason: null,
      actual: trial
        ? `${trial.delivery.verdict.delivered ? 'taken' : 'refused'}: ${describeAnswer(trial)}`
        : 'not sent',
    }),
  },
  {
    id: 'auth/unprotected',
    title: 'a receiver without a secret',
    level: 'OBS',
    rules: ['R4'],
    profile: 'default',
    needs: 'no-secret',
    sends: 'a text with a random bearer; only when no secret was given',
    expected: 'a 4xx, if the receiver had a secret',
    why: forged,
    remedy:
      'Set the webhook secret in the panel and in the receiver, and give it here with --secret to have it checked.',
    dependsOn: [controlId],
    build: (builder) => [
      forgedProbe(builder, 'a random secret', {
        value: `Bearer ${builder.wrongSecret}`,
        shell: `Bearer ${builder.wrongSecret}`,
      }),
    ],
    judge: ([trial], facts) =>
      trial && isDelivered(trial, facts)
        ? {
            outcome: 'fail',
            reason: 'expectation',
            actual: `anybody can write to it: a random secret is answered ${describeAnswer(trial)}`,
          }
        : {
            outcome: 'info',
            reason: null,
            actual: trial ? `a random secret is refused: ${describeAnswer(trial)}` : 'not sent',
          },
  },
  {
    id: 'auth/secret-not-echoed',
    title: 'the secret is in no answer',
    level: 'SHOULD',
    rules: ['R4'],
    profile: 'default',
    needs: 'secret',
    sends: 'nothing of its own: it looks at every answer of the run',
    expected: 'the secret in no header and in no body, neither plain nor encoded',
    why: 'Answers end up in logs and error trackers, which more people read than should know the secret.',
    remedy: 'Do not send request headers or settings back, not even in error pages: turn debug mode off.',
    dependsOn: [],
    late: true,
    build: () => [],
    judge: (_, facts) => judgeEcho(facts),
  },
];

function judgeValid(facts: CaseFacts): CaseFinding {
  const { control } = facts;
  if (!control) return { outcome: 'info', reason: null, actual: 'the control was not sent' };
  const evidence = [control];
  if (control.delivery.verdict.reason === 'unauthorized') return { ...expectDelivered(evidence, facts), evidence };
  if (isDelivered(control, facts)) return { ...passed(evidence), evidence };
  return { outcome: 'info', reason: null, actual: `cannot be told: ${describeAnswer(control)}`, evidence };
}

/** Shorter secrets may well be words that an answer has for other reasons. */
const tellingLength = 8;

function judgeEcho({ secret, trials }: CaseFacts): CaseFinding {
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

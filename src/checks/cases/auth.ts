import { controlId, openReceiverId, type CheckCase } from '../case.ts';
import { describeAnswer, expectRefused } from '../judging.ts';
import type { Remedies } from '../verdict/cause.ts';
import { judgeEcho, judgeForged, judgeHeaderCase, judgeOpen, judgeValid } from './auth-judging.ts';
import { forgedProbe, malformed, nearMisses } from './auth-probes.ts';

const refusal = {
  level: 'SHOULD',
  profile: 'default',
  needs: 'secret',
  expected: 'a 4xx: 401 and 403 are both right',
  harmful: true,
  dependsOn: [controlId],
  worksWithoutTexts: 'if-it-tells-of-the-secret',
  judge: expectRefused,
} as const;

const remedies: Remedies = {
  expectation: 'Compare the whole header with "Bearer <secret>", in constant time, and answer 401 to everything else.',
  'server-error': 'Code that looks at the header must not throw: answer 401 to whatever is not the right one.',
  reset: 'Code that looks at the header must not throw: answer 401 to whatever is not the right one.',
  redirect: 'Answer 401 instead of leading to a login page.',
};
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
    remedies: {},
    dependsOn: [],
    late: true,
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
    remedies,
    build: (builder) => [forgedProbe(builder, 'no header', { value: null })],
    judge: judgeForged,
  },
  {
    ...refusal,
    id: 'auth/wrong',
    title: 'a wrong secret',
    rules: ['R4', 'R7'],
    profile: 'smoke',
    sends: 'a text with a random secret as long as yours',
    why: forged,
    remedies,
    build: (builder) => [
      forgedProbe(builder, 'a random secret', {
        value: `Bearer ${builder.wrongSecret}`,
        shell: `Bearer ${builder.wrongSecret}`,
      }),
    ],
    judge: judgeForged,
  },
  {
    ...refusal,
    id: 'auth/near-miss',
    title: 'nearly the right secret',
    rules: ['R4', 'R7'],
    sends: 'the secret less its last character, with one more, and with its case flipped',
    why: 'A comparison that stops early, or ignores case, is a shorter secret than you think.',
    remedies,
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
    remedies,
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
    remedies: {},
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
    id: 'auth/header-case',
    title: 'the name of the header in lower case',
    level: 'OBS',
    rules: ['R7'],
    profile: 'default',
    needs: 'secret',
    sends: 'the right secret in a header called "authorization" instead of "Authorization"',
    expected: 'the same answer: names of headers have no case',
    why: 'Proxies and HTTP/2 write the names of headers in lower case, and some receivers read them in one case only.',
    remedies: {
      expectation:
        'Look the header up without regard to case: most frameworks have a function for it, where a plain dictionary has not.',
    },
    dependsOn: [],
    build: (builder) => [
      {
        label: 'authorization',
        authorization: {
          name: 'authorization',
          value: `Bearer ${builder.secret}`,
          shell: 'Bearer $SUVVY_WEBHOOK_SECRET',
        },
        event: builder.event([builder.text('With the header in lower case.')]),
      },
    ],
    judge: judgeHeaderCase,
  },
  {
    id: openReceiverId,
    title: 'a receiver without a secret',
    level: 'OBS',
    warns: true,
    rules: ['R4'],
    profile: 'smoke',
    needs: 'no-secret',
    sends: 'a text with a random bearer; only when no secret was given',
    expected: 'a 4xx, if the receiver had a secret',
    why: forged,
    remedies: {
      expectation:
        'Set the webhook secret in the panel and in the receiver, and give it here with --secret to have it checked.',
    },
    dependsOn: [controlId],
    worksWithoutTexts: 'if-it-tells-of-the-secret',
    build: (builder) => [
      forgedProbe(builder, 'a random secret', {
        value: `Bearer ${builder.wrongSecret}`,
        shell: `Bearer ${builder.wrongSecret}`,
      }),
    ],
    judge: judgeOpen,
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
    remedies: {
      expectation: 'Do not send request headers or settings back, not even in error pages: turn debug mode off.',
    },
    dependsOn: [],
    late: true,
    build: () => [],
    judge: (_, facts) => judgeEcho(facts),
  },
];

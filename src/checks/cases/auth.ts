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
  'server-error': 'Code that looks at the header must not throw: answer 401 to every wrong header.',
  reset: 'Code that looks at the header must not throw: answer 401 to every wrong header.',
  redirect: 'Answer 401 instead of redirecting to a login page.',
};
const forged = 'Requests come from changing addresses, so only the secret tells Suvvy from other senders.';

/** The secret, and values that look like it. */
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
    sends: 'the secret without its last character, with one more, and with upper and lower case swapped',
    why: 'A comparison that stops early or ignores case makes the secret easier to guess.',
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
    why: 'Code that takes a header apart fails on what it does not expect: an exception here is an outage or a security hole.',
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
    why: 'A receiver may accept it or refuse it: both are correct.',
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
    expected: 'the same answer: header names are case-insensitive',
    why: 'Proxies and HTTP/2 write header names in lower case, and some receivers read them in one case only.',
    remedies: {
      expectation:
        'Ignore the case of the header name: most frameworks have a function for this, but a plain dictionary does not.',
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
        'Set the webhook secret in the panel and in the receiver, and give it here with --secret so that it is checked.',
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
    why: 'Answers end up in logs and error trackers, and more people read those than should know the secret.',
    remedies: {
      expectation: 'Do not send request headers or settings back, not even in error pages: turn debug mode off.',
    },
    dependsOn: [],
    late: true,
    build: () => [],
    judge: (_, facts) => judgeEcho(facts),
  },
];

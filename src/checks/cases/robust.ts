import { controlId, type CheckCase, type CaseFacts, type CaseFinding, type CaseBuilder, type Probe } from '../case.ts';
import { describeAnswer, expectAnswered, expectDelivered, isDelivered, observe } from '../judging.ts';
import { adviseTrial, causeOfTrial } from '../verdict/advice.ts';
import { onStatus, type Remedies } from '../verdict/cause.ts';

const hardening = {
  level: 'MAY',
  rules: ['R6'],
  profile: 'default',
  expected: 'an answer: 4xx and 2xx are both right, a 5xx is a warning',
  why: 'Suvvy never sends this, but anybody who finds the URL can. A body that cannot be parsed should cost nothing.',
  dependsOn: [controlId],
  harmful: true,
} as const;

/** For requests that may be refused with any 4xx: a remedy is needed only if no 4xx comes. */
function hardened(text: string): Remedies {
  return { 'server-error': text, reset: text };
}

const contained =
  'Catch exceptions inside the request that causes them; the list of requests shows which case came before.';

/** Requests that Suvvy never sends. */
export const robustCases: readonly CheckCase[] = [
  {
    id: 'robust/charset-param',
    title: 'application/json; charset=utf-8',
    level: 'SHOULD',
    rules: ['R6'],
    profile: 'default',
    sends: 'a text as application/json; charset=utf-8',
    expected: 'a 2xx',
    why: 'The page does not say how the content type is spelled, and many clients add the parameter.',
    remedies: onStatus('Compare only the media type, without its parameters.'),
    dependsOn: [controlId],
    worksWithoutTexts: 'always',
    build: (builder) => [
      {
        label: 'with charset',
        contentType: 'application/json; charset=utf-8',
        event: builder.sample('With a charset: спасибо!'),
      },
    ],
    judge: expectDelivered,
  },
  {
    ...hardening,
    id: 'robust/other-content-type',
    title: 'other content types',
    level: 'OBS',
    sends: 'a text without a Content-Type, and as text/plain',
    expected: 'anything',
    remedies: {},
    build: (builder) => [
      { label: 'none', contentType: null, impatient: true, event: builder.event([builder.text('Without a type.')]) },
      {
        label: 'text/plain',
        contentType: 'text/plain',
        impatient: true,
        event: builder.event([builder.text('As plain text.')]),
      },
    ],
    judge: observe,
  },
  {
    ...hardening,
    id: 'robust/not-json',
    title: 'a body that is not JSON',
    sends: 'a truncated body, and an empty one',
    remedies: hardened('Answer 400 when the body cannot be parsed.'),
    worksWithoutTexts: 'always',
    build: () => [raw('truncated', '{"event_type":"new_messages","new_messages":[{"type":"te'), raw('empty', '')],
    judge: (trials, facts) => expectAnswered(trials, facts, 'warn'),
  },
  {
    ...hardening,
    id: 'robust/wrong-shape',
    title: 'JSON of another shape',
    sends: 'null, [], a string, {}, and new_messages that is missing, null, or a list of nulls and empty objects',
    remedies: hardened('Check the body against a schema before you use it, and answer 400 or 422 if it does not fit.'),
    build: () =>
      [
        'null',
        '[]',
        '"new_messages"',
        '{}',
        '{"event_type":null}',
        '{"event_type":"new_messages"}',
        '{"event_type":"new_messages","new_messages":null}',
        '{"event_type":"new_messages","new_messages":[null,{}]}',
        '{"event_type":"new_messages","new_messages":[{"type":"image","message_sender":"ai","file":null}]}',
      ].map((body) => raw(body, body)),
    judge: (trials, facts) => expectAnswered(trials, facts, 'warn'),
  },
  {
    ...hardening,
    id: 'robust/hostile-strings',
    title: 'text that breaks parsers',
    profile: 'full',
    sends: 'NUL, a lone surrogate, __proto__, 200 levels of nesting, a byte order mark, bytes that are not UTF-8',
    expected: 'an answer; a 5xx is a warning',
    remedies: hardened('Answer 400 if your parser or your database cannot accept the text.'),
    build: hostileStrings,
    judge: (trials, facts) => expectAnswered(trials, facts, 'warn'),
  },
  {
    ...hardening,
    id: 'robust/other-methods',
    title: 'other methods',
    level: 'OBS',
    sends: 'GET, HEAD, PUT and DELETE',
    expected: 'anything; 405 is the usual answer',
    worksWithoutTexts: 'always',
    remedies: {},
    build: () =>
      ['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => ({
        label: method,
        method,
        body: '',
        contentType: null,
        impatient: true,
      })),
    judge: observe,
  },
  {
    id: 'robust/recovery',
    title: 'well again after bad input',
    level: 'MUST',
    rules: ['R1'],
    profile: 'default',
    sends: 'the control, after every case that sends something that Suvvy never sends',
    expected: 'a 2xx within 20 s, every time',
    why: 'A receiver that stops working after one bad request can be switched off by anybody.',
    remedies: {
      ...onStatus(contained),
      timeout: contained,
      reset: contained,
      unreachable: contained,
    },
    dependsOn: [controlId],
    worksWithoutTexts: 'always',
    late: true,
    build: () => [],
    judge: (_, facts) => judgeRecovery(facts),
  },
];

function raw(label: string, body: string | Uint8Array): Probe {
  return { label, body, impatient: true };
}

function hostileStrings(builder: CaseBuilder): Probe[] {
  const json = (words: string): string => JSON.stringify(builder.event([builder.text(words)]));
  const nested = `${'['.repeat(200)}${']'.repeat(200)}`;
  const polluted = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},`;
  return [
    raw('NUL', json('a\0b')),
    raw('lone surrogate', json('a\ud800b')),
    raw('__proto__', json('Inherited.').replace('{', polluted)),
    raw('200 levels', json('Deep.').replace('{', `{"deep":${nested},`)),
    raw('byte order mark', `\ufeff${json('With a mark.')}`),
    raw('not UTF-8', Buffer.from(json('caf\u00e9').replaceAll(/[^\0-\xff]/g, '?'), 'latin1')),
  ];
}

function judgeRecovery(facts: CaseFacts): CaseFinding {
  const { recoveries } = facts;
  const evidence = recoveries.map(({ trial }) => trial);
  const lost = recoveries.filter(({ trial }) => !isDelivered(trial, facts));
  const [first] = lost;
  if (recoveries.length === 0)
    return { outcome: 'info', reason: null, actual: 'nothing was sent after bad input', evidence };
  if (!first)
    return { outcome: 'pass', reason: null, actual: `2xx after each of ${recoveries.length} cases`, evidence: [] };
  return {
    outcome: 'fail',
    reason: first.trial.delivery.verdict.reason,
    cause: causeOfTrial(first.trial),
    advice: adviseTrial(first.trial, facts),
    actual: `after ${first.after}: ${describeAnswer(first.trial)}`,
    evidence: lost.map(({ trial }) => trial),
    repeatWith: [first.after],
  };
}

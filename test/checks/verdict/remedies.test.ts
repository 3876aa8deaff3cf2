import { beforeAll, describe, expect, test } from 'vitest';
import { createCaseBuilders } from '../../../src/checks/case-builder.ts';
import { caseResult } from '../../../src/checks/case-result.ts';
import type { CaseBuilder, CaseFacts, CheckCase, Probe, Trial } from '../../../src/checks/case.ts';
import { control } from '../../../src/checks/cases/deliver-text.ts';
import { suite } from '../../../src/checks/cases/index.ts';
import { policyOf } from '../../../src/checks/options.ts';
import { probeRequest } from '../../../src/checks/probe.ts';
import { caseOf } from '../../../src/checks/select.ts';
import { noEffects } from '../../../src/checks/effects/effects.ts';
import { judge } from '../../../src/delivery/judge.ts';
import { resultOf, type FailureCode, type Outcome } from '../../../src/delivery/outcome.ts';
import { createPayload } from '../../../src/delivery/payload.ts';

const secret = 'the-shared-Secret-1';
const url = new URL('http://127.0.0.1:3000/webhook');
/** What is said depends on no secret here: without one there is nothing to take out, which is quicker. */
const policy = policyOf({ url }, new Date(0));

type Answer = number | FailureCode;

/** One of each kind of reason: statuses that have advice of their own, and those that have not. */
const statuses: readonly Answer[] = [200, 302, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503];
const broken: readonly Answer[] = ['connection_reset', 'connection_refused', 'dns', 'tls', 'protocol'];
const answers: readonly Answer[] = [...statuses, 'timeout', 'connect_timeout', ...broken];

function trialOf(caseId: string, probe: Probe, answer: Answer): Trial {
  const isStatus = typeof answer === 'number';
  const outcome: Outcome = {
    startedAt: new Date(0),
    ...resultOf(
      isStatus
        ? {
            status: answer,
            statusText: '',
            headers: answer === 302 ? [['Location', '/webhook/']] : [],
            body: Buffer.alloc(0),
            bodyBytes: 0,
            bodyCut: null,
            headersMs: 5,
          }
        : null,
      isStatus ? null : { code: answer, message: `it came to a ${answer}` },
    ),
    timing: { dnsMs: 0, connectMs: 0, tlsMs: null, sendMs: 0, waitMs: 5, bodyMs: 0, totalMs: 5 },
    connected: true,
  };
  const payload = createPayload({ ...probeRequest(probe, secret), name: caseId, body: '' });
  return {
    caseId,
    probe,
    documented: true,
    delivery: { payload, url, outcome, verdict: judge(outcome), files: [] },
    answerSummary: { status: isStatus ? String(answer) : 'no answer', words: '' },
    files: null,
    twin: null,
    parts: [],
  };
}

let builders: (id: string, control: CaseBuilder['control']) => CaseBuilder;

/** The control got through; or only the test button did, with the secret that it has. */
type World = 'texts pass' | 'only test_request passes';

/** What the report says of a case all of whose requests got that answer, the twins too. */
function hintOf(one: CheckCase, answer: Answer, world: World): string {
  const base = world === 'texts pass' ? 'text' : 'test_request';
  const builder = builders(one.id, base);
  const withTwin = (probe: Probe): Trial => {
    const trial = trialOf(one.id, probe, answer);
    if (probe.twin && answer !== 200) trial.twin = trialOf(one.id, probe.twin.probe, answer);
    return trial;
  };
  const trials = one.build(builder).map(withTwin);
  const first = trialOf('deliver/text-ai', control(builder), base === 'text' ? 200 : answer);
  const testRequest = trialOf('event/test-request', { label: 'x', event: { event_type: 'test_request' } }, 200);
  const facts: CaseFacts = {
    url,
    reach: 'loopback',
    secret,
    accepted: [],
    control: first,
    followUp: base === 'text' ? null : { testRequest, wrongSecret: null, headerCase: null },
    trials: [first, testRequest, ...trials],
    recoveries: trials.map((trial) => ({ after: one.id, trial })),
    files: [],
    effects: noEffects,
    certificates: 'verified',
    budget: { p95Ms: 1, maxMs: 1 },
  };
  const { hint } = caseResult(one, { ...one.judge(trials, facts), evidence: [] }, [], policy);
  // What a case matters for is no remedy.
  return hint?.replace(one.why, '').trim() ?? '';
}

interface Hint {
  where: string;
  id: string;
  answer: Answer;
  hint: string;
}

let everyHint: Hint[];

beforeAll(async () => {
  builders = await createCaseBuilders({ secret, chatId: '0', ownLinks: false });
  everyHint = (['texts pass', 'only test_request passes'] as const).flatMap((world) =>
    suite.flatMap((one) =>
      answers.map((answer) => ({
        where: `${one.id} at ${answer} where ${world}`,
        id: one.id,
        answer,
        hint: hintOf(one, answer, world),
      })),
    ),
  );
});

/** Where a hint says what it must not. */
const saying = (words: RegExp, about: (one: Hint) => boolean): string[] =>
  everyHint.filter((one) => about(one) && words.test(one.hint)).map(({ where, hint }) => `${where}: ${hint}`);

describe('advice depends on the reason, for every case and every reason', () => {
  test('a request without an answer is not blamed on encoding, fields, secrets, paths or formats', () => {
    const words = /utf|encod|escape|chat_id|secret\b.*(same|right)|parser|schema|size_bytes|path is|media type|token/i;
    expect(saying(words, ({ answer }) => answer === 'timeout' || answer === 'connect_timeout')).toEqual([]);
  });

  test('a 401 or 403 next to a request that passed with the same secret is not called a wrong secret', () => {
    const words = /is it the one that the receiver expects|same secret on both|give both sides/i;
    expect(saying(words, ({ answer }) => answer === 401 || answer === 403)).toEqual([]);
  });

  test('a connection that breaks off or never succeeds is not blamed on encoding or fields', () => {
    const words = /utf|encod|escape the|chat_id|size_bytes|media type|takes? application\/json/i;
    expect(saying(words, ({ answer }) => broken.includes(answer))).toEqual([]);
  });

  test('a redirect gets its target URL as advice, and nothing about the body', () => {
    const words = /utf|encod|escape|chat_id|size_bytes|parser|schema/i;
    expect(saying(words, ({ answer }) => answer === 302)).toEqual([]);
    expect(hintOf(caseOf('deliver/text-long'), 302, 'texts pass')).toContain('/webhook/');
  });

  test('path, method and content type are not doubted if other requests get through', () => {
    const words = /is the path right|does the route take POST|must accept application\/json/;
    expect(saying(words, () => true)).toEqual([]);
  });

  test('no advice leads to a 2xx that loses the message', () => {
    const allowed = new Set(['event/unknown', 'deliver/empty', 'deliver/repeat-identical']);
    const sentences = everyHint.flatMap(({ id, where, hint }) =>
      allowed.has(id) ? [] : hint.split(/(?<=[.?!:;]) /).map((text) => ({ where, text })),
    );
    // Who is told to answer is told in the same breath to store the message first, or that there is none.
    const loose = sentences.filter(
      ({ text }) => /answer (a )?2xx|answer first|whatever the messenger/i.test(text) && !/stor/i.test(text),
    );
    expect(loose).toEqual([]);
    expect(sentences.filter(({ text }) => /\b(skip|drop|ignore) (them|it|messages)/i.test(text))).toEqual([]);
  });

  test('every failure has some advice, whatever the reason', () => {
    const silent = everyHint.filter(
      ({ id, answer, hint }) => id.startsWith('deliver/') && typeof answer === 'string' && hint.trim() === '',
    );
    expect(silent).toEqual([]);
    const late = everyHint.filter(
      ({ id, answer, hint }) =>
        /^(deliver|event)\//.test(id) && answer === 'timeout' && !/stor|at once|400/i.test(hint),
    );
    expect(late).toEqual([]);
  });

  test('a case has no remedy without a reason', () => {
    expect(suite.filter((one) => 'remedy' in one)).toEqual([]);
  });
});

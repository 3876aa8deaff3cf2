import { failsRun, problemsOf, topicOf } from '../../src/checks/diagnosis/troubles.ts';
import { describe, expect, test } from 'vitest';
import type { CaseResult, CheckReport } from '../../src/checks/report.ts';
import { rules } from '../../src/contract/rules.ts';
import {
  byTopic,
  durationMs,
  explain,
  setup,
  totals,
  verdict,
  warnings,
  weight,
} from '../../src/reporters/report-words.ts';
import { caseResult, sampleReport } from './sample-report.ts';

const idsOf = (results: readonly CaseResult[]): string[] => results.map(({ id }) => id);
const withSummary = (summary: Partial<CheckReport['summary']>, more: Partial<CheckReport> = {}): CheckReport =>
  sampleReport({
    summary: { total: 9, pass: 0, fail: 0, warn: 0, info: 0, skip: 0, waived: 0, error: 0, exitCode: 1, ...summary },
    ...more,
  });

describe('what needs a person', () => {
  const cases = [
    caseResult('a/borne', { outcome: 'fail' }),
    caseResult('a/sound'),
    caseResult('a/must', { outcome: 'fail', gating: true }),
    caseResult('a/ours', { outcome: 'error' }),
    caseResult('a/warning', { outcome: 'warn' }),
    caseResult('a/stale', { outcome: 'waived', gating: true }),
    caseResult('a/waived', { outcome: 'waived' }),
  ];

  test('what fails the run comes first, then what failed without doing so', () => {
    expect(idsOf(problemsOf(sampleReport({ cases })))).toEqual(['a/must', 'a/stale', 'a/borne', 'a/ours']);
  });

  test('warnings and waived failures that cost nothing are worth a look', () => {
    expect(idsOf(warnings(sampleReport({ cases })))).toEqual(['a/warning', 'a/waived']);
  });
});

test.each<[CaseResult['outcome'], boolean]>([
  ['pass', false],
  ['info', false],
  ['skip', false],
  ['fail', true],
  ['warn', true],
  ['waived', true],
  ['error', true],
])('a case that counts and ended as %s fails the run: %s', (outcome, fails) => {
  const result = caseResult('a/b', { level: 'SHOULD', outcome, gating: true });
  expect(failsRun(result)).toBe(fails);
  expect(failsRun({ ...result, gating: false })).toBe(false);
  expect(weight(result)).toBe(fails ? 'SHOULD' : 'SHOULD, does not fail the run');
});

test('a topic is what stands before the slash, and topics keep the order of the run', () => {
  const cases = [caseResult('net/tls'), caseResult('deliver/image'), caseResult('net/reuse')];
  const topics = [...byTopic(sampleReport({ cases }))].map(([topic, results]) => [topic, idsOf(results)]);
  expect(topics).toEqual([
    ['net', ['net/tls', 'net/reuse']],
    ['deliver', ['deliver/image']],
  ]);
  expect(topicOf(caseResult('alone'))).toBe('alone');
});

describe('all that a failure says', () => {
  const result = (actual: string, ...answers: (string | null)[]): CaseResult => {
    const [sample] = caseResult('a/b').requests;
    const requests = answers.map((bodyExcerpt) => ({
      ...sample!,
      response: bodyExcerpt === null ? null : { status: 500, headers: {}, bodyExcerpt },
    }));
    return caseResult('a/b', { rules: ['R1', 'R99'], expected: 'a 200', actual, hint: 'why', requests });
  };

  test('says what was expected with the rule in its own words, what came, the answer, why, and what to fix', () => {
    expect(explain({ ...result('500', null, 'Bad Request', 'other'), fix: 'fix it' })).toEqual([
      ['expected', `a 200: “${rules.R1.quote}” (R1)`],
      ['got', '500'],
      ['answer', 'Bad Request'],
      ['why', 'why'],
      ['fix', 'fix it'],
    ]);
  });

  test('names what the server itself wrote, unless the answer says the same', () => {
    const got = (actual: string): string | undefined =>
      explain({ ...result(actual), errorLine: "KeyError: 'text'" }).find(([label]) => label === 'got')?.[1];
    expect(got('500')).toBe("500; the server says: KeyError: 'text'");
    expect(got(`500 "KeyError: 'text'"`)).toBe(`500 "KeyError: 'text'"`);
  });

  test.each([
    ['is quoted already', '500: Bad Request', ['Bad Request']],
    ['begins with what is quoted already', `500: ${'x'.repeat(40)}`, [`${'x'.repeat(40)}y`]],
    ['is empty', '500', ['']],
    ['never came', 'no answer', [null]],
    ['was never asked for', 'not sent', []],
  ])('leaves the answer out where it %s', (_, actual, answers) => {
    expect(explain(result(actual, ...answers)).map(([label]) => label)).not.toContain('answer');
  });
});

describe('one sentence on how the run went', () => {
  const failing = [caseResult('a/b', { outcome: 'fail', gating: true })];
  const aborted = { ...sampleReport().run, aborted: 'the receiver is gone' };

  test.each<[string, CheckReport]>([
    ['Passed: no case fails this run.', withSummary({ exitCode: 0 })],
    ['Failed: 1 of 9 cases.', withSummary({}, { cases: failing })],
    ['Failed.', withSummary({}, { cases: [] })],
    ['Failed. The run ended early: the receiver is gone.', withSummary({}, { cases: [], run: aborted })],
    [
      'Failed. The run ended early: is it up?',
      withSummary({}, { cases: [], run: { ...aborted, aborted: 'is it up?' } }),
    ],
    ['Not finished (exit code 3).', withSummary({ exitCode: 3 })],
    [
      'Not finished (exit code 130). The run ended early: the receiver is gone.',
      withSummary({ exitCode: 130 }, { run: aborted }),
    ],
  ])('%s', (sentence, report) => {
    expect(verdict(report)).toBe(sentence);
  });
});

test('the numbers have their words, and those that are 0 stay out', () => {
  expect(totals(withSummary({ pass: 1, fail: 2, error: 3, warn: 2, waived: 4, info: 5, skip: 6 }))).toEqual([
    '9 cases in 20.6 s',
    '1 passed',
    '2 failed',
    '3 not carried out',
    '2 warnings',
    '4 waived',
    '5 recorded',
    '6 skipped',
  ]);
  expect(totals(withSummary({ total: 1, warn: 1 }))).toEqual(['1 case in 20.6 s', '1 warning']);
});

test('the set-up names the target, the profile, whether there is a secret, and the chat_id if there is one', () => {
  const target = { url: 'http://localhost/', secretConfigured: true, chatId: '42' };
  expect(setup(sampleReport({ target }))).toEqual(['http://localhost/', 'profile default', 'secret yes', 'chat_id 42']);
  expect(setup(sampleReport({ target: { ...target, secretConfigured: false, chatId: null } }))).toEqual([
    'http://localhost/',
    'profile default',
    'secret no',
  ]);
});

test('the time of a case is that of its requests together', () => {
  const [request] = caseResult('a/b').requests;
  const { totalMs } = request!.timing;
  expect(durationMs(caseResult('a/b', { requests: [] }))).toBe(0);
  expect(durationMs(caseResult('a/b', { requests: [request!, request!] }))).toBe(2 * totalMs);
});

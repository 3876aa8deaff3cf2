import { describe, expect, test } from 'vitest';
import { diagnose, type Undiagnosed } from '../../src/checks/diagnosis/diagnose.ts';
import { troublesOf } from '../../src/checks/diagnosis/troubles.ts';
import type { CaseResult } from '../../src/checks/report.ts';
import { answered, caseResult, sampleReport } from '../reporters/sample-report.ts';

function failed(
  id: string,
  status: number | null,
  errorLine: string | null = null,
  more: Partial<CaseResult> = {},
): CaseResult {
  const reason = status === null ? 'timeout' : 'status';
  const fix = `fix ${id}`;
  return caseResult(id, {
    outcome: 'fail',
    gating: true,
    reason,
    requests: [answered(status)],
    errorLine,
    fix,
    ...more,
  });
}

/** Answered with a 2xx, and it never came out at the other end. */
function unheard(id: string, more: Partial<CaseResult> = {}): CaseResult {
  return failed(id, 200, null, { reason: 'expectation', ...more });
}

function reportOf(cases: CaseResult[], more: Partial<Undiagnosed> = {}): Undiagnosed {
  return sampleReport({ cases, rootCauses: [], ...more });
}

const keyError = "KeyError: 'text' at app.py:8";
const passing = ['deliver/text-ai', 'deliver/text-long'].map((id) => caseResult(id));

describe('one sentence sums up a run', () => {
  test.each<[string, CaseResult[], string]>([
    [
      'a wrong path',
      [failed('deliver/text-ai', 404), failed('event/test-request', 404)],
      '404 Not Found from everything: is the path right?',
    ],
    [
      'a wrong secret',
      [failed('deliver/text-ai', 401), failed('event/test-request', 401)],
      '401 Unauthorized from everything: is the secret the same on both sides?',
    ],
    [
      'a redirect',
      [failed('deliver/text-ai', 308), failed('event/test-request', 308)],
      '308 Permanent Redirect from everything: give Suvvy the URL that it leads to.',
    ],
    [
      'an error of everything',
      [failed('deliver/text-ai', 500, keyError), failed('event/test-request', 500, keyError)],
      `500 Internal Server Error from everything: ${keyError}.`,
    ],
    [
      'a receiver that hangs',
      [failed('deliver/text-ai', null), failed('event/test-request', null)],
      'No answer in time from everything.',
    ],
    [
      'a receiver of texts alone',
      [
        ...passing,
        failed('deliver/image', 500, keyError),
        failed('deliver/audio', 500, keyError),
        failed('event/test-request', 500, keyError),
      ],
      `Texts pass; everything with a file fails, and so does test_request: ${keyError}.`,
    ],
    [
      'two causes',
      [...passing, failed('deliver/image', 500, keyError), failed('event/test-request', 422)],
      `Texts pass; everything with a file fails, and so does test_request: ${keyError} (and 1 more cause below).`,
    ],
    [
      'one text of several',
      [...passing, failed('deliver/text-format', 400, null, { title: 'text with newlines' })],
      'Not right: text with newlines: 400 Bad Request.',
    ],
    [
      'an answer in plain words',
      [...passing, failed('deliver/image', 503, null, { requests: [answered(503, 'ENOSPC: no space left')] })],
      'Texts pass; everything with a file fails: 503 Service Unavailable "ENOSPC: no space left".',
    ],
    [
      'one kind of several',
      [
        ...passing,
        caseResult('event/unknown-fields'),
        failed('event/unknown', 422, 'unknown event_type', { title: 'a new event type' }),
      ],
      'Texts pass, but not a new event type: 422 Unprocessable Entity "unknown event_type".',
    ],
    [
      'a receiver that takes whatever secret comes',
      [...passing, failed('auth/wrong', 200, null, { title: 'a wrong secret' })],
      'Texts pass; not right: a wrong secret.',
    ],
    [
      'one kind of several, and something beside what Suvvy sends',
      [
        ...passing,
        caseResult('event/unknown-fields'),
        failed('event/unknown', 422, null, { title: 'a new event type' }),
        failed('files/fetched', 422, null, { title: 'files are downloaded' }),
      ],
      'Texts pass, but not a new event type; not right: files are downloaded: 422 Unprocessable Entity.',
    ],
    [
      'a receiver that passes nothing on',
      [...passing, unheard('effect/callback'), unheard('effect/image')],
      'Texts pass; passing messages on fails.',
    ],
    [
      'a receiver that passes on texts alone',
      [...passing, caseResult('effect/callback'), unheard('effect/image', { title: 'an image goes on' })],
      'Texts pass; not right: an image goes on.',
    ],
    ['a sound receiver', passing, 'Everything that Suvvy sends is accepted.'],
    [
      'a warning',
      [...passing, caseResult('robust/not-json', { outcome: 'warn', level: 'MAY' })],
      'Everything that Suvvy sends is accepted, and 1 warning to look at.',
    ],
    [
      'an open receiver',
      [...passing, caseResult('auth/unprotected', { outcome: 'warn', level: 'OBS', reason: 'expectation' })],
      'Everything that Suvvy sends is accepted, and so is what anybody else sends: no secret is checked.',
    ],
    [
      'what we could not do',
      [
        ...passing,
        caseResult('deliver/image', {
          outcome: 'error',
          gating: true,
          actual: 'could not be carried out: no such address',
        }),
      ],
      'What could be judged passes (texts); 1 case could not be carried out: no such address.',
    ],
  ])('it does so for %s', (_, cases, summary) => {
    expect(diagnose(reportOf(cases)).summary).toBe(summary);
  });

  test('it says how far an interrupted run came', () => {
    const cases = [...passing, caseResult('deliver/image', { outcome: 'skip', requests: [] })];
    const { run, summary } = sampleReport();
    const report = reportOf(cases, {
      run: { ...run, aborted: 'interrupted' },
      summary: { ...summary, total: 3, exitCode: 130 },
    });
    expect(diagnose(report)).toEqual({ summary: 'Interrupted: nothing failed in 2 of 3 cases.', firstFix: null });
  });

  test('it says why a run could not start', () => {
    const { run, summary } = sampleReport();
    const cases = passing.map((result): CaseResult => ({ ...result, outcome: 'skip' }));
    const report = reportOf(cases, {
      run: { ...run, aborted: 'nothing listens on :3000' },
      summary: { ...summary, total: 2, skip: 2, exitCode: 3 },
    });
    expect(diagnose(report).summary).toBe('Nothing listens on :3000.');
  });
});

test('the first fix is that of the first failure that makes the run fail', () => {
  const cases = [
    failed('robust/not-json', 500, null, { gating: false, level: 'MAY' }),
    failed('deliver/image', 500, keyError),
  ];
  expect(diagnose(reportOf(cases)).firstFix).toBe('fix deliver/image');
});

test('failures with the same error are one trouble, whatever numbers the error contains', () => {
  const cases = [
    failed('deliver/image', 500, 'TypeError: 12 bytes'),
    failed('deliver/audio', 500, 'TypeError: 7 bytes'),
    failed('deliver/document', 500, 'RangeError: too long'),
    failed('event/unknown', 422, 'TypeError: 12 bytes'),
    failed('auth/missing', 200, null, { reason: 'expectation', fix: 'check it' }),
    failed('auth/wrong', 200, null, { reason: 'expectation', fix: 'check it' }),
  ];
  const ids = troublesOf(reportOf(cases)).map((trouble) => trouble.cases.map(({ id }) => id));
  expect(ids).toEqual([
    ['deliver/image', 'deliver/audio'],
    ['deliver/document'],
    ['event/unknown'],
    ['auth/missing', 'auth/wrong'],
  ]);
});

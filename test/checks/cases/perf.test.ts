import { expect, test } from 'vitest';
import type { CaseFacts, Trial } from '../../../src/checks/case.ts';
import { caseOf } from '../../../src/checks/select.ts';
import { judge } from '../../../src/delivery/judge.ts';
import type { Outcome } from '../../../src/delivery/outcome.ts';
import { createPayload } from '../../../src/delivery/payload.ts';

test('a slow answer is a warning, and a late one a failure', () => {
  const trial = (headersMs: number): Trial => {
    const outcome: Outcome = {
      startedAt: new Date(),
      response: {
        status: 200,
        statusText: 'OK',
        headers: [],
        body: Buffer.alloc(0),
        bodyBytes: 0,
        bodyCut: null,
        headersMs,
      },
      failure: null,
      timing: { dnsMs: 0, connectMs: 0, tlsMs: null, sendMs: 0, waitMs: headersMs, bodyMs: 0, totalMs: headersMs },
      connected: true,
    };
    const payload = createPayload({ name: 'deliver/image', body: '' });
    const delivery = { payload, url: new URL('http://x/'), outcome, verdict: judge(outcome), files: [] };
    const answerSummary = { status: '200 OK', words: '' };
    return {
      caseId: 'deliver/image',
      probe: { label: 'x' },
      documented: true,
      delivery,
      answerSummary,
      files: null,
      twin: null,
      parts: [],
    };
  };
  const judged = (ms: number) =>
    caseOf('perf/deadline').judge([], { trials: [trial(5), trial(ms)] } as unknown as CaseFacts);
  expect(judged(9_999)).toMatchObject({ outcome: 'pass' });
  expect(judged(10_000)).toMatchObject({ outcome: 'warn', reason: 'slow', repeatWith: ['deliver/image'] });
  expect(judged(20_001)).toMatchObject({ outcome: 'fail', reason: 'timeout' });
});

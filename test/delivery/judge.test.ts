import { describe, expect, test } from 'vitest';
import { judge, matchesStatus } from '../../src/delivery/judge.ts';
import type { FailureCode, Outcome, Response } from '../../src/delivery/outcome.ts';

const timing = { dnsMs: 0, connectMs: 0, tlsMs: null, sendMs: 0, waitMs: 0, bodyMs: 0, totalMs: 0 };

function answered(status: number, more: Partial<Response> = {}): Outcome {
  const response = {
    status,
    statusText: '',
    headers: [],
    body: new Uint8Array(),
    bodyBytes: 0,
    bodyCut: null,
    headersMs: 5,
    ...more,
  };
  return { startedAt: new Date(0), response, failure: null, timing, connected: true };
}

function failed(code: FailureCode): Outcome {
  return { startedAt: new Date(0), response: null, failure: { code, message: 'why' }, timing, connected: false };
}

describe('judge applies R1 to the status', () => {
  test.each([
    [200, true, null],
    [204, true, null],
    [299, true, null],
    [101, false, 'status'],
    [199, false, 'status'],
    [300, false, 'redirect'],
    [301, false, 'redirect'],
    [307, false, 'redirect'],
    [399, false, 'redirect'],
    [400, false, 'status'],
    [401, false, 'unauthorized'],
    [403, false, 'unauthorized'],
    [404, false, 'status'],
    [500, false, 'status'],
    [999, false, 'status'],
  ])('status %i is delivered: %s, with reason %s', (status, delivered, reason) => {
    expect(judge(answered(status))).toMatchObject({ delivered, passed: delivered, reason });
  });

  test('of all statuses, exactly 200 to 299 are delivered', () => {
    const all = Array.from({ length: 1000 }, (_, status) => status);
    const delivered = all.filter((status) => judge(answered(status)).delivered);
    expect(delivered).toEqual(all.slice(200, 300));
  });

  test('its sentence names the status and the rule', () => {
    expect(judge(answered(503)).sentence).toBe('status 503 is outside 200-299 (R1)');
  });
});

describe('judge applies R2 to the time', () => {
  test.each([
    [9_999, true, []],
    [10_000, true, ['slow']],
    [20_000, true, ['slow']],
    [20_000.1, false, []],
    [25_000, false, []],
  ])('headers after %d ms are delivered: %s', (headersMs, delivered, warnings) => {
    expect(judge(answered(200, { headersMs }))).toMatchObject({
      delivered,
      warnings,
      reason: delivered ? null : 'timeout',
    });
  });

  test.each([
    [20_001, '20.1 s'],
    [61_234, '61.3 s'],
  ])('its sentence on an answer after %d ms names the time and the rule', (headersMs, time) => {
    expect(judge(answered(200, { headersMs }))).toMatchObject({
      rule: 'R2',
      sentence: `the answer came after ${time}, later than the 20 s that Suvvy waits (R2)`,
    });
  });

  test('a body that passes the deadline or breaks off is only a warning (headers-decide)', () => {
    expect(judge(answered(200, { bodyCut: 'timeout' }))).toMatchObject({ delivered: true, warnings: ['body_timeout'] });
    expect(judge(answered(200, { bodyCut: 'too_large' }))).toMatchObject({
      delivered: true,
      warnings: ['body_truncated'],
    });
    expect(judge(answered(200, { bodyCut: 'broken' }))).toMatchObject({
      delivered: true,
      warnings: ['body_truncated'],
    });
  });
});

test.each<FailureCode>([
  'timeout',
  'connection_refused',
  'connection_reset',
  'connect_timeout',
  'dns',
  'tls',
  'protocol',
  'interrupted',
])('no answer (%s) is undelivered for that reason', (code) => {
  expect(judge(failed(code))).toMatchObject({ delivered: false, passed: false, reason: code, warnings: [] });
});

test.each<[FailureCode, string]>([
  ['timeout', 'R2'],
  ['connection_refused', 'R1'],
  ['protocol', 'R1'],
])('no answer (%s) breaks %s, and the sentence says so', (code, rule) => {
  expect(judge(failed(code))).toMatchObject({ rule, sentence: `why (${rule})` });
});

test('an outcome without answer and failure counts as a protocol failure', () => {
  expect(judge({ response: null, failure: null })).toMatchObject({
    reason: 'protocol',
    sentence: 'there is no answer (R1)',
  });
});

test('a delivery that the user stopped breaks no rule', () => {
  expect(judge(failed('interrupted'))).toMatchObject({ rule: null, sentence: 'why' });
});

describe("judge applies the user's own expectations", () => {
  test('an expected 401 passes, and is still undelivered', () => {
    expect(judge(answered(401), { status: '401' })).toMatchObject({
      delivered: false,
      passed: true,
      reason: 'unauthorized',
    });
  });
  test('a 200 fails if 401 was expected', () => {
    expect(judge(answered(200), { status: '401' })).toMatchObject({
      delivered: true,
      passed: false,
      reason: 'expectation',
      sentence: 'status 200 is not the expected 401',
    });
  });
  test('the expected status fails after the deadline', () => {
    expect(judge(answered(401, { headersMs: 21_000 }), { status: '4xx' })).toMatchObject({
      passed: false,
      reason: 'timeout',
    });
  });
  test('a tighter time limit fails a slower answer', () => {
    expect(judge(answered(200, { headersMs: 1500 }), { maxTimeMs: 1000 })).toMatchObject({
      delivered: true,
      passed: false,
      reason: 'expectation',
    });
    expect(judge(answered(200, { headersMs: 900 }), { maxTimeMs: 1000 })).toMatchObject({ passed: true, reason: null });
    expect(judge(answered(200, { headersMs: 1000 }), { maxTimeMs: 1000 })).toMatchObject({ passed: true });
  });
  test.each([
    [999.4, 100, '1.00 s', '100 ms'],
    [1000, 999, '1.00 s', '999 ms'],
    [9999, 1500, '10.0 s', '1.50 s'],
    [15_040, 10_000, '15.1 s', '10.0 s'],
  ])('an answer after %d ms with %d ms allowed is described as %s and %s', (headersMs, maxTimeMs, took, allowed) => {
    expect(judge(answered(200, { headersMs }), { maxTimeMs }).sentence).toBe(
      `the answer took ${took}, more than the ${allowed} allowed by --max-time`,
    );
  });
  test('a missing answer stays a missing answer', () => {
    expect(judge(failed('dns'), { status: '401' })).toMatchObject({ passed: false, reason: 'dns' });
  });
  test.each([
    ['204', 204, true],
    ['2xx', 204, true],
    ['2xx', 301, false],
    ['20x', 204, true],
    ['20x', 214, false],
    ['401', 403, false],
    ['20', 204, false],
    ['2xxx', 204, false],
  ])('matchesStatus compares %s with %i: %s', (pattern, status, fits) => {
    expect(matchesStatus(pattern, status)).toBe(fits);
  });
});

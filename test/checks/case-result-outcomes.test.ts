import { describe, expect, test } from 'vitest';
import type { CheckCase, CaseFinding, Trial } from '../../src/checks/case.ts';
import { caseResult, exitCodeOf, notRun } from '../../src/checks/case-result.ts';
import { createReportRedact } from '../../src/checks/report-redact.ts';
import type { Policy } from '../../src/checks/options.ts';
import { shellWord } from '../../src/text/shell-quote.ts';
import type { CaseResult, Level } from '../../src/checks/report.ts';
import type { Verdict } from '../../src/delivery/judge.ts';
import { createPayload } from '../../src/delivery/payload.ts';

const url = new URL('http://localhost:3000/hook');
const timing = { dnsMs: 0, connectMs: 0, tlsMs: null, sendMs: 0, waitMs: 1, bodyMs: 0, totalMs: 1 };

const policy: Policy = {
  url,
  secret: null,
  gate: 'default',
  levels: {},
  waivers: [],
  today: '2030-01-31',
  insecure: false,
  caFile: undefined,
  timeoutMs: 20_000,
  repeatOptions: '',
  redactFor: createReportRedact(null),
};

function caseOf(more: Partial<CheckCase> = {}): CheckCase {
  return {
    id: 'event/unknown',
    title: 'an event type of the future',
    level: 'MUST',
    rules: ['R8', 'R11'],
    profile: 'smoke',
    sends: 'an event',
    expected: 'a status from 200 to 299',
    why: 'More types may come.',
    remedies: { 'server-error': 'Ignore them.' },
    dependsOn: [],
    build: () => [],
    judge: () => found('pass'),
    ...more,
  };
}

function found(outcome: CaseFinding['outcome'], more: Partial<CaseFinding> = {}): CaseFinding {
  return {
    outcome,
    reason: outcome === 'pass' ? null : 'status',
    cause: 'server-error',
    actual: '500 in 1 ms',
    ...more,
  };
}

/** A trial that is known by its body. */
function trialOf(body: string | Uint8Array, more: Partial<Trial> = {}): Trial {
  const payload = createPayload({ name: 'event/unknown', body });
  const failure = { code: 'protocol', message: 'there is no answer' } as const;
  const outcome = { startedAt: new Date(0), response: null, failure, timing, connected: true };
  const verdict: Verdict = {
    delivered: true,
    passed: true,
    reason: null,
    sentence: null,
    rule: null,
    warnings: [],
  };
  return {
    caseId: 'event/unknown',
    probe: { label: 'one' },
    documented: true,
    delivery: { payload, url, outcome, verdict, files: [] },
    answerSummary: { status: '500', words: '' },
    files: null,
    twin: null,
    parts: [],
    ...more,
  };
}

const concluded = (
  finding: CaseFinding,
  more: Partial<Policy> = {},
  one = caseOf(),
  trials: Trial[] = [],
): CaseResult =>
  caseResult(one, finding, trials, { ...policy, redactFor: createReportRedact(more.secret ?? null), ...more });

describe('the level and the gate decide the outcome of a case', () => {
  test.each<[Policy['gate'], Level, CaseResult['outcome']]>([
    ['lenient', 'MUST', 'fail'],
    ['lenient', 'SHOULD', 'warn'],
    ['lenient', 'MAY', 'warn'],
    ['lenient', 'OBS', 'info'],
    ['default', 'MUST', 'fail'],
    ['default', 'SHOULD', 'fail'],
    ['default', 'MAY', 'warn'],
    ['default', 'OBS', 'info'],
    ['strict', 'MUST', 'fail'],
    ['strict', 'SHOULD', 'fail'],
    ['strict', 'MAY', 'fail'],
    ['strict', 'OBS', 'info'],
  ])('with the gate %s, a failed %s becomes: %s', (gate, level, outcome) => {
    const result = concluded(found('fail'), { gate }, caseOf({ level }));
    expect(result).toMatchObject({ level, outcome, gating: outcome === 'fail', reason: 'status' });
  });

  test.each<[CaseFinding['outcome'], Level, CaseResult['outcome']]>([
    ['pass', 'MUST', 'pass'],
    ['pass', 'OBS', 'pass'],
    ['warn', 'MUST', 'warn'],
    ['warn', 'OBS', 'info'],
    ['info', 'MUST', 'info'],
  ])('the finding "%s" at level %s becomes: %s', (outcome, level, expected) => {
    expect(concluded(found(outcome), {}, caseOf({ level }))).toMatchObject({ outcome: expected, gating: false });
  });

  test('the level of the config replaces the level of the case', () => {
    const levels = { 'event/unknown': 'MAY' } as const;
    expect(concluded(found('fail'), { levels })).toMatchObject({ level: 'MAY', outcome: 'warn' });
  });

  test.each<[Level, Level, CaseResult['outcome']]>([
    ['MUST', 'MAY', 'warn'],
    ['MAY', 'MUST', 'warn'],
    ['SHOULD', 'MUST', 'fail'],
    ['MUST', 'OBS', 'info'],
  ])('a %s whose finding has the level %s becomes: %s', (level, worth, outcome) => {
    expect(concluded(found('fail', { level: worth }), {}, caseOf({ level }))).toMatchObject({ level, outcome });
  });
});

describe('a result explains itself', () => {
  test('a passed case has no reason and no hint', () => {
    const one = caseOf();
    expect(concluded(found('pass', { reason: 'status', actual: '200 in 1 ms' }))).toEqual({
      id: one.id,
      title: one.title,
      level: 'MUST',
      rules: ['R8', 'R11'],
      outcome: 'pass',
      gating: false,
      reason: null,
      expected: one.expected,
      actual: '200 in 1 ms',
      hint: null,
      why: null,
      fix: null,
      errorLine: null,
      requests: [],
      reproduce: { curl: null, command: 'npx suvvy-hook check http://localhost:3000/hook --only event/unknown' },
    });
  });

  test.each<[string, CaseFinding, Level, boolean]>([
    ['a failure', found('fail'), 'MUST', true],
    ['a warning', found('warn'), 'MUST', true],
    ['a failure that is only recorded', found('fail'), 'OBS', true],
    ['what was recorded', found('info'), 'MUST', false],
    ['a warning that is only recorded', found('warn'), 'OBS', false],
  ])('%s has a reason and a hint: %s', (_, finding, level, has) => {
    expect(concluded(finding, {}, caseOf({ level }))).toMatchObject({
      reason: has ? 'status' : null,
      hint: has ? 'More types may come. Ignore them.' : null,
    });
  });

  test.each([
    [null, 'More types may come. Ignore them.'],
    ['look at the log', 'More types may come. Look at the log. Ignore them.'],
    ['is it up?', 'More types may come. Is it up? Ignore them.'],
    ['stop!', 'More types may come. Stop! Ignore them.'],
    // A name or an address keeps its small letter.
    ['event_type is new', 'More types may come. event_type is new. Ignore them.'],
    ['http://a/ is gone', 'More types may come. http://a/ is gone. Ignore them.'],
    ['a/b is gone', 'More types may come. a/b is gone. Ignore them.'],
    ['see http://a/', 'More types may come. See http://a/. Ignore them.'],
    ['ä_b', 'More types may come. Ä_b. Ignore them.'],
    ['no. 5 is up', 'More types may come. No. 5 is up. Ignore them.'],
  ])('the advice %j becomes a sentence of the hint', (advice, hint) => {
    expect(concluded(found('fail', { advice })).hint).toBe(hint);
  });

  test('the hint of a case without a remedy does not end with a space', () => {
    expect(concluded(found('fail'), {}, caseOf({ remedies: {} })).hint).toBe('More types may come.');
  });

  test('no text of a result contains the secret', () => {
    const finding = found('fail', { actual: 'it said s3cret-word', advice: 's3cret-word is wrong' });
    const result = concluded(finding, { secret: 's3cret-word' }, caseOf(), [trialOf('{"a":1}')]);
    expect(JSON.stringify(result)).not.toContain('s3cret-word');
    expect(result.actual).toBe('it said ***');
  });
});

describe('the requests that show a result', () => {
  const bodiesOf = ({ requests }: CaseResult): string[] => requests.map(({ body }) => body);

  test('are those of the case, each with its twin and its parts', () => {
    const first = trialOf('1', { twin: trialOf('1 twin'), parts: [trialOf('1a'), trialOf('1b')] });
    const result = concluded(found('fail'), {}, caseOf(), [first, trialOf('2')]);
    expect(bodiesOf(result)).toEqual(['1', '1 twin', '1a', '1b', '2']);
    expect(result.reproduce.curl).toContain(`--data-binary '1'`);
  });

  test('are those that the finding names, if it names any', () => {
    const culprit = trialOf('2');
    const result = concluded(found('fail', { evidence: [culprit] }), {}, caseOf(), [trialOf('1'), culprit]);
    expect(bodiesOf(result)).toEqual(['2']);
    expect(result.reproduce.curl).toContain(`--data-binary '2'`);
  });
});

describe('a result says how to repeat it', () => {
  const repeated = (more: Partial<Policy>, finding = found('fail')) => concluded(finding, more).reproduce.command;

  test('with the secret by its name, and the options of the run', () => {
    expect(repeated({ secret: 's3cret-word', repeatOptions: '--chat-id 42' })).toBe(
      'npx suvvy-hook check http://localhost:3000/hook --only event/unknown --secret "$SUVVY_WEBHOOK_SECRET" --chat-id 42',
    );
  });

  test('together with the cases that it looked at, each once', () => {
    const finding = found('fail', { repeatWith: ['net/tls', 'event/unknown', 'net/tls'] });
    expect(repeated({}, finding)).toContain('--only event/unknown,net/tls');
  });

  test('with a URL that the shell does not change', () => {
    expect(repeated({ url: new URL('http://localhost/?a=1&b=2') })).toContain(`check 'http://localhost/?a=1&b=2' `);
  });

  test('in one curl line, unless the body is too long for one', () => {
    const curlOf = (bytes: number, more: Partial<Policy> = {}) =>
      concluded(found('fail'), more, caseOf(), [trialOf('x'.repeat(bytes))]).reproduce.curl;
    expect(curlOf(1)).toBe(
      `curl -i --max-time 20 -X POST 'http://localhost:3000/hook' -H 'Content-Type: application/json' --data-binary 'x'`,
    );
    expect(curlOf(1, { timeoutMs: 1500, insecure: true })).toContain('--max-time 1.5 -X POST -k ');
    expect(curlOf(1, { caFile: 'ca.pem' })).toContain(`--cacert 'ca.pem'`);
    expect(curlOf(100_000)).toContain('xxx');
    expect(curlOf(100_001)).toBeNull();
  });

  test.each([
    ['plain', 'plain'],
    ['a@b%c+d=e:f,g./h-i_j', 'a@b%c+d=e:f,g./h-i_j'],
    ['', `''`],
    ['two words', `'two words'`],
    ['$HOME', `'$HOME'`],
    ['ends with ;', `'ends with ;'`],
    ['a;', `'a;'`],
    [';a', `';a'`],
    [`it's`, `'it'\\''s'`],
    [`'''`, `''\\'''\\'''\\'''`],
  ])('the word %j is quoted for a shell as %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});

describe('a waiver accepts a failure for a while', () => {
  const waiver = { case: 'event/unknown', reason: 'fixed soon' };
  const waived = (outcome: CaseFinding['outcome'], until?: string, level: Level = 'MUST') =>
    concluded(found(outcome), { waivers: [{ ...waiver, until }] }, caseOf({ level }));

  test.each(['fail', 'warn'] as const)('a waived %s does not fail the run, and says why', (outcome) => {
    expect(waived(outcome)).toMatchObject({
      outcome: 'waived',
      gating: false,
      reason: 'status',
      actual: '500 in 1 ms (waived: fixed soon)',
    });
  });

  test('a waiver is valid to the end of its last day', () => {
    expect(waived('fail', '2030-01-31')).toMatchObject({
      outcome: 'waived',
      actual: '500 in 1 ms (waived: fixed soon (until 2030-01-31))',
    });
    expect(waived('fail', '2030-01-30')).toMatchObject({
      outcome: 'fail',
      gating: true,
      reason: 'status',
      actual: '500 in 1 ms (the waiver is past its date; waived: fixed soon (until 2030-01-30))',
      hint: 'More types may come. Ignore them.',
    });
  });

  test.each(['pass', 'info'] as const)('a waiver that is no longer needed fails the run: %s', (outcome) => {
    expect(waived(outcome)).toMatchObject({
      outcome: 'fail',
      gating: true,
      reason: 'expectation',
      actual: '500 in 1 ms (nothing to waive any more; waived: fixed soon)',
      hint: 'A waiver that is no longer needed would hide the next failure: remove it from the config.',
    });
  });

  test('a waiver of another case changes nothing', () => {
    expect(concluded(found('fail'), { waivers: [{ ...waiver, case: 'net/tls' }] }).outcome).toBe('fail');
  });
});

test.each(['skip', 'error'] as const)('a case that sent nothing has a result: %s', (outcome) => {
  const one = caseOf();
  expect(notRun(one, outcome, 'not sent', { ...policy, levels: { [one.id]: 'MAY' }, secret: 'x' })).toEqual({
    id: one.id,
    title: one.title,
    level: 'MAY',
    rules: ['R8', 'R11'],
    outcome,
    gating: outcome === 'error',
    reason: null,
    expected: one.expected,
    actual: 'not sent',
    hint: null,
    why: null,
    fix: null,
    errorLine: null,
    requests: [],
    reproduce: {
      curl: null,
      command: 'npx suvvy-hook check http://localhost:3000/hook --only event/unknown --secret "$SUVVY_WEBHOOK_SECRET"',
    },
  });
});

describe('the exit code of check', () => {
  const result = (outcome: CaseResult['outcome'], gating = false): CaseResult => ({
    ...concluded(found('pass')),
    outcome,
    gating,
  });
  const sound = { connected: true, aborted: false, interrupted: null };

  test.each<[number, string, CaseResult[], Partial<Parameters<typeof exitCodeOf>[1]>]>([
    [0, 'all passed', [result('pass')], {}],
    [0, 'what failed does not count', [result('fail'), result('warn')], {}],
    [1, 'one failed', [result('pass'), result('fail', true)], {}],
    [1, 'one failed, then it was interrupted', [result('fail', true)], { interrupted: 130 }],
    [1, 'it was ended early', [result('pass')], { aborted: true }],
    [3, 'one could not be carried out', [result('pass'), result('error', true)], {}],
    [3, 'no connection ever came about', [result('pass')], { connected: false }],
    [3, 'no connection, and so it was ended early', [], { connected: false, aborted: true }],
    [130, 'it was interrupted', [result('error', true)], { interrupted: 130, connected: false }],
  ])('is %i if %s', (exitCode, _, results, how) => {
    expect(exitCodeOf(results, { ...sound, ...how })).toBe(exitCode);
  });
});

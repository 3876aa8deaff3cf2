import type { CaseResult, CheckReport, Exchange } from '../../src/checks/report.ts';
import type { Style } from '../../src/host.ts';

const plain = (text: string): string => text;

/** No colour, so that a snapshot can be read. */
export function plainStyle(columns: number): Style {
  return { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain, link: plain, columns };
}

/** Every style in its own kind of bracket: shows what is painted. */
export const view = { style: plainStyle(100), verbose: false };

export { exchange as answered };

function exchange(status: number | null, answer = '', body = '{"event_type":"test_request"}'): Exchange {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer *** (sha256:1a2b3c)' },
    body,
    response: status === null ? null : { status, headers: { 'Content-Type': 'text/plain' }, bodyExcerpt: answer },
    timing: {
      dnsMs: 0,
      connectMs: 1.2,
      tlsMs: null,
      sendMs: 0.2,
      waitMs: status === null ? null : 30,
      bodyMs: status === null ? null : 2,
      totalMs: status === null ? 20_000.4 : 33.4,
    },
  };
}

export function caseResult(id: string, more: Partial<CaseResult> = {}): CaseResult {
  return {
    id,
    title: 'one text from ai',
    level: 'MUST',
    rules: ['R1'],
    outcome: 'pass',
    gating: false,
    reason: null,
    expected: 'a status from 200 to 299',
    actual: '200 in 33 ms',
    hint: null,
    why: more.hint ?? null,
    fix: null,
    errorLine: null,
    requests: [exchange(200, 'ok')],
    reproduce: {
      curl: `curl -i --max-time 20 -X POST 'http://localhost:3000/webhook' -H 'Content-Type: application/json' -H "Authorization: Bearer $SUVVY_WEBHOOK_SECRET" --data-binary '{"event_type":"test_request"}'`,
      command: `npx suvvy-hook check http://localhost:3000/webhook --only ${id}`,
    },
    ...more,
  };
}

const cases: CaseResult[] = [
  caseResult('net/tls', {
    title: 'the certificate is valid',
    level: 'SHOULD',
    rules: [],
    outcome: 'skip',
    requests: [],
    actual: 'the target is plain http',
  }),
  caseResult('net/keep-alive-reuse', {
    title: 'three requests on one connection',
    level: 'OBS',
    rules: [],
    outcome: 'info',
    actual: 'the connection was used again for all three',
  }),
  caseResult('deliver/text-ai'),
  caseResult('deliver/two-texts', {
    title: 'two texts in one event',
    rules: ['R2', 'R3'],
    outcome: 'fail',
    gating: true,
    reason: 'timeout',
    expected: 'a status from 200 to 299 within 20 seconds',
    actual: 'no answer within 20.0 s',
    hint: 'Suvvy marks both messages as undelivered. Answer first, then do the work: one slow outgoing call per message adds up.',
    requests: [exchange(null)],
  }),
  caseResult('deliver/text-long', {
    title: '5,000 Cyrillic characters',
    rules: ['R1', 'R15'],
    outcome: 'fail',
    gating: true,
    reason: 'status',
    actual: '500 in 33 ms',
    hint: 'Split long texts before passing them on: many messengers take 4,096 characters at most.',
    requests: [
      exchange(500, 'Traceback (most recent call last):\n  File "app.py", line 12\nBad Request: message is too long'),
    ],
  }),
  caseResult('event/unknown', {
    title: 'an event type of the future',
    level: 'SHOULD',
    rules: ['R11'],
    outcome: 'fail',
    reason: 'status',
    actual: '422 in 33 ms: unknown event_type',
    hint: 'Answer 200 and ignore what is not new_messages.',
    requests: [exchange(422, 'unknown event_type')],
  }),
  caseResult('auth/wrong', {
    title: 'a wrong secret of the same length',
    level: 'SHOULD',
    rules: ['R4', 'R7'],
    outcome: 'waived',
    reason: 'expectation',
    expected: 'a status from 400 to 499',
    actual: '200 in 33 ms',
    hint: 'Waived: the proxy in front of it checks (until 2026-12-31).',
  }),
  caseResult('robust/not-json', {
    title: 'a body that is not JSON',
    level: 'MAY',
    rules: ['R6'],
    outcome: 'warn',
    reason: 'status',
    expected: 'an answer below 500',
    actual: '500 in 33 ms',
    hint: 'Suvvy never sends this; a monitor or a scanner might.',
  }),
  caseResult('limits/body-size', {
    title: 'how large a body is accepted',
    level: 'OBS',
    rules: [],
    outcome: 'error',
    expected: 'the largest accepted body is recorded',
    actual: 'this case could not be carried out: out of sockets (EMFILE)',
    hint: null,
    requests: [],
    reproduce: { curl: null, command: 'npx suvvy-hook check http://localhost:3000/webhook --only limits/body-size' },
  }),
];

/** One report with every outcome in it. */
export function sampleReport(more: Partial<CheckReport> = {}): CheckReport {
  return {
    schemaVersion: 1,
    tool: { name: 'suvvy-hook', version: '0.1.0' },
    catalogue: { version: '1' },
    run: { startedAt: '2026-01-02T03:04:05.678Z', durationMs: 20_512, profile: 'default', aborted: null },
    target: { url: 'http://localhost:3000/webhook', secretConfigured: true, chatId: '0' },
    summary: { total: 9, pass: 1, fail: 3, warn: 1, info: 1, skip: 1, waived: 1, error: 1, exitCode: 1 },
    diagnosis: {
      summary: 'Texts and test_request pass; not right: two texts in one event and 5,000 Cyrillic characters.',
      firstFix: 'Answer first, then do the work.',
    },
    rootCauses: [
      {
        code: 'timeout',
        message: 'the receiver is slow on every event: does it answer after its work?',
        cases: ['deliver/two-texts'],
      },
    ],
    cases,
    ...more,
  };
}

/** One report where everything passed. */
export function soundReport(): CheckReport {
  const sound = [caseResult('deliver/text-ai'), caseResult('deliver/image', { title: 'png, jpeg and gif' })];
  return sampleReport({
    run: { startedAt: '2026-01-02T03:04:05.678Z', durationMs: 812, profile: 'smoke', aborted: null },
    summary: { total: 2, pass: 2, fail: 0, warn: 0, info: 0, skip: 0, waived: 0, error: 0, exitCode: 0 },
    diagnosis: { summary: 'Everything that Suvvy sends is accepted.', firstFix: null },
    rootCauses: [],
    cases: sound,
  });
}

/** The same report with one text in every place that is not a fixed word of ours. */
export function reportSaying(text: string): CheckReport {
  const report = sampleReport();
  const { run, target } = report;
  return {
    ...report,
    tool: { name: text, version: text },
    catalogue: { version: text },
    run: { ...run, startedAt: text, profile: text, aborted: text },
    target: { ...target, url: text, chatId: text },
    diagnosis: { summary: text, firstFix: text },
    rootCauses: [{ code: text, message: text, cases: [text] }],
    cases: report.cases.map((result) => caseSaying(result, text)),
  };
}

function caseSaying(result: CaseResult, text: string): CaseResult {
  return {
    ...result,
    // Ids stay unique, as they are in the catalogue.
    id: `${result.id}${text}`,
    title: text,
    rules: [...result.rules, text],
    reason: text,
    expected: text,
    actual: text,
    hint: text,
    why: text,
    fix: text,
    errorLine: text,
    requests: [exchangeSaying(exchange(200), text)],
    reproduce: { curl: `curl ${text}`, command: `npx suvvy-hook check ${text}` },
  };
}

function exchangeSaying({ timing }: Exchange, text: string): Exchange {
  const headers = { [text]: text, 'X-List': [text, text] };
  return { method: text, headers, body: text, response: { status: 200, headers, bodyExcerpt: text }, timing };
}

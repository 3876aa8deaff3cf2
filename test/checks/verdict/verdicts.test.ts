import { describe, expect, test } from 'vitest';
import type { CaseResult, CheckReport } from '../../../src/checks/report.ts';
import { runChecks } from '../../../src/checks/run.ts';
import { reporters } from '../../../src/reporters/index.ts';
import { view } from '../../reporters/sample-report.ts';
import { caseIn, messagesOf, outcomesOf, receiver, secret, sound, type Handler, type Request } from '../receivers.ts';

const named = ({ cases }: CheckReport, id: string): CaseResult => cases.find((one) => one.id === id)!;
const isMessages = ({ event }: Request): boolean => event?.event_type === 'new_messages';
const textsIn = (request: Request): string[] => messagesOf(request).flatMap(({ text }) => text ?? []);

/** As the sound one, but what fits gets that answer. */
const refusing =
  (fits: (request: Request) => boolean, status: number, body = ''): Handler =>
  (request) =>
    fits(request) ? void request.res.writeHead(status).end(body) : sound(request);

/** Takes so long for each text, one after the other, that time alone decides. */
const slowly =
  (msEach: number): Handler =>
  (request) =>
    void setTimeout(() => sound(request), msEach * textsIn(request).length);

describe('the test button is the second control', () => {
  const textsOnly400: Handler = refusing(isMessages, 400, '{"error":"no chat 0"}');

  test('if texts are refused and test_request passes, events and the secret are checked with it', async () => {
    const { url, requests } = await receiver(textsOnly400);
    const report = await runChecks({
      url,
      secret,
      only: ['deliver/image', 'event', 'auth', 'robust/not-json', 'robust/recovery'],
    });
    expect(outcomesOf(report)).toMatchObject({
      'deliver/text-ai': 'fail',
      'deliver/image': 'skip',
      'event/test-request': 'pass',
      'event/unknown': 'pass',
      'event/unknown-fields': 'pass',
      'event/unknown-message-kind': 'skip',
      'auth/valid': 'pass',
      'auth/missing': 'pass',
      'auth/wrong': 'pass',
      'auth/near-miss': 'pass',
      'auth/malformed': 'pass',
      'robust/not-json': 'pass',
      'robust/recovery': 'pass',
    });
    // Once, although the control asked for it.
    const buttons = requests.filter(({ text }) => text === '{"event_type":"test_request"}');
    expect(buttons.filter(({ req }) => req.headers.authorization === `Bearer ${secret}`).length).toBeLessThan(12);
    const probes = requests.filter(({ req }) => req.headers.authorization !== `Bearer ${secret}`);
    expect(probes.filter(isMessages)).toEqual([]);
  });

  test('it is sent even if it was not selected, and is then not in the report', async () => {
    const { url, requests } = await receiver(textsOnly400);
    const report = await runChecks({ url, secret, only: ['auth/wrong'] });
    expect(outcomesOf(report)).toEqual({ 'deliver/text-ai': 'fail', 'auth/wrong': 'pass' });
    expect(requests.map(({ event }) => event.event_type)).toContain('test_request');
  });

  test('if it fails too, what depends on either is skipped', async () => {
    const { url } = await receiver(({ res }) => void res.writeHead(404).end());
    const report = await runChecks({ url, secret });
    expect(outcomesOf(report)).toMatchObject({
      'auth/wrong': 'skip',
      'event/unknown': 'skip',
      'robust/not-json': 'skip',
    });
    expect(report.rootCauses).toHaveLength(1);
    expect(report.rootCauses[0]!.message).toContain('is the path right?');
    expect(report.rootCauses[0]!.cases).toContain('event/test-request');
  });
});

test('a control that the config accepts counts as passed, so the secret is tried with texts', async () => {
  const { url, requests } = await receiver(
    refusing((one) => isMessages(one) && one.req.headers.authorization === `Bearer ${secret}`, 500),
  );
  const report = await runChecks({ url, secret, only: ['auth/wrong'], accept: { 'deliver/text-ai': ['500'] } });
  expect(report.summary).toMatchObject({ pass: 2, exitCode: 0 });
  expect(requests.map(({ event }) => event.event_type)).toEqual(['new_messages', 'new_messages']);
});

describe('a 401 is judged with care', () => {
  test('if a service behind the receiver sent it, it is not called a wrong secret', async () => {
    const { url } = await receiver(
      refusing((one) => isMessages(one) && one.req.headers.authorization === `Bearer ${secret}`, 401),
    );
    const report = await runChecks({ url, secret, only: ['auth'] });
    const control = named(report, 'deliver/text-ai');
    expect(control.hint).toContain('test_request with the same secret got 200 OK, so the secret is right');
    expect(JSON.stringify(report)).not.toContain('is it the one that the receiver expects');
    expect(outcomesOf(report)).toMatchObject({ 'auth/valid': 'pass', 'auth/wrong': 'pass' });
  });

  test('if a test_request passes with any secret, both causes stay possible', async () => {
    const { url } = await receiver((request) => {
      if (isMessages(request)) request.res.writeHead(401).end();
      else request.res.end();
    });
    const report = await runChecks({ url, secret, only: ['auth'] });
    expect(named(report, 'deliver/text-ai').hint).toContain('and so did a wrong one, which proves nothing');
    // A receiver may well look at the secret for new_messages alone.
    expect(outcomesOf(report)).toMatchObject({ 'auth/valid': 'info', 'auth/wrong': 'skip', 'auth/missing': 'skip' });
  });

  test('if only a text with a wrong secret gets it, the secret is checked, although the test button accepts any', async () => {
    const { url } = await receiver((request) => {
      if (!isMessages(request)) request.res.end();
      else request.res.writeHead(request.req.headers.authorization === `Bearer ${secret}` ? 422 : 401).end();
    });
    const report = await runChecks({ url, secret, only: ['auth', 'event'] });
    expect(outcomesOf(report)).toMatchObject({
      'event/unknown': 'pass',
      'auth/wrong': 'skip',
      'auth/near-miss': 'skip',
    });
  });

  test('if no text gets it and the test button accepts any secret, nobody checks the secret', async () => {
    const { url } = await receiver((request) => void request.res.writeHead(isMessages(request) ? 422 : 200).end());
    const report = await runChecks({ url, secret, only: ['auth', 'event'] });
    expect(outcomesOf(report)).toMatchObject({
      'auth/wrong': 'fail',
      'auth/missing': 'fail',
      'auth/near-miss': 'skip',
    });
  });

  test('if a text without a secret gets it, the receiver is not open, although the test button is', async () => {
    const { url } = await receiver((request) => void request.res.writeHead(isMessages(request) ? 401 : 200).end());
    const report = await runChecks({ url, profile: 'smoke' });
    expect(outcomesOf(report)).toMatchObject({ 'deliver/text-ai': 'fail', 'auth/unprotected': 'skip' });
    expect(named(report, 'deliver/text-ai').hint).toContain('No secret was sent');
  });

  test('if everything gets it, the secret may still be wrong', async () => {
    const { url } = await receiver(({ res }) => void res.writeHead(401).end());
    const report = await runChecks({ url, secret, only: ['auth'] });
    expect(named(report, 'deliver/text-ai').hint).toContain('is it the one that the receiver expects?');
    expect(named(report, 'auth/valid').outcome).toBe('fail');
  });
});

describe('the case of the header name', () => {
  /** Reads it as it came, letter by letter. */
  const reading =
    (name: string): Handler =>
    (request) => {
      const at = request.req.rawHeaders.indexOf(name);
      if (request.req.rawHeaders[at + 1] === `Bearer ${secret}` && at >= 0) sound(request);
      else request.res.writeHead(401).end();
    };

  test('is in the diagnosis if the receiver reads only lower case', async () => {
    const { url } = await receiver(reading('authorization'));
    const report = await runChecks({ url, secret, only: ['auth'] });
    const result = named(report, 'auth/header-case');
    expect(result).toMatchObject({ outcome: 'info', level: 'OBS' });
    expect(result.actual).toContain('read in one case only');
    expect(report.rootCauses[0]!.message).toContain(`the header's name in lower case ("authorization") gets 200 OK`);
    expect(named(report, 'deliver/text-ai').hint).not.toContain('is it the one');
  });

  test('is recorded and named if the receiver reads only upper case', async () => {
    const { url } = await receiver(reading('Authorization'));
    const report = await runChecks({ url, secret, only: ['auth'] });
    const result = named(report, 'auth/header-case');
    expect(result).toMatchObject({ outcome: 'info', gating: false });
    expect(result.actual).toContain('"authorization": 401');
    expect(result.reproduce.curl).toContain('-H "authorization: Bearer $SUVVY_WEBHOOK_SECRET"');
    expect(report.summary.exitCode).toBe(0);
  });

  test('is recorded if the receiver reads any case', async () => {
    const { url } = await receiver();
    const report = await runChecks({ url, secret, only: ['auth/header-case'] });
    expect(named(report, 'auth/header-case')).toMatchObject({
      outcome: 'info',
      actual: expect.stringContaining('taken'),
    });
  });
});

describe('a receiver that does not check the secret', () => {
  const open: Handler = ({ res }) => void res.end();

  test('is not praised for the right secret, and has one root cause', async () => {
    const { url } = await receiver(open);
    const report = await runChecks({ url, secret, only: ['auth'] });
    expect(outcomesOf(report)).toMatchObject({ 'auth/valid': 'info', 'auth/missing': 'fail', 'auth/wrong': 'fail' });
    expect(report.rootCauses).toEqual([
      {
        code: 'expectation',
        message: 'the secret is not checked: a request without the right one gets 200 OK',
        cases: ['auth/missing', 'auth/wrong', 'auth/near-miss', 'auth/malformed'],
      },
    ]);
  });

  test.each(['smoke', 'default'] as const)(
    'and was given none gets a warning that never fails a run in profile %s',
    async (profile) => {
      const { url } = await receiver(open);
      const report = await runChecks({ url, profile, gate: 'strict', only: undefined });
      expect(named(report, 'auth/unprotected')).toMatchObject({ outcome: 'warn', gating: false, level: 'OBS' });
      expect(report.summary).toMatchObject({ warn: 1, exitCode: 0 });
    },
  );

  test('and was given none gets the full warning in every report', async () => {
    const { url } = await receiver(open);
    const report = await runChecks({ url, profile: 'smoke' });
    for (const { render } of reporters) {
      const text = render(report, view).replaceAll(/[\s│]+/g, ' ');
      expect(text).toContain('anybody can write to it');
      expect(text).toContain('Set the webhook secret in the panel and in the receiver');
    }
  });

  test('fails if the config asks for that', async () => {
    const { url } = await receiver(open);
    const report = await runChecks({ url, profile: 'smoke', levels: { 'auth/unprotected': 'MUST' } });
    expect(named(report, 'auth/unprotected')).toMatchObject({ outcome: 'fail', gating: true });
  });

  test('can be set to be recorded only', async () => {
    const { url } = await receiver(open);
    const report = await runChecks({ url, profile: 'smoke', levels: { 'auth/unprotected': 'OBS' } });
    expect(named(report, 'auth/unprotected').outcome).toBe('info');
  });
});

describe('time limits in a run', () => {
  test('if one text is slow, no case blames the encoding, and variants go one by one', async () => {
    const { url, requests } = await receiver(slowly(90));
    const report = await runChecks({ url, secret, timeoutMs: 160, only: ['deliver/two-texts', 'deliver/text-*'] });
    expect(named(report, 'deliver/two-texts')).toMatchObject({ outcome: 'fail', reason: 'timeout' });
    expect(named(report, 'deliver/two-texts').actual).toContain('each of them passes on its own');
    expect(named(report, 'deliver/text-unicode').outcome).toBe('pass');
    const unicode = requests.filter((one) => caseIn(one) === 'deliver/text-unicode');
    expect(unicode.map((one) => textsIn(one).length)).toEqual([1, 1, 1, 1, 1]);
    expect(JSON.stringify(report.cases.map(({ hint }) => hint))).not.toMatch(/UTF-8/);
  });

  test('if some requests hang, one of each other topic is still sent, and the cause is named', async () => {
    const { url, requests } = await receiver((request) => {
      if (messagesOf(request).length < 2) sound(request);
    });
    const report = await runChecks({ url, secret, timeoutMs: 80 });
    expect(report.run.aborted).toContain('no answer in time');
    expect(outcomesOf(report)).toMatchObject({
      'deliver/image': 'skip',
      'event/test-request': 'pass',
      'event/unknown': 'skip',
      'auth/missing': 'pass',
      'auth/wrong': 'skip',
      'robust/charset-param': 'pass',
      'perf/parallel': 'skip',
    });
    expect(requests.filter(({ event }) => event?.event_type === 'test_request')).toHaveLength(1);
    expect(report.rootCauses).toHaveLength(1);
    expect(report.rootCauses[0]).toMatchObject({ code: 'timeout' });
    expect(report.rootCauses[0]!.message).toMatch(
      /^requests with several messages get no answer within 80 ms, while one message alone takes up to /,
    );
    expect(report.rootCauses[0]!.cases).toEqual(expect.arrayContaining(['deliver/two-texts', 'deliver/image']));
  });

  test('no case passes without an answer, not even one that only looks at answers to others', async () => {
    const { url } = await receiver(({ res }) => void res.destroy());
    const report = await runChecks({ url, secret, profile: 'full' });
    expect(report.cases.filter(({ outcome }) => outcome === 'pass')).toEqual([]);
    expect(report.summary.exitCode).toBe(1);
  });

  test('a receiver that never answers is not praised for answering in time', async () => {
    const { url } = await receiver(({ res }) => void res.destroy());
    const report = await runChecks({ url, secret, profile: 'smoke' });
    expect(named(report, 'perf/deadline')).toMatchObject({
      outcome: 'info',
      actual: expect.stringContaining('no answer came'),
    });
  });
});

describe('the sample of the page', () => {
  test('that also fails with a chat_id is reported so, and the curl line is the sample itself', async () => {
    const { url } = await receiver(refusing((one) => messagesOf(one).some(({ type }) => type === 'image'), 422));
    const result = named(await runChecks({ url, secret, only: ['deliver/doc-example'] }), 'deliver/doc-example');
    expect(result.outcome).toBe('fail');
    expect(result.hint).toContain(
      'It also fails with a chat_id (422 Unprocessable Entity), so the missing chat_id is not the reason',
    );
    expect(result.hint).not.toContain('do not demand');
    expect(result.reproduce.curl).not.toContain('chat_id');
  });

  test('that passes only with a chat_id is a warning, which does not demand to accept requests without one', async () => {
    const { url } = await receiver(refusing((one) => isMessages(one) && one.event.chat_id === undefined, 422));
    const result = named(await runChecks({ url, secret, only: ['deliver/doc-example'] }), 'deliver/doc-example');
    expect(result.outcome).toBe('warn');
    expect(result.hint).toContain('a 2xx would lose its messages unseen');
  });
});

describe('a chat_id that the receiver refuses', () => {
  const numbersOnly: Handler = refusing(
    ({ event }) => event?.chat_id !== undefined && !/^\d+$/.test(event.chat_id),
    500,
  );

  test('and that is not a number leads to the advice to try a number, never none', async () => {
    const { url } = await receiver(numbersOnly);
    const report = await runChecks({ url, secret, profile: 'smoke', chatId: 'sandbox' });
    expect(report.rootCauses[0]!.message).toContain('try a numeric --chat-id');
    expect(JSON.stringify(report)).not.toContain('--no-chat-id');
  });

  test('and that is not a number leads to that advice even if requests without one are refused', async () => {
    const { url } = await receiver(refusing((one) => isMessages(one) && !/^\d+$/.test(one.event.chat_id), 500));
    const report = await runChecks({ url, secret, profile: 'smoke', chatId: 'sandbox' });
    expect(report.rootCauses[0]!.message).toContain('try a numeric --chat-id');
  });

  test('is mentioned with "0" in every report for people of a passed run, and in no other', async () => {
    const { url } = await receiver();
    const [nobody, somebody] = await Promise.all(
      ['0', '42'].map((chatId) => runChecks({ url, secret, profile: 'smoke', chatId })),
    );
    for (const { name, render } of reporters) {
      const shown = (report: CheckReport): string => render(report, view).replaceAll(/\s+|&#8288;/g, ' ');
      // Programs have target.chatId.
      const told = /0 is nobody.+--chat-id of a test dialogue goes further/.test(shown(nobody!));
      expect({ name, told }).toEqual({ name, told: !['json', 'ndjson'].includes(name) });
      expect(shown(somebody!)).not.toContain('is nobody');
    }
  });
});

describe('an answer that contradicts its own 2xx', () => {
  test.each([
    '{"success":false,"error":"db"}',
    '{"Success": false}',
    '{"ok":false}',
    '{"status":"error"}',
    '{"status":"FAILED"}',
  ])('with a body that says %s is accepted, and probably lost', async (body) => {
    const { url } = await receiver(refusing((one) => messagesOf(one).some(({ type }) => type === 'image'), 200, body));
    const report = await runChecks({ url, secret, only: ['deliver/image', 'deliver/document'] });
    expect(outcomesOf(report)).toMatchObject({ 'deliver/image': 'warn', 'deliver/document': 'pass' });
    expect(named(report, 'deliver/image').actual).toContain('accepted, and probably lost');
    expect(report.summary.exitCode).toBe(0);
  });

  test.each(['{"success":true}', '{"status":"ok"}', '{"status":"ignored"}', 'ok: false', '["error"]', 'null', ''])(
    'with a body that says %j is accepted as a 2xx',
    async (body) => {
      const { url } = await receiver(
        refusing((one) => isMessages(one) && one.req.headers.authorization === `Bearer ${secret}`, 200, body),
      );
      const report = await runChecks({ url, secret, only: ['deliver/text-employee'] });
      expect(report.summary).toMatchObject({ warn: 0, exitCode: 0 });
    },
  );

  test('is allowed for an event type of the future', async () => {
    const { url } = await receiver(
      refusing(({ event }) => event?.event_type === 'dialogue_closed', 200, '{"ok":false}'),
    );
    expect(named(await runChecks({ url, secret, only: ['event/unknown'] }), 'event/unknown').outcome).toBe('pass');
  });
});

test('a refused long text leads to the advice to store it, and not to hide that it is lost', async () => {
  const { url } = await receiver(refusing((one) => textsIn(one).some((text) => text.length > 4096), 500));
  const { hint } = named(await runChecks({ url, secret, only: ['deliver/text-long'] }), 'deliver/text-long');
  expect(hint).toContain('answer 2xx once it is stored');
  expect(hint).not.toContain('whatever');
});

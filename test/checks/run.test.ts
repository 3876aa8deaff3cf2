import { describe, expect, test } from 'vitest';
import type { CaseFacts, Trial } from '../../src/checks/case.ts';
import { futureType } from '../../src/checks/cases/event.ts';
import type { CheckOptions } from '../../src/checks/options.ts';
import { checkReportSchema } from '../../src/checks/report-schema.ts';
import { runChecks, unrunReport } from '../../src/checks/run.ts';
import { caseOf } from '../../src/checks/select.ts';
import { isUp, waitUntilUp } from '../../src/commands/start/wait-until-up.ts';
import { judge } from '../../src/delivery/judge.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { closedPort } from '../helpers/target.ts';
import { caseIn, messagesOf, receiver, secret, sound, type Handler } from './receivers.ts';

const outcomesOf = (report: Awaited<ReturnType<typeof runChecks>>): Record<string, string> =>
  Object.fromEntries(report.cases.map(({ id, outcome }) => [id, outcome]));

const answering =
  (status: number, fits: (text: string) => boolean): Handler =>
  (request) => {
    if (fits(request.text)) request.res.writeHead(status).end();
    else sound(request);
  };

describe('a report', () => {
  test('keeps to its schema, whatever came', async () => {
    const { url } = await receiver(answering(500, (text) => text.includes('audio/ogg')));
    const report = await runChecks({ url, secret, profile: 'full' });
    expect(checkReportSchema.parse(report)).toEqual(report);
    expect(report.target).toEqual({ url, secretConfigured: true, chatId: '0' });
  });

  test('says of a failure all that there is to say', async () => {
    const { url } = await receiver(answering(500, (text) => text.includes('image/gif')));
    const report = await runChecks({ url, secret, only: ['deliver/image'] });
    const [, result] = report.cases;
    expect(result).toMatchObject({
      id: 'deliver/image',
      outcome: 'fail',
      reason: 'status',
      expected: 'a 2xx within 20 s',
    });
    expect(result!.actual).toBe('image/gif: 500 Internal Server Error');
    expect(result!.hint).toContain('its own log says why');
    expect(result!.reproduce.command).toBe(
      `suvvy-hook check ${url} --only deliver/image --secret "$SUVVY_WEBHOOK_SECRET"`,
    );
    expect(result!.reproduce.curl).toContain('$SUVVY_WEBHOOK_SECRET');
    expect(result!.requests[0]!.response!.status).toBe(500);
  });

  test('has the secret nowhere, nor what only comes near it, though the receiver tells both', async () => {
    const { url } = await receiver(({ req, res, text }) => {
      const status = req.headers.authorization === `Bearer ${secret}` ? 500 : 401;
      res.writeHead(status, { 'X-Was': String(req.headers.authorization) });
      res.end(
        `${req.headers.authorization} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')} ${text}`,
      );
    });
    const everything: Partial<CheckOptions> = { only: ['*'], accept: { 'deliver/text-ai': ['500'] } };
    const text = JSON.stringify(await runChecks({ url, secret, ...everything }));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(secret.slice(0, -1));
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(text).not.toContain(Buffer.from(secret).toString('base64'));
  });
});

test('the secret is not left in the name of a header either', async () => {
  const { url } = await receiver(({ res }) => void res.writeHead(500, { [`X-${secret}`]: '1' }).end());
  const report = await runChecks({ url, secret, only: ['deliver/text-ai'] });
  expect(JSON.stringify(report)).not.toContain(secret);
});

test('no part of the secret is left where an answer is cut', async () => {
  for (const at of [150, 990]) {
    const { url } = await receiver(
      ({ req, res }) => void res.writeHead(500).end(`${'x'.repeat(at)}${req.headers.authorization}`),
    );
    const text = JSON.stringify(await runChecks({ url, secret, only: ['deliver/text-ai', 'auth/valid'] }));
    expect(text).not.toContain(secret.slice(0, 4));
  }
});

describe('the control', () => {
  test('fails: what depends on it is skipped under one cause', async () => {
    const { url } = await receiver(({ res }) => void res.writeHead(401).end());
    const report = await runChecks({ url, secret: 'another-one' });
    const outcomes = outcomesOf(report);
    expect(outcomes).toMatchObject({
      'deliver/text-ai': 'fail',
      'auth/valid': 'fail',
      'auth/wrong': 'skip',
      'deliver/image': 'skip',
    });
    expect(report.rootCauses).toHaveLength(1);
    expect(report.rootCauses[0]).toMatchObject({ code: 'unauthorized' });
    expect(report.rootCauses[0]!.message).toMatch(/sha256:[0-9a-f]{6}: is it the one/);
    expect(report.rootCauses[0]!.cases).toEqual(
      expect.arrayContaining(['deliver/text-ai', 'auth/valid', 'deliver/image']),
    );
    expect(report.summary.exitCode).toBe(1);
  });

  test('is redirected: the hint names where to', async () => {
    const { url } = await receiver(({ res }) => void res.writeHead(307, { Location: '/webhook/' }).end());
    const report = await runChecks({ url });
    expect(report.rootCauses[0]!.message).toContain(`${url}/`);
    expect(report.cases.find(({ id }) => id === 'net/no-redirect')!.hint).toContain(`${url}/`);
  });

  test('fails and the sample without chat_id passes: --no-chat-id is proposed', async () => {
    const { url } = await receiver(answering(422, (text) => text.includes('chat_id')));
    const report = await runChecks({ url, secret });
    expect(report.rootCauses[0]!.message).toContain('--no-chat-id');
  });

  test('runs even if it was not chosen', async () => {
    const { url } = await receiver();
    const report = await runChecks({ url, secret, only: ['event/*'], skip: ['deliver/*'] });
    expect(report.cases[0]!.id).toBe('deliver/text-ai');
  });

  test('comes back to the documents that everything with documents depends on', async () => {
    const { url } = await receiver(answering(500, (text) => text.includes('"document"')));
    const report = await runChecks({ url, secret });
    expect(report.rootCauses).toEqual([
      expect.objectContaining({
        cases: [
          'deliver/document',
          'deliver/file-size-range',
          'deliver/file-name-unicode',
          'deliver/file-name-hostile',
        ],
      }),
    ]);
  });
});

describe('a run ends early', () => {
  test('nothing listens: exit 3, nothing judged, one cause', async () => {
    const report = await runChecks({ url: `http://127.0.0.1:${await closedPort()}/` });
    expect(report.summary).toMatchObject({ fail: 0, skip: report.cases.length, exitCode: 3 });
    expect(report.rootCauses).toHaveLength(1);
    expect(report.rootCauses[0]).toMatchObject({ code: 'connection_refused' });
  });

  test('everything hangs: two deadlines, exit 1', async () => {
    const { url, requests } = await receiver(() => {});
    const report = await runChecks({ url, secret, profile: 'full', timeoutMs: 60 });
    expect(requests.length).toBe(2);
    expect(report.run.aborted).toContain('no answer in time');
    expect(report.summary.exitCode).toBe(1);
    expect(outcomesOf(report)).toMatchObject({
      'deliver/text-ai': 'fail',
      'perf/deadline': 'fail',
      'deliver/image': 'skip',
    });
  });

  test('bodies that never end cost little, and are a warning', async () => {
    const { url } = await receiver(({ res }) => void res.writeHead(200).write('and so on'));
    const report = await runChecks({
      url,
      timeoutMs: 120,
      only: ['deliver/text-employee', 'perf/*'],
      skip: ['perf/budget'],
    });
    expect(report.run.aborted).toBeNull();
    expect(outcomesOf(report)).toMatchObject({ 'perf/response-complete': 'warn', 'deliver/text-employee': 'pass' });
    expect(report.summary.exitCode).toBe(0);
  });

  test('the receiver dies: the rest is not sent, and it has not recovered', async () => {
    const dying = await receiver((request) => {
      if (request.event !== undefined || request.req.method !== 'POST') return sound(request);
      request.res.destroy();
      void dying.close();
    });
    const report = await runChecks({ url: dying.url, secret });
    expect(report.run.aborted).toContain('stopped listening during robust/not-json');
    expect(outcomesOf(report)).toMatchObject({ 'robust/recovery': 'fail', 'perf/parallel': 'skip' });
    const recovery = report.cases.find(({ id }) => id === 'robust/recovery')!;
    expect(recovery.reproduce.command).toContain('--only robust/recovery,robust/not-json');
    expect(report.summary.exitCode).toBe(1);
  });

  test('--bail: nothing more after the first failure', async () => {
    const { url, requests } = await receiver(answering(500, (text) => text.includes('"employee"')));
    const report = await runChecks({ url, secret, bail: true });
    expect(report.run.aborted).toContain('--bail: deliver/text-employee');
    expect(outcomesOf(report)).toMatchObject({ 'deliver/image': 'skip' });
    expect(requests.length).toBeLessThan(10);
    expect(report.summary.exitCode).toBe(1);
  });

  test('Ctrl-C: 130, what was seen is told', async () => {
    const controller = new AbortController();
    const { url } = await receiver((request) => {
      if (caseIn(request) === 'deliver/text-unicode') controller.abort({ signal: 'SIGINT', exitCode: 130 });
      else sound(request);
    });
    const report = await runChecks({ url, secret, signal: controller.signal, expectFetchMs: 60_000 });
    expect(report.run.aborted).toBe('interrupted');
    expect(outcomesOf(report)).toMatchObject({
      'deliver/text-ai': 'pass',
      'deliver/text-unicode': 'skip',
      'files/fetched': 'skip',
    });
    expect(report.summary.exitCode).toBe(130);
  });

  test('Ctrl-C after a failure: the failure wins', async () => {
    const controller = new AbortController();
    const { url } = await receiver((request) => {
      if (caseIn(request) === 'deliver/text-unicode') controller.abort({ signal: 'SIGINT', exitCode: 130 });
      else if (caseIn(request) === 'deliver/text-employee') request.res.writeHead(500).end();
      else sound(request);
    });
    const report = await runChecks({ url, secret, signal: controller.signal });
    expect(report.summary.exitCode).toBe(1);
  });

  test('before it began: every case is skipped', async () => {
    const report = await unrunReport({ url: 'http://127.0.0.1:1/' }, 'connection_refused', 'it did not start');
    expect(report).toMatchObject({ run: { aborted: 'it did not start' }, summary: { exitCode: 3 } });
  });
});

describe('429', () => {
  test('is obeyed once', async () => {
    let refused = 0;
    const { url, requests } = await receiver((request) => {
      if (caseIn(request) !== 'deliver/text-employee' || refused > 0) return sound(request);
      refused += 1;
      request.res.writeHead(429, { 'Retry-After': '0' }).end();
    });
    const report = await runChecks({ url, secret, only: ['deliver/text-employee'] });
    expect(report.summary.exitCode).toBe(0);
    expect(requests).toHaveLength(3);
  });

  test('and not twice', async () => {
    const { url, requests } = await receiver(({ res }) => void res.writeHead(429, { 'Retry-After': '0' }).end());
    const report = await runChecks({ url, only: ['deliver/text-employee', 'event/test-request'] });
    expect(report.summary.exitCode).toBe(1);
    expect(requests).toHaveLength(3);
  });

  test('says nothing about a secret', async () => {
    const { url } = await receiver((request) =>
      request.req.headers.authorization === `Bearer ${secret}`
        ? sound(request)
        : void request.res.writeHead(429, { 'Retry-After': '0' }).end(),
    );
    const report = await runChecks({ url, secret, only: ['auth/wrong'] });
    expect(outcomesOf(report)['auth/wrong']).toBe('warn');
  });
});

describe('levels', () => {
  const refusing = (): Handler =>
    answering(400, (text) => text.includes('dialogue_closed') || text.includes(`"${futureType}"`));
  const run = async (options: Partial<CheckOptions>) => {
    const { url } = await receiver(refusing());
    const report = await runChecks({
      url,
      secret,
      only: ['event/unknown*'],
      skip: ['event/unknown-fields'],
      ...options,
    });
    const { 'event/unknown': should, 'event/unknown-message-kind': may } = outcomesOf(report);
    return { should, may, exitCode: report.summary.exitCode };
  };

  test.for([
    [{ gate: 'default' }, { should: 'fail', may: 'warn', exitCode: 1 }],
    [{ gate: 'lenient' }, { should: 'warn', may: 'warn', exitCode: 0 }],
    [{ gate: 'strict' }, { should: 'fail', may: 'fail', exitCode: 1 }],
    [{ levels: { 'event/unknown': 'OBS' } }, { should: 'info', may: 'warn', exitCode: 0 }],
    [
      { levels: { 'event/unknown': 'MAY', 'event/unknown-message-kind': 'MUST' } },
      { should: 'warn', may: 'fail', exitCode: 1 },
    ],
    [{ accept: { 'event/unknown': ['4xx'] } }, { should: 'pass', may: 'warn', exitCode: 0 }],
    [{ accept: { 'event/unknown': ['422'] } }, { should: 'fail', may: 'warn', exitCode: 1 }],
  ] as const)('%j', async ([options, expected]) => {
    expect(await run(options as Partial<CheckOptions>)).toEqual(expected);
  });

  test('a variant that is worth less than its case only warns', async () => {
    const { url } = await receiver(answering(422, (text) => text.includes('9007199254740991')));
    const only = ['deliver/file-size-range'];
    expect(outcomesOf(await runChecks({ url, secret, only }))).toMatchObject({ 'deliver/file-size-range': 'warn' });
    expect(outcomesOf(await runChecks({ url, secret, only, gate: 'strict' }))).toMatchObject({
      'deliver/file-size-range': 'fail',
    });
  });
});

describe('waivers', () => {
  const waiver = { case: 'event/unknown', reason: 'fixed in the next release' };
  const run = async (handler: Handler, waivers: CheckOptions['waivers'], only = ['event/unknown']) => {
    const { url } = await receiver(handler);
    const report = await runChecks({ url, secret, only, waivers });
    return { result: report.cases.at(-1)!, exitCode: report.summary.exitCode };
  };
  const refusing = answering(400, (text) => text.includes('dialogue_closed'));

  test('a waived failure is shown, and does not fail the run', async () => {
    const { result, exitCode } = await run(refusing, [waiver]);
    expect(result).toMatchObject({ outcome: 'waived', gating: false });
    expect(result.actual).toContain(waiver.reason);
    expect(exitCode).toBe(0);
  });
  test('one that does not fire any more fails the run', async () => {
    const { result, exitCode } = await run(sound, [waiver]);
    expect(result).toMatchObject({ outcome: 'fail', gating: true, reason: 'expectation' });
    expect(result.actual).toContain('nothing to waive any more');
    expect(exitCode).toBe(1);
  });
  test('so does one past its date', async () => {
    const { result, exitCode } = await run(refusing, [{ ...waiver, until: '2020-01-31' }]);
    expect(result.actual).toContain('past its date');
    expect(exitCode).toBe(1);
  });
  test('but not before', async () => {
    expect((await run(refusing, [{ ...waiver, until: '9999-12-31' }])).exitCode).toBe(0);
  });
  test('one for a case that did not run is left alone', async () => {
    expect((await run(sound, [waiver], ['event/test-request'])).exitCode).toBe(0);
  });
});

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

test('a group is taken apart only when it fails', async () => {
  const { url, requests } = await receiver(answering(500, (text) => text.includes('image/gif')));
  await runChecks({ url, secret, only: ['deliver/audio', 'deliver/image'] });
  const audio = requests.filter((request) => messagesOf(request).some(({ type }) => type === 'audio'));
  expect(audio.map((request) => messagesOf(request).length)).toEqual([8]);
  const images = requests.filter((request) => messagesOf(request).some(({ type }) => type === 'image'));
  expect(images.map((request) => messagesOf(request).length)).toEqual([3, 3, 1, 1, 1, 1]);
});

test('warm-up texts are sent before, and are not in the report', async () => {
  let first = true;
  const { url, requests } = await receiver((request) => {
    if (first) request.res.writeHead(503).end();
    else sound(request);
    first = false;
  });
  const report = await runChecks({ url, secret, only: ['deliver/text-ai'], warmup: 1 });
  expect(report.summary).toMatchObject({ total: 1, exitCode: 0 });
  expect(requests).toHaveLength(2);
});

test('a cold start is waited for', async () => {
  const { url } = await receiver();
  expect(await isUp({ url: new URL(url) })).toBe(true);
  const dead = new URL(`http://127.0.0.1:${await closedPort()}/`);
  expect(await waitUntilUp({ url: dead }, 20)).toBe(false);
  let asked = 0;
  const proxy = await receiver(({ res }) => void res.writeHead((asked += 1) < 3 ? 503 : 405).end());
  expect(await waitUntilUp({ url: new URL(proxy.url) }, 5000)).toBe(true);
});

import { describe, expect, test } from 'vitest';
import { futureType } from '../../src/checks/cases/event.ts';
import type { CheckOptions } from '../../src/checks/options.ts';
import { checkReportSchema } from '../../src/checks/report-schema.ts';
import { runChecks } from '../../src/checks/run.ts';
import { answering, outcomesOf, receiver, secret, sound, type Handler } from './receivers.ts';

describe('a report of check', () => {
  test('matches its schema, whatever happened', async () => {
    const { url } = await receiver(answering(500, (text) => text.includes('audio/ogg')));
    const report = await runChecks({ url, secret, profile: 'full' });
    expect(checkReportSchema.parse(report)).toEqual(report);
    expect(report.target).toEqual({ url, secretConfigured: true, chatId: '0' });
  });

  test('says everything about a failure', async () => {
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
      `npx suvvy-hook check ${url} --only deliver/image --secret "$SUVVY_WEBHOOK_SECRET"`,
    );
    expect(result!.reproduce.curl).toContain('$SUVVY_WEBHOOK_SECRET');
    expect(result!.requests[0]!.response!.status).toBe(500);
  });

  test('contains neither the secret nor a similar one, even if the receiver echoes both', async () => {
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

test('the secret is not left in the name of a header', async () => {
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

describe('the levels of a run decide its exit code', () => {
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
  ] as const)('with the options %j', async ([options, expected]) => {
    expect(await run(options as Partial<CheckOptions>)).toEqual(expected);
  });

  test('a variant with a lower level than its case only warns', async () => {
    const { url } = await receiver(answering(422, (text) => text.includes('9007199254740991')));
    const only = ['deliver/file-size-range'];
    expect(outcomesOf(await runChecks({ url, secret, only }))).toMatchObject({ 'deliver/file-size-range': 'warn' });
    expect(outcomesOf(await runChecks({ url, secret, only, gate: 'strict' }))).toMatchObject({
      'deliver/file-size-range': 'fail',
    });
  });
});

describe('the waivers of a run', () => {
  const waiver = { case: 'event/unknown', reason: 'fixed in the next release' };
  const run = async (handler: Handler, waivers: CheckOptions['waivers'], only = ['event/unknown']) => {
    const { url } = await receiver(handler);
    const report = await runChecks({ url, secret, only, waivers });
    return { result: report.cases.at(-1)!, exitCode: report.summary.exitCode };
  };
  const refusing = answering(400, (text) => text.includes('dialogue_closed'));

  test('show a waived failure without failing the run', async () => {
    const { result, exitCode } = await run(refusing, [waiver]);
    expect(result).toMatchObject({ outcome: 'waived', gating: false });
    expect(result.actual).toContain(waiver.reason);
    expect(exitCode).toBe(0);
  });
  test('fail the run if one is no longer needed', async () => {
    const { result, exitCode } = await run(sound, [waiver]);
    expect(result).toMatchObject({ outcome: 'fail', gating: true, reason: 'expectation' });
    expect(result.actual).toContain('nothing to waive any more');
    expect(exitCode).toBe(1);
  });
  test('fail the run if one is past its date', async () => {
    const { result, exitCode } = await run(refusing, [{ ...waiver, until: '2020-01-31' }]);
    expect(result.actual).toContain('past its date');
    expect(exitCode).toBe(1);
  });
  test('do not fail the run before their date', async () => {
    expect((await run(refusing, [{ ...waiver, until: '9999-12-31' }])).exitCode).toBe(0);
  });
  test('leave one alone whose case did not run', async () => {
    expect((await run(sound, [waiver], ['event/test-request'])).exitCode).toBe(0);
  });
});

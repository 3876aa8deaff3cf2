import { describe, expect, test } from 'vitest';
import { runChecks, unrunReport } from '../../src/checks/run.ts';
import { closedPort } from '../helpers/target.ts';
import { answering, caseIn, outcomesOf, receiver, secret, sound } from './receivers.ts';

describe('the control of a run', () => {
  test('skips what depends on it, under one cause, if it fails', async () => {
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

  test('names the target of a redirect in its hint', async () => {
    const { url } = await receiver(({ res }) => void res.writeHead(307, { Location: '/webhook/' }).end());
    const report = await runChecks({ url });
    expect(report.rootCauses[0]!.message).toContain(`${url}/`);
    expect(report.cases.find(({ id }) => id === 'net/no-redirect')!.hint).toContain(`${url}/`);
  });

  test('proposes --no-chat-id if it fails but the sample without chat_id passes', async () => {
    const { url } = await receiver(answering(422, (text) => text.includes('chat_id')));
    const report = await runChecks({ url, secret });
    expect(report.rootCauses[0]!.message).toContain('--no-chat-id');
  });

  test('runs even if it was not selected', async () => {
    const { url } = await receiver();
    const report = await runChecks({ url, secret, only: ['event/*'], skip: ['deliver/*'] });
    expect(report.cases[0]!.id).toBe('deliver/text-ai');
  });

  test('is not blamed if only documents fail: deliver/document is the cause', async () => {
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

describe('check ends a run early', () => {
  test('with exit 3 and nothing judged if nothing listens', async () => {
    const report = await runChecks({ url: `http://127.0.0.1:${await closedPort()}/` });
    expect(report.summary).toMatchObject({ fail: 0, skip: report.cases.length, exitCode: 3 });
    expect(report.rootCauses).toHaveLength(1);
    expect(report.rootCauses[0]).toMatchObject({ code: 'connection_refused' });
  });

  test('with exit 1 after two deadlines if everything hangs', async () => {
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

  test('but not because of bodies that never end, which are a quick warning', async () => {
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

  test('if the receiver dies, and says that it has not recovered', async () => {
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

  test('after the first failure with --bail', async () => {
    const { url, requests } = await receiver(answering(500, (text) => text.includes('"employee"')));
    const report = await runChecks({ url, secret, bail: true });
    expect(report.run.aborted).toContain('--bail: deliver/text-employee');
    expect(outcomesOf(report)).toMatchObject({ 'deliver/image': 'skip' });
    expect(requests.length).toBeLessThan(10);
    expect(report.summary.exitCode).toBe(1);
  });

  test('with 130 after Ctrl-C, and reports what it has seen', async () => {
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

  test('with the exit code of a failure if Ctrl-C came after it', async () => {
    const controller = new AbortController();
    const { url } = await receiver((request) => {
      if (caseIn(request) === 'deliver/text-unicode') controller.abort({ signal: 'SIGINT', exitCode: 130 });
      else if (caseIn(request) === 'deliver/text-employee') request.res.writeHead(500).end();
      else sound(request);
    });
    const report = await runChecks({ url, secret, signal: controller.signal });
    expect(report.summary.exitCode).toBe(1);
  });

  test('with every case skipped if it was interrupted before it began', async () => {
    const report = await unrunReport({ url: 'http://127.0.0.1:1/' }, 'connection_refused', 'it did not start');
    expect(report).toMatchObject({ run: { aborted: 'it did not start' }, summary: { exitCode: 3 } });
  });
});

test('warm-up texts are sent first, and are not in the report', async () => {
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

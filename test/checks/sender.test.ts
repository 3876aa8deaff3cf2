import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/checks/run.ts';
import { answering, caseIn, messagesOf, outcomesOf, receiver, secret, sound } from './receivers.ts';

describe('a 429 in a run', () => {
  test('makes it wait once', async () => {
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

  test('does not make it wait twice', async () => {
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

test('a batch is sent in parts only if it fails', async () => {
  const { url, requests } = await receiver(answering(500, (text) => text.includes('image/gif')));
  await runChecks({ url, secret, only: ['deliver/audio', 'deliver/image'] });
  const audio = requests.filter((request) => messagesOf(request).some(({ type }) => type === 'audio'));
  expect(audio.map((request) => messagesOf(request).length)).toEqual([8]);
  const images = requests.filter((request) => messagesOf(request).some(({ type }) => type === 'image'));
  expect(images.map((request) => messagesOf(request).length)).toEqual([3, 3, 1, 1, 1, 1]);
});

import { expect, test } from 'vitest';
import { attempt } from '../../src/delivery/attempt.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { judgedReceivers } from '../delivery/gallery-outcomes.ts';
import { rawTarget } from '../helpers/target.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}', secret: 's3cret' });

/** Twenty rounds at once with every bad receiver; gives the verdicts that were others than ours. */
async function rounds(times: number): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, speak, reason } of judgedReceivers) {
    const { url } = await rawTarget(speak);
    const deliveries = await Promise.all(
      Array.from({ length: times }, () => attempt(payload, { url, timeoutMs: 1500 })),
    );
    if (deliveries.some(({ verdict }) => verdict.reason !== reason)) wrong.push(name);
  }
  return wrong;
}

test('a thousand deliveries to bad receivers cost no memory that stays', async () => {
  expect(await rounds(2)).toEqual([]);
  globalThis.gc?.();
  const before = process.memoryUsage();
  expect(await rounds(20)).toEqual([]);
  globalThis.gc?.();
  const after = process.memoryUsage();
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  // Loosely: without --expose-gc some of it only waits to be collected. 10 GB it is not.
  expect(megabytes(after.heapUsed - before.heapUsed)).toBeLessThan(200);
  expect(megabytes(after.external - before.external)).toBeLessThan(200);
});

import { expect, test } from 'vitest';
import { attempt, type Delivery } from '../../src/delivery/attempt.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { target } from '../helpers/target.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}' });

/** Twenty deliveries at once to a receiver that answers so long after the request has come. */
async function twenty(delayMs: number): Promise<Delivery[]> {
  const { url } = await target((_, res) => setTimeout(() => res.end(), delayMs));
  return Promise.all(Array.from({ length: 20 }, () => attempt(payload, { url })));
}

test('19.9 s is delivered, 20.1 s is not, twenty times each', async () => {
  const [inTime, late] = await Promise.all([twenty(19_900), twenty(20_100)]);
  for (const { verdict } of inTime)
    expect(verdict).toMatchObject({ delivered: true, reason: null, warnings: ['slow'] });
  for (const { outcome, verdict } of late) {
    expect(verdict).toMatchObject({ delivered: false, reason: 'timeout' });
    expect(outcome.response).toBeNull();
    expect(outcome.timing.totalMs).toBeGreaterThanOrEqual(20_000);
  }
});

import { expect, test } from 'vitest';
import { attempt, type Delivery } from '../../src/delivery/attempt.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { loadDifferences } from '../../src/load/differences.ts';
import { runLoad } from '../../src/load/run.ts';
import { rawTarget } from '../helpers/target.ts';
import { gallery, type BadReceiver } from './gallery.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}', secret: 's3cret' });
async function loadOne(url: string, timeoutMs: number): Promise<Delivery> {
  const deliveries: Delivery[] = [];
  const onDelivery = (delivery: Delivery): void => void deliveries.push(delivery);
  await runLoad({ url, payloads: [payload], concurrency: 1, total: 1, timeoutMs, onDelivery });
  expect(deliveries).toHaveLength(1);
  return deliveries[0]!;
}

/** What may not depend on the transport. */
function conclusion({ verdict, outcome: { response, failure, connected } }: Delivery): object {
  const { delivered, passed, reason, rule, warnings } = verdict;
  const answer = response && {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    bodyCut: response.bodyCut,
    body: response.bodyCut === 'too_large' ? null : Buffer.from(response.body).toString(),
  };
  return { delivered, passed, reason, rule, warnings, connected, failure: failure?.code ?? null, answer };
}

/** Both transports at one bad receiver. */
async function deliverBoth({ speak }: BadReceiver, timeoutMs = 250): Promise<[Delivery, Delivery]> {
  const { url } = await rawTarget(speak);
  return Promise.all([attempt(payload, { url, timeoutMs }), loadOne(url, timeoutMs)]);
}

/** On a busy machine one of the two may run out of a time so short: then both get more. */
async function deliverPatiently(receiver: BadReceiver): Promise<[Delivery, Delivery]> {
  const both = await deliverBoth(receiver);
  const late = both.filter(({ verdict }) => verdict.reason === 'timeout').length;
  return late === 1 ? deliverBoth(receiver, 5000) : both;
}

test.each(gallery.filter(({ difference }) => !difference))('$name: the same from both', async (receiver) => {
  const [single, load] = await deliverPatiently(receiver);
  expect(conclusion(load)).toEqual(conclusion(single));
});

test.each(gallery.filter(({ difference }) => difference))('$name: different, as said', async (receiver) => {
  const [single, load] = await deliverBoth(receiver);
  expect(conclusion(load)).not.toEqual(conclusion(single));
  // None of them can make a receiver look better than it is.
  expect(load.verdict.delivered && !single.verdict.delivered).toBe(false);
});

test('every difference has its receiver', () => {
  const shown = new Set<unknown>(gallery.map(({ difference }) => difference));
  expect(Object.keys(loadDifferences).filter((name) => !shown.has(name))).toEqual([]);
});

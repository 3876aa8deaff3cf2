import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Delivery } from '../../src/delivery/attempt.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { runLoad, type LoadOptions, type LoadResult } from '../../src/load/run.ts';
import { cert, key } from '../checks/self-signed.ts';
import { rawTarget, target } from '../helpers/target.ts';

const payloads = [createPayload({ name: 'text', body: '{"text":"ё"}' })];

function load(url: string, options: Partial<LoadOptions> = {}): Promise<LoadResult> {
  return runLoad({ url, payloads, concurrency: 2, total: 20, ...options });
}

async function tlsTarget(): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer({ cert, key }, async (req, res) => {
    bodies.push(Buffer.concat(await req.toArray()).toString());
    res.end('я'.repeat(30_000));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}

describe('over TLS', () => {
  test('a certificate that nobody vouches for is an outcome', async () => {
    const { url } = await tlsTarget();
    expect(await load(url)).toMatchObject({ sent: 20, delivered: 0, reasons: { tls: 20 } });
  });

  test.each([
    ['taken as it is', { insecure: true }],
    ['vouched for', { ca: cert }],
  ])('a certificate %s', async (_, trust) => {
    const { url, bodies } = await tlsTarget();
    expect(await load(url, trust)).toMatchObject({ sent: 20, delivered: 20, warnings: {} });
    expect(new Set(bodies)).toEqual(new Set(['{"text":"ё"}']));
  });
});

test.each([0, 1, 2000, 8192, 20_000, 300_000])('a body of %i letters arrives as it left', async (letters) => {
  const { url, seen } = await target();
  const body = 'ё'.repeat(letters);
  await load(url, { payloads: [createPayload({ name: 'long', body })] });
  expect(seen).toHaveLength(20);
  expect(seen.every((request) => request.body === body)).toBe(true);
});

test('an answer in many pieces is kept as it came', async () => {
  const body = Array.from({ length: 6000 }, (_, index) => `line ${index}`).join('\n');
  const { url } = await target((_, res) => {
    res.writeHead(200, { 'X-Long': 'ab'.repeat(4000) });
    for (let at = 0; at < body.length; at += 1000) res.write(body.slice(at, at + 1000));
    res.end();
  });
  const deliveries: Delivery[] = [];
  await load(url, { onDelivery: (delivery) => void deliveries.push(delivery) });
  const responses = deliveries.map(({ outcome }) => outcome.response!);
  expect(responses).toHaveLength(20);
  expect(responses.every((response) => Buffer.from(response.body).toString() === body.slice(0, 65_536))).toBe(true);
  const long = responses.map(({ headers }) => headers.find(([name]) => name === 'X-Long')?.[1]);
  expect(long).toEqual(Array.from({ length: 20 }, () => 'ab'.repeat(4000)));
});

test('a head that comes byte by byte is read as it came', async () => {
  const { url } = await rawTarget((socket) => {
    const answer = 'HTTP/1.1 200 OK\r\nX-Name: value\r\nContent-Length: 2\r\n\r\nok';
    socket.setNoDelay();
    const timer = setInterval(() => {
      sent += 1;
      socket.write(answer.slice(sent - 1, sent));
      if (sent === answer.length) clearInterval(timer);
    }, 1);
    let sent = 0;
  });
  const deliveries: Delivery[] = [];
  await load(url, { total: 1, onDelivery: (delivery) => void deliveries.push(delivery) });
  expect(deliveries[0]!.outcome.response).toMatchObject({
    status: 200,
    headers: [['X-Name', 'value'], expect.anything()],
  });
  expect(Buffer.from(deliveries[0]!.outcome.response!.body).toString()).toBe('ok');
});

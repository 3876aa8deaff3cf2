import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkWebhook, createPayload, deliver, deliverBody } from '../../src/index.ts';
import { target } from '../helpers/target.ts';
import { openReceiver, openSuvvy, testRequest, write } from './open-receiver.ts';

const secret = 'xK9-the-secret';
const base64 = Buffer.from(secret).toString('base64');
const decimal = [...Buffer.from(secret)].join(',');

/** All that a test runner, a log or a snapshot would make of a value. */
function printed(value: unknown): string[] {
  const deep = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity };
  return [inspect(value), inspect(value, deep), inspect([{ value }], deep), JSON.stringify(value)];
}

/** What is printed of these values with the secret in it, however it is spelled. */
function leaks(...values: unknown[]): string[] {
  return values
    .flatMap(printed)
    .filter(
      (text) => [secret, base64].some((word) => text.includes(word)) || text.replaceAll(/\s/g, '').includes(decimal),
    );
}

describe('nothing that the library gives back is printed with a secret in it', () => {
  test('a delivery and its parts, to a receiver that echoes all it gets', async () => {
    const { url } = await target((req, res, body) => {
      res.writeHead(200, { 'x-echo': req.headers.authorization }).end(`${req.headers.authorization} ${body}`);
    });
    const delivery = await deliverBody(
      { event_type: 'test_request', said: secret },
      { url: `${url}?key=${secret}`, secret },
    );
    expect(leaks(delivery, delivery.payload, delivery.outcome, { ...delivery })).toEqual([]);
    // Its members are what they are.
    expect(delivery.payload.headers).toContainEqual(['Authorization', `Bearer ${secret}`]);
    expect(Buffer.from(delivery.outcome.response!.body).toString()).toContain(secret);
    expect(inspect(delivery)).toContain('Bearer ***');
  });

  test('a delivery whose Authorization is a header of its own', async () => {
    const { url } = await target();
    const delivery = await deliverBody(testRequest, { url, headers: [['authorization', `Token ${secret}`]] });
    expect(leaks(delivery, delivery.payload)).toEqual([]);
  });

  test('a payload, and its outcome', async () => {
    const { url } = await target((req, res) => void res.end(req.headers.authorization));
    const payload = createPayload({ name: 'mine', body: `{"a":"${secret}"}`, secret });
    expect(leaks(payload, await deliver(payload, { url }))).toEqual([]);
  });

  test('an arrival, what was received, and the list of arrivals', async () => {
    const receiver = await openReceiver({ secret });
    await deliverBody({ event_type: 'test_request', said: secret }, { url: receiver.url, secret });
    await deliverBody(testRequest, { url: receiver.url, secret: `${secret}-of-yesterday` });
    const arrival = await receiver.waitFor('test_request');
    expect(leaks(arrival, arrival.received, receiver.arrivals, receiver)).toEqual([]);
    expect(arrival.received.rawHeaders).toContainEqual(['Authorization', `Bearer ${secret}`]);
    expect(JSON.parse(JSON.stringify(arrival))).toMatchObject({
      status: 200,
      received: { method: 'POST', auth: 'ok' },
    });
  });

  test('Suvvy itself, a message of a customer, what the bot said, and what was found', async () => {
    const token = secret;
    const { url: webhook } = await target((req, res) => void res.writeHead(500).end(req.headers.authorization));
    const suvvy = await openSuvvy({ webhook: `${webhook}?key=${secret}`, secret, token });
    await write(suvvy, { text: secret, client_name: `Bearer ${secret}` });
    await write(suvvy, { text: secret, client_name: base64 });
    const message = await suvvy.waitForCustomer();
    expect(message.text).toBe(secret);
    expect(suvvy.token).toBe(secret);
    const delivery = await suvvy.say('42', secret);
    await write(suvvy, { text: secret });
    expect(suvvy.findings.map(({ id }) => id)).toEqual(['reply/undelivered', 'loop/self-talk']);
    const error = await suvvy.waitForCustomer({ text: secret, type: 'image' }, { timeoutMs: 1 }).catch((why) => why);
    expect(leaks(suvvy, { ...suvvy }, message, delivery, suvvy.findings, suvvy.findings[0], error)).toEqual([]);
    expect(JSON.parse(JSON.stringify(message))).toMatchObject({ text: '***', chatId: '42', status: 200 });
  });

  test('a report of a receiver that echoes all it gets', async () => {
    const { url } = await target(
      (req, res, body) => void res.writeHead(500).end(`${req.headers.authorization} ${body}`),
    );
    expect(leaks(await checkWebhook(`${url}?key=${secret}`, { secret, profile: 'smoke' }))).toEqual([]);
  });
});

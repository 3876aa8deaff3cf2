import { describe, expect, test } from 'vitest';
import {
  checkWebhook,
  createPayload,
  deliver,
  deliverBody,
  deliverFixture,
  HookError,
  startReceiver,
  startSuvvy,
} from '../../src/index.ts';
import { target } from '../helpers/target.ts';
import { openReceiver, openSuvvy, testRequest } from './open-receiver.ts';

describe('the URL of a delivery', () => {
  test('means http on this machine where it is short, as on the command line', async () => {
    const { port, seen } = await target();
    for (const url of [`localhost:${port}/x`, `:${port}/x`, new URL(`http://localhost:${port}/x`)])
      await deliverBody(testRequest, { url });
    await deliver(createPayload({ name: 'mine', body: '{}' }), { url: `:${port}/x` });
    await checkWebhook(`localhost:${port}/x`, { only: ['deliver/text-ai'] });
    expect(new Set(seen.map(({ url }) => url))).toEqual(new Set(['/x']));
  });
});

const url = 'http://127.0.0.1:9/';
const handler = (): never => expect.fail('nothing may be sent');

describe('an option that cannot be meant is refused with the choices', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['a URL of another kind', () => deliverBody({}, { url: 'ftp://a/b' }), '"ftp://a/b" is not an http(s) URL'],
    ['a bare name', () => checkWebhook('shop.example/x'), 'did you mean http://shop.example/x?'],
    [
      'a password in the URL',
      () => deliverBody({}, { url: 'http://me:pass@a/' }),
      'the URL for a has a user name or password in it',
    ],
    [
      'a blank in a secret',
      () => deliverFixture('text', { url, secret: 's3cret\n' }),
      'the secret cannot be sent: it contains a line break',
    ],
    [
      'a blank in the secret of a receiver',
      () => startReceiver({ secret: ' s3cret' }),
      'the secret cannot be sent: it begins or ends with a space',
    ],
    ['a blank in the secret of a check', () => checkWebhook(handler, { secret: 's ' }), 'the secret cannot be sent'],
    [
      'an unknown status',
      () => deliverBody({}, { url, expectStatus: 'OK' }),
      'expectStatus is a status such as "204", or a class such as "2xx": not "OK"',
    ],
    [
      'a profile',
      () => checkWebhook(handler, { profile: 'smok' as 'smoke' }),
      'profile is one of smoke, default, full: not "smok" (did you mean "smoke"?)',
    ],
    [
      'a gate',
      () => checkWebhook(handler, { gate: 'hard' as 'strict' }),
      'gate is one of lenient, default, strict: not "hard"',
    ],
    [
      'a level',
      () => checkWebhook(handler, { levels: { 'event/unknown': 'Must' as 'MUST' } }),
      'the level of event/unknown is one of MUST, SHOULD, MAY, OBS: not "Must"',
    ],
    [
      'a case in levels',
      () => checkWebhook(handler, { levels: { 'event/unknwon': 'MAY' } }),
      'there is no case "event/unknwon" (did you mean "event/unknown"?',
    ],
    ['a case in accept', () => checkWebhook(handler, { accept: { nope: ['4xx'] } }), 'there is no case "nope"'],
    [
      'a status in accept',
      () => checkWebhook(handler, { accept: { 'event/unknown': ['four'] } }),
      'what event/unknown accepts is a status such as "204"',
    ],
    [
      'a case in waivers',
      () => checkWebhook(handler, { waivers: [{ case: 'auth/wrnog', reason: 'x' }] }),
      'did you mean "auth/wrong"?',
    ],
    ['a case in only', () => checkWebhook(handler, { only: ['nope'] }), 'there is no case "nope"'],
    [
      'a time as text',
      () => deliverBody({}, { url, timeoutMs: '5s' as unknown as number }),
      'timeoutMs is a number of milliseconds, 0 or more: not "5s"',
    ],
    ['a fixture', () => deliverFixture('txet', { url }), 'there is no fixture "txet" (did you mean "text"?'],
    [
      'two ways to answer',
      () => startReceiver({ respond: '200', answer: (_, proposed) => proposed }),
      'respond and answer',
    ],
    ['a script', () => startReceiver({ respond: '99' }), 'a step begins with a status from 200 to 599, hang or reset'],
    [
      'a bare name as the webhook',
      () => startSuvvy({ webhook: 'shop.example/x' }),
      'did you mean http://shop.example/x?',
    ],
    [
      'a blank in a token',
      () => startSuvvy({ webhook: url, token: 'a b ' }),
      'the token cannot be sent: it begins or ends with a space',
    ],
    [
      'an empty token',
      () => startSuvvy({ webhook: url, token: '' }),
      'the token is empty: leave it out for a random one',
    ],
    [
      'a bot of another kind',
      () => startSuvvy({ webhook: url, reply: 'ehco' as 'echo' }),
      'reply is one of silent, echo: not "ehco" (did you mean "echo"?)',
    ],
    ['a port that is taken', () => startSuvvyTwice(), 'the port is taken'],
    [
      'a text of a match that is a number',
      async () => (await openSuvvy({ webhook: url })).waitForCustomer({ text: 42 as never }),
      'text is a string, an expression, {match: EXPRESSION} or {contains: TEXT}',
    ],
    [
      'an expression that is none',
      async () => (await openSuvvy({ webhook: url })).waitForCustomer({ text: { match: '(' } }),
      'text is no regular expression',
    ],
    [
      'a type of message',
      async () => (await openSuvvy({ webhook: url })).waitForCustomer({ type: 'imgae' as 'image' }),
      'type is one of text, image, audio: not "imgae" (did you mean "image"?)',
    ],
    [
      'what is not expected',
      async () => (await openSuvvy({ webhook: url })).expectNothing('costumer' as 'customer', { forMs: 1 }),
      'what is not expected is one of customer: not "costumer" (did you mean "customer"?)',
    ],
    [
      'a chat that is a number',
      async () => (await openSuvvy({ webhook: url })).say(42 as never, 'Hi'),
      'chatId is a string that is not empty: not 42',
    ],
    [
      'a part with a key of its own',
      async () => (await openSuvvy({ webhook: url })).say('42', [{ imgae: 'photo.jpg' } as never]),
      'the key of a part is one of text, image, audio, document: not "imgae" (did you mean "image"?)',
    ],
    [
      'a part with two keys',
      async () => (await openSuvvy({ webhook: url })).say('42', { text: 'Hi', image: 'photo.jpg' }),
      'a part is one of {text: TEXT}, {image: FILE}, {audio: FILE} or {document: FILE}, and has one key',
    ],
    [
      'a script of respondWith',
      async () => (await openReceiver()).respondWith('5033'),
      'a step begins with a status from 200 to 599, hang or reset',
    ],
    [
      'a secret of a payload',
      async () => createPayload({ name: 'mine', body: '', secret: 'ü' }),
      'the secret cannot be sent',
    ],
    [
      'a script with a body of its own',
      async () => (await openSuvvy({ webhook: url })).answerWith('402:body.json'),
      'the API answers with bodies of its own: leave the file out',
    ],
    [
      'a Blob',
      () => deliverBody(new Blob(['{}']), { url }),
      'a Blob cannot be sent as it is: give its bytes, await blob.arrayBuffer()',
    ],
    ['a function as a body', () => deliverBody(() => {}, { url }), 'a function cannot be sent: it has no JSON'],
  ])('%s', async (_, run, words) => {
    const error = (await run().catch((thrown: unknown) => thrown)) as HookError;
    expect(error).toBeInstanceOf(HookError);
    expect(error.message).toContain(words);
    expect(error.stack?.split('\n').find((line) => /^ +at /.test(line))).toContain('options.test.ts');
  });
});

async function startSuvvyTwice(): Promise<unknown> {
  const { port } = await openSuvvy({ webhook: url });
  return startSuvvy({ webhook: handler, port });
}

test.each<[string, unknown]>([
  ['a Buffer', Buffer.from('{"a":1}')],
  ['a part of a Uint8Array', new TextEncoder().encode('xx{"a":1}xx').subarray(2, 9)],
  ['a DataView', new DataView(new TextEncoder().encode('{"a":1}').buffer)],
  ['an ArrayBuffer', new TextEncoder().encode('{"a":1}').buffer],
  ['an object', { a: 1 }],
])('%s goes out as its bytes', async (_, body) => {
  const { url: here, seen } = await target();
  await deliverBody(body, { url: here });
  expect(seen[0]!.body).toBe('{"a":1}');
});

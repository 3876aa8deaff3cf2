import { describe, expect, test } from 'vitest';
import { createAnswerSwitch } from '../../src/inspector/answer-switch.ts';
import { jsonAnswer } from '../../src/receiver/answer.ts';
import { target } from '../helpers/target.ts';
import { arrived, openInspector, text } from './open-inspector.ts';

describe('the control API of the inspector', () => {
  test('an event is the object of listen --json with its place, its chat and the size of its body', async () => {
    const { feed, get } = await openInspector();
    const item = arrived(text('hello'));
    feed.add(item);
    const { events, firstSeq } = await get('/v1/events');
    expect(firstSeq).toBe(1);
    expect(events).toEqual([
      {
        type: 'event',
        v: 1,
        seq: 1,
        id: item.id,
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        method: 'POST',
        path: '/hook',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(text('hello')),
        bodyBytes: JSON.stringify(text('hello')).length,
        auth: 'unchecked',
        eventType: 'new_messages',
        chatId: '42',
        issues: [],
        unknownFields: [],
        answer: { status: 200 },
      },
    ]);
  });

  test('a large body is not in the frame of its event, and is given byte for byte to who asks', async () => {
    const { feed, get, call } = await openInspector();
    const body = JSON.stringify(text('я'.repeat(20_000)));
    const item = arrived(body);
    feed.add(item);
    const [event] = (await get('/v1/events')).events;
    expect(event).not.toHaveProperty('body');
    expect(event).toMatchObject({ bodyBytes: Buffer.byteLength(body), chatId: '42' });
    const res = await call(`/v1/events/${item.id}/body`);
    expect(res.headers.get('content-disposition')).toContain('attachment');
    expect(Buffer.from(await res.arrayBuffer()).equals(Buffer.from(body))).toBe(true);
  });

  test('bytes that are no text come back as they came', async () => {
    const { feed, get, call } = await openInspector();
    const body = Buffer.from([0xff, 0x00, 0x80, 0x0a]);
    const item = arrived(body, { answered: { status: 400 } });
    feed.add(item);
    expect((await get('/v1/events')).events[0].bodyBase64).toBe(body.toString('base64'));
    expect(Buffer.from(await (await call(`/v1/events/${item.id}/body`)).arrayBuffer()).equals(body)).toBe(true);
  });

  test('the details of an event have its headers in order, with repeated ones apart', async () => {
    const { feed, get } = await openInspector();
    const rawHeaders = [
      ['X-B', '1'],
      ['1', 'a number would come first in an object'],
      ['x-b', '2'],
      ['Authorization', 'Bearer s3cret-of-mine'],
    ] as const;
    const item = arrived(text('hello'), { rawHeaders });
    feed.add(item);
    const { rawHeaders: told } = await get(`/v1/events/${item.id}`);
    expect(told.slice(0, 3)).toEqual(rawHeaders.slice(0, 3));
    expect(told[3][1]).toMatch(/^Bearer \*\*\* \(sha256:[0-9a-f]{6}\)$/);
  });

  test('older events come page by page', async () => {
    const { feed, get } = await openInspector();
    for (let n = 1; n <= 5; n += 1) feed.add(arrived(text(String(n))));
    const seqs = async (query: string): Promise<number[]> =>
      (await get(`/v1/events${query}`)).events.map(({ seq }: { seq: number }) => seq);
    expect(await seqs('?limit=2')).toEqual([4, 5]);
    expect(await seqs('?limit=2&before=4')).toEqual([2, 3]);
    expect(await seqs('?before=2')).toEqual([1]);
    expect(await seqs('?before=nonsense&limit=-1')).toEqual([1, 2, 3, 4, 5]);
  });

  test('a search finds what a person reads: any case, escapes of JSON, and ids', async () => {
    const { feed, get } = await openInspector();
    const escaped = arrived('{"event_type":"new_messages","a":"\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442"}');
    const plain = arrived(text('Blue MUG'));
    for (const item of [escaped, plain]) feed.add(item);
    const ids = async (words: string): Promise<string[]> =>
      (await get(`/v1/search?q=${encodeURIComponent(words)}`)).matches.map(({ id }: { id: string }) => id);
    expect(await ids('привет')).toEqual([escaped.id]);
    expect(await ids('mug')).toEqual([plain.id]);
    expect(await ids('new_messages')).toEqual([plain.id, escaped.id]);
    expect(await ids(plain.id)).toEqual([plain.id]);
    expect(await ids('nothing of it')).toEqual([]);
  });

  test('what is cleared is gone, and the next event goes on counting its place', async () => {
    const { feed, call, get } = await openInspector();
    feed.add(arrived(text('one')));
    expect((await call('/v1/events', { method: 'DELETE' })).status).toBe(200);
    expect(await get('/v1/state')).toMatchObject({ events: 0, firstSeq: 2, lastSeq: 1 });
    feed.add(arrived(text('two')));
    expect((await get('/v1/events')).events).toMatchObject([{ seq: 2 }]);
  });

  test.each([
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/events/none', 404],
    ['GET', '/v1/events/none/body', 404],
    ['GET', '/v1/events/%2e%2e', 404],
    ['GET', '/v1/media/none/0', 404],
    ['GET', '/v1/search', 400],
    ['PUT', '/v1/events', 405],
    ['POST', '/v1/stream', 405],
    ['GET', '/v1/replay', 405],
    ['POST', '/app.js', 405],
  ])('%s %s is answered %i', async (method, path, status) => {
    const { call } = await openInspector();
    const res = await call(path, { method });
    expect(res.status).toBe(status);
    expect(res.headers.has('allow')).toBe(status === 405);
  });

  test('a POST that a form could make, or that is no JSON object, is refused', async () => {
    const { call } = await openInspector();
    const post = async (body: string, type: string): Promise<number> =>
      (await call('/v1/replay', { method: 'POST', body, headers: { 'Content-Type': type } })).status;
    expect(await post('{"body":"x"}', 'text/plain')).toBe(400);
    expect(await post('{"body":"x"}', 'application/x-www-form-urlencoded')).toBe(400);
    for (const body of ['', '[]', 'null', '{', '"x"']) expect(await post(body, 'application/json')).toBe(400);
  });

  test('a recording answers nothing and clears nothing, and a receiver has no bot to speak for', async () => {
    const { post } = await openInspector({ source: 'journal' });
    expect(await post('/v1/answers', { script: '503' })).toMatchObject({ status: 409 });
    expect(await post('/v1/say', { text: 'hello' })).toMatchObject({ status: 409 });
  });
});

describe('scripted answers from the inspector', () => {
  test('the next answers follow the script that was set, and then what the command line said again', async () => {
    const base = jsonAnswer(201, { own: true });
    const answers = createAnswerSwitch(() => base);
    const { post, get } = await openInspector({ answers });
    const proposed = jsonAnswer(200, { ok: true });
    const status = async (): Promise<unknown> => {
      const reaction = await answers.current()!(null as any, proposed, new AbortController().signal);
      return 'action' in reaction ? reaction.action : reaction.status;
    };
    expect(await status()).toBe(201);
    expect(await post('/v1/answers', { script: '503x2, 200' })).toEqual({ status: 200, json: { script: '503x2,200' } });
    expect((await get('/v1/state')).answers).toEqual({ script: '503x2,200' });
    expect([await status(), await status(), await status(), await status()]).toEqual([503, 503, 200, 200]);
    await post('/v1/answers', { script: 'hang' });
    expect(await status()).toBe('hang');
    await post('/v1/answers', { script: null });
    expect(await status()).toBe(201);
  });

  test('a script that cannot be read says where, and one that would read a file of this machine is refused', async () => {
    const answers = createAnswerSwitch(undefined);
    const { post } = await openInspector({ answers });
    expect(await post('/v1/answers', { script: '200,nonsense' })).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('column 5') },
    });
    expect(await post('/v1/answers', { script: '200:/etc/passwd' })).toMatchObject({ status: 400 });
    expect(await post('/v1/answers', { script: 7 })).toMatchObject({ status: 400 });
    expect(answers.script()).toBeNull();
  });
});

describe('a replay from the inspector', () => {
  test('an event goes out byte for byte, with the Content-Type that it came with, and comes back as a delivery', async () => {
    const { url, seen } = await target();
    const { feed, post } = await openInspector({ targets: [url] });
    const body = '{"event_type":"test_request","n":12345678901234567890}';
    const item = arrived(body, { rawHeaders: [['content-type', 'application/json; charset=utf-8']] });
    feed.add(item);
    const { status, json } = await post('/v1/replay', { id: item.id });
    expect(status).toBe(200);
    expect(json).toMatchObject({ type: 'delivery', delivered: true, status: 200, url, secretSent: false });
    expect(seen[0]).toMatchObject({ body, headers: { 'content-type': 'application/json; charset=utf-8' } });
  });

  test('a body that was edited, and values that were set, go out instead', async () => {
    const { url, seen } = await target();
    const { feed, post } = await openInspector({ targets: [url] });
    const item = arrived(text('hello'));
    feed.add(item);
    await post('/v1/replay', { id: item.id, set: ['new_messages[0].text=bye'] });
    expect(JSON.parse(seen[0]!.body).new_messages[0].text).toBe('bye');
    await post('/v1/replay', { id: item.id, body: 'no JSON at all' });
    expect(seen[1]!.body).toBe('no JSON at all');
    expect(await post('/v1/replay', { id: item.id, set: ['nowhere.to=go'] })).toMatchObject({ status: 400 });
    expect(await post('/v1/replay', { id: item.id, set: 'a=b' })).toMatchObject({ status: 400 });
    expect(seen).toHaveLength(2);
  });

  test('what the target does is a verdict, not an error', async () => {
    const { url } = await target((_, res) => res.writeHead(302, { Location: '/' }).end());
    const { post } = await openInspector({ targets: [url] });
    const { status, json } = await post('/v1/replay', { body: '{}' });
    expect({ status, reason: json.reason }).toEqual({ status: 200, reason: 'redirect' });
  });

  test.each([
    ['ftp://127.0.0.1/', 400],
    ['nonsense', 400],
    ['http://user:pass@127.0.0.1/', 400],
    ['https://shop.example/webhook', 403],
    ['http://93.184.216.34/', 403],
  ])('%s is refused with %i before anything is sent', async (url, status) => {
    const { post } = await openInspector({ targets: ['http://127.0.0.1:1/'] });
    expect((await post('/v1/replay', { url, body: '{}' })).status).toBe(status);
  });

  test('without a URL on the command line there has to be one in the request', async () => {
    const { post } = await openInspector();
    expect(await post('/v1/replay', { body: '{}' })).toMatchObject({ status: 400 });
  });
});

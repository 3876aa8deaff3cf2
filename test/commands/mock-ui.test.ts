import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { bundledFolder } from '../../src/fixtures/list.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { target } from '../helpers/target.ts';
import { posted } from '../platform/customer-message.ts';

const token = 'the-t0ken-of-the-api';
const secret = 'the-s3cret-of-the-webhook';

/** `mock --ui` against a webhook that answers 200, until the test ends. */
async function mock(...flags: string[]) {
  const { url, seen } = await target();
  const host = fakeHost();
  const args = ['mock', '--url', url, '--port', '0', '--ui=0', '--json', '--token', token, '--secret', secret];
  const ended = main([...args, ...flags], host);
  onTestFinished(async () => {
    host.interrupt();
    await ended;
  });
  const { endpoint, ui } = ndjson(await host.untilOut(/\n/))[0] as { endpoint: string; ui: string };
  const { origin, hash } = new URL(ui);
  const headers = { Authorization: `Bearer ${hash.slice('#token='.length)}`, 'Content-Type': 'application/json' };
  const call = (path: string, body?: object): Promise<Response> =>
    fetch(origin + path, { headers, ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}) });
  return {
    host,
    seen,
    call,
    get: async (path: string): Promise<any> => (await call(path)).json(),
    post: async (message: Record<string, unknown>): Promise<number> => {
      const init = { method: 'POST', headers: { ...headers, Authorization: `Bearer ${token}` } };
      return (await fetch(endpoint, { ...init, body: JSON.stringify(posted(message)) })).status;
    },
  };
}

describe('mock --ui', () => {
  test('the control API has both directions in order, a finding after what it is about, and no secret in any of it', async () => {
    const { host, get, post } = await mock('--reply', 'silent');
    await post({ message_id: '1', text: `my secret is ${secret} and ${token}` });
    await post({ message_id: '1', text: 'again' });
    await host.untilOut(/"finding"/);
    const { events } = await get('/v1/events');
    expect(events.map(({ type }: { type: string }) => type)).toEqual(['customer', 'customer', 'finding']);
    expect(events[1]).toMatchObject({ sender: 'customer', text: 'again', chatId: '42', answer: { status: 200 } });
    expect(events[2]).toMatchObject({ id: 'message/repeated-id', level: 'warning' });
    expect(JSON.stringify(events)).not.toMatch(/t0ken|s3cret/);
    expect(await get('/v1/state')).toMatchObject({ source: 'mock', say: true, events: 2, acknowledged: 2 });
  });

  test('POST /v1/say speaks as the bot or an employee, and what it says is delivered with the secret', async () => {
    const { call, seen, get } = await mock();
    const said = await call('/v1/say', { chatId: '42', text: 'One moment', sender: 'employee' });
    expect(await said.json()).toMatchObject({ type: 'delivery', chatId: '42', delivered: true });
    expect(seen[0]!.headers.authorization).toBe(`Bearer ${secret}`);
    expect(JSON.parse(seen[0]!.body).new_messages).toEqual([
      { type: 'text', message_sender: 'employee', text: 'One moment' },
    ]);
    expect((await get('/v1/events')).events).toMatchObject([
      { type: 'delivery', chatId: '42', answer: { status: 200, forwarded: { message: null } } },
    ]);
  });

  test.each([
    [{ text: 'to whom?' }, '"chatId"'],
    [{ chatId: '42' }, '"text"'],
    [{ chatId: '42', text: '' }, '"text"'],
    [{ chatId: '42', text: 'Hi', sender: 'customer' }, '"sender"'],
  ])('POST /v1/say with %j is 400, and names what is wrong', async (message, word) => {
    const { call, seen } = await mock();
    const res = await call('/v1/say', message);
    expect({ status: res.status, says: await res.text() }).toEqual({
      status: 400,
      says: expect.stringContaining(word.replaceAll('"', '\\"')),
    });
    expect(seen).toEqual([]);
  });

  test('a script that is set from the page answers the next messages, and null goes back to the command line', async () => {
    const { call, post } = await mock('--respond', '424');
    expect(await post({ message_id: '1' })).toBe(424);
    await call('/v1/answers', { script: '402' });
    expect(await post({ message_id: '2' })).toBe(402);
    await call('/v1/answers', { script: null });
    expect(await post({ message_id: '3' })).toBe(424);
    expect((await call('/v1/answers', { script: '200:body.json' })).status).toBe(400);
  });

  test('an attachment is there at once, by the type of its bytes; a message is not sent to the webhook again', async () => {
    const { call, get, post, seen } = await mock('--reply', 'silent');
    const photo = readFileSync(join(bundledFolder, 'assets', 'photo.jpg'));
    const attachments = [{ file_name: 'mug.html', file_type: 'image', data: photo.toString('base64') }];
    await post({ text: null, attachments });
    const [{ id }] = (await get('/v1/events')).events;
    const media = await call(`/v1/media/${id}/0`);
    expect(media.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await media.arrayBuffer()).equals(photo)).toBe(true);
    expect((await call(`/v1/media/${id}/1`)).status).toBe(404);
    expect((await call('/v1/replay', { id })).status).toBe(409);
    expect(seen).toEqual([]);
  });

  test('--open without --ui is exit 2, before anything is bound', async () => {
    const { code, err } = await run(['mock', '--url', 'http://127.0.0.1:9/', '--open']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--open does nothing without --ui') });
  });
});

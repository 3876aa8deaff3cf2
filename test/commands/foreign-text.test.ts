import { describe, expect, test } from 'vitest';
import { ndjson, run } from '../helpers/fake-host.ts';
import { listening } from '../helpers/listening.ts';
import { rawTarget } from '../helpers/target.ts';

const secret = 's3cret-VALUE';
const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}`, Connection: 'close' };
const dangerous = '\u009b\u202e\u2028\u007f\u{e0041}';

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

const messages = (...items: unknown[]): object => ({ event_type: 'new_messages', new_messages: items });

describe('a receiver shows any event safely', () => {
  test('it shows and counts members that cannot be turned into text', async () => {
    const hostile = { toString: 1, valueOf: 2 };
    const { url, host, exited } = await listening(['--secret', secret, '--exit-after', '3']);
    await post(url, messages({ type: hostile }));
    await post(url, messages({ type: 'text', message_sender: hostile, text: 'x' }));
    await post(url, messages({ type: 'image', message_sender: 'ai', file: { name: hostile } }));
    expect(await exited).toBe(0);
    expect(host.out().match(/✔ 200 {2}new_messages/g)).toHaveLength(3);
  });

  test.each([[[]], [['--verbose']], [['--json']]])('it does not show the secret in a body (%j)', async (flags) => {
    const { url, host, end } = await listening(['--secret', secret, ...flags]);
    await post(url, { event_type: `x ${secret}`, [secret]: 1 });
    await post(url, { ...messages({ type: secret, message_sender: secret, [secret]: 1 }), chat_id: secret });
    await post(url, messages({ type: 'image', message_sender: 'ai', file: { name: secret, mime_type: secret } }));
    await post(url, messages({ type: `${'x'.repeat(34)}${secret}` }));
    await end();
    expect(host.out()).not.toContain('s3cret');
  });

  test('a line that the total wraps does not begin at column 0', async () => {
    const { url, host, end } = await listening(['--secret', secret]);
    await post(url, { event_type: `${'w '.repeat(24)}FORGED` });
    await post(url, { event_type: `${'v '.repeat(24)}FORGED` });
    await end();
    expect(host.out()).not.toMatch(/^(FORGED|[vw] )/m);
  });

  test('NDJSON escapes dangerous text, and parses to the same value', async () => {
    const { url, host, end } = await listening(['--json', '--secret', secret]);
    await post(url, { event_type: dangerous });
    await end();
    expect(host.out()).not.toMatch(/[\u007f-\u009f\u202e\u2028\u{e0041}]/u);
    expect(ndjson(host.out())[1]!['eventType']).toBe(dangerous);
  });
});

describe('a sender shows any answer safely', () => {
  const answer = `HTTP/1.1 500 ${secret}\r\nX-${secret}: 1\r\nX-Echo: ${secret}\r\n\r\n${dangerous} ${secret}`;

  const views = [[[]], [['--verbose']], [['--json']], [['--dry-run']], [['--dry-run', '--json']]];
  test.each(views)('it shows neither the secret nor raw control characters (%j)', async (flags) => {
    const { url } = await rawTarget((socket) => socket.end(answer));
    const argv = ['send', 'fixture', 'text', '--secret', secret, '--url', `${url}?key=${secret}`, ...flags];
    const { out, err } = await run(argv);
    expect(out + err).not.toContain('s3cret');
    expect(out + err).not.toMatch(/[\u007f-\u009f\u202e\u2028\u{e0041}]/u);
  });

  test('it also finds a secret that JSON spells differently', async () => {
    const { url } = await rawTarget((socket) => socket.end('HTTP/1.1 500 x\r\n\r\n{"came":"se\\"cret"}'));
    const { out } = await run(['send', 'fixture', 'text', '--secret', 'se"cret', '--url', url]);
    expect(out).toContain('{"came":"***"}');
  });
});

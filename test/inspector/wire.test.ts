import { describe, expect, test } from 'vitest';
import { createAnswerSwitch } from '../../src/inspector/answer-switch.ts';
import { target } from '../helpers/target.ts';
import { arrived, framesOf, openInspector, text } from './open-inspector.ts';

const secret = 'sup3r-s3cret-of-the-run';

describe('the secret and the inspector (S5)', () => {
  test('no way out of the inspector has the secret in it, however the event carried it', async () => {
    const { url, seen } = await target((request, res) => res.end(`you sent ${request.headers['authorization']}`));
    const answers = createAnswerSwitch(undefined);
    const inspector = await openInspector({ secret, targets: [url], answers, journal: `${secret}.ndjson` });
    const body = { ...text(`the secret is ${secret}`), [secret]: Buffer.from(secret).toString('base64') };
    const item = arrived(body, {
      target: `/hook?key=${secret}`,
      rawHeaders: [
        ['Authorization', `Bearer ${secret}`],
        ['X-Copy', secret],
      ],
      answered: {
        status: 200,
        forwarded: { status: 500, ms: 1, reason: 'status', message: secret, bodyBroken: false },
      },
    });
    inspector.feed.add(item);
    const said: string[] = [];
    for (const path of ['/v1/state', '/v1/events', `/v1/events/${item.id}`, `/v1/events/${item.id}/body`])
      said.push(await (await inspector.call(path)).text());
    said.push(JSON.stringify(await inspector.post('/v1/replay', { id: item.id })));
    said.push(JSON.stringify(await inspector.post('/v1/replay', { id: secret })));
    said.push(JSON.stringify(await inspector.post('/v1/answers', { script: secret })));
    for await (const frame of framesOf(await inspector.call('/v1/stream?after=0'))) {
      said.push(JSON.stringify(frame));
      if (frame.type === 'event') break;
    }
    expect(seen[0]!.headers['authorization']).toBe(`Bearer ${secret}`);
    expect(
      said.filter((words) => words.includes(secret) || words.includes(Buffer.from(secret).toString('base64'))),
    ).toEqual([]);
    expect(said.filter((words) => words.includes('***')).length).toBeGreaterThan(4);
  });

  test('a search cannot spell the secret out', async () => {
    const { feed, get } = await openInspector({ secret });
    feed.add(arrived(text(`the secret is ${secret}`)));
    expect((await get('/v1/search?q=the+secret')).matches).toHaveLength(1);
    expect((await get(`/v1/search?q=${secret}`)).matches).toEqual([]);
    expect((await get(`/v1/search?q=sup3r`)).matches).toEqual([]);
  });

  test('a replay adds the secret for an origin that the command line named, and for no other', async () => {
    const [named, other] = [await target(), await target()];
    const { post } = await openInspector({ secret, targets: [named.url] });
    const elsewhere = new URL('/another/path', named.url).href;
    expect((await post('/v1/replay', { url: elsewhere, body: '{}' })).json.secretSent).toBe(true);
    expect((await post('/v1/replay', { url: other.url, body: '{}' })).json.secretSent).toBe(false);
    expect(named.seen[0]!.headers['authorization']).toBe(`Bearer ${secret}`);
    expect(other.seen[0]!.headers['authorization']).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import { arrived, framesOf, openInspector, text } from './open-inspector.ts';

/** The next frame of a type. */
async function next(frames: AsyncGenerator<any>, type: string): Promise<any> {
  for (;;) {
    const { done, value } = await frames.next();
    if (done) return null;
    if (value.type === type) return value;
  }
}

describe('the stream of the inspector', () => {
  test('a stream begins with the state, goes on with what came after a place, and then with what comes', async () => {
    const { feed, call } = await openInspector();
    for (const words of ['one', 'two']) feed.add(arrived(text(words)));
    const frames = framesOf(await call('/v1/stream?after=1'));
    expect((await frames.next()).value).toMatchObject({ type: 'state', source: 'listen', events: 2, lastSeq: 2 });
    expect((await frames.next()).value).toMatchObject({ type: 'event', seq: 2 });
    feed.add(arrived(text('three')));
    expect(await next(frames, 'counts')).toMatchObject({ events: 3 });
    expect(await next(frames, 'event')).toMatchObject({ seq: 3 });
    await frames.return(null);
  });

  test('of very many events at once the last fifty come, and how many were skipped', async () => {
    const { feed, call } = await openInspector();
    const frames = framesOf(await call('/v1/stream?after=0'));
    await next(frames, 'state');
    for (let n = 0; n < 2000; n += 1) feed.add(arrived(text(String(n))));
    expect(await next(frames, 'skipped')).toEqual({ type: 'skipped', events: 1950 });
    for (let seq = 1951; seq <= 2000; seq += 1) expect((await next(frames, 'event')).seq).toBe(seq);
    await frames.return(null);
  });

  test('a fifth page has its stream, and the oldest is told that it goes on elsewhere', async () => {
    const { feed, call } = await openInspector();
    const streams = [];
    for (let n = 0; n < 5; n += 1) {
      streams.push(framesOf(await call('/v1/stream')));
      await next(streams[n]!, 'state');
    }
    expect(await next(streams[0]!, 'closed')).toEqual({ type: 'closed', reason: 'elsewhere' });
    expect(await streams[0]!.next()).toMatchObject({ done: true });
    feed.add(arrived(text('hello')));
    for (const stream of streams.slice(1)) {
      expect(await next(stream, 'event')).toMatchObject({ seq: 1 });
      await stream.return(null);
    }
  });

  test('who reads nothing holds nothing up: what waits for them is read from the ring', async () => {
    const { feed, call, get } = await openInspector();
    await call('/v1/stream');
    for (let n = 0; n < 3000; n += 1) feed.add(arrived('x'.repeat(10_000)));
    expect(await get('/v1/state')).toMatchObject({ events: 3000, firstSeq: 2001 });
  });
});

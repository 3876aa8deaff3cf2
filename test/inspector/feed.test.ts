import { describe, expect, test } from 'vitest';
import { createFeed } from '../../src/inspector/feed.ts';
import { arrived, text } from './open-inspector.ts';

describe('the ring of the inspector', () => {
  test('the ring keeps the last items up to its number, and says where it begins', () => {
    const feed = createFeed({ items: 3, bytes: 1e6 });
    const items = ['a', 'b', 'c', 'd'].map((words) => arrived(text(words)));
    items.forEach(feed.add);
    expect([feed.firstSeq(), feed.lastSeq()]).toEqual([2, 4]);
    expect(feed.at(1)).toBeNull();
    expect(feed.at(5)).toBeNull();
    expect(feed.find(items[0]!.id)).toBeNull();
    expect(feed.find(items[3]!.id)).toEqual({ seq: 4, item: items[3] });
  });

  test('the ring keeps no more bytes than it may, but always the newest item', () => {
    const feed = createFeed({ items: 100, bytes: 10_000 });
    for (const size of [3000, 3000, 3000]) feed.add(arrived('x'.repeat(size)));
    expect(feed.firstSeq()).toBe(3);
    feed.add(arrived('x'.repeat(50_000)));
    expect([feed.firstSeq(), feed.lastSeq()]).toEqual([4, 4]);
    feed.add(arrived('x'));
    expect([feed.firstSeq(), feed.lastSeq()]).toEqual([5, 5]);
  });

  test('counts go on when items are dropped, and begin anew when all is cleared', () => {
    const feed = createFeed({ items: 2, bytes: 1e6 });
    feed.add(arrived(text('a')));
    feed.add(arrived({ event_type: 'new_messages' }));
    feed.add(arrived(text('b'), { answered: { status: 503 } }));
    expect(feed.counts()).toEqual({ events: 3, acknowledged: 2, broken: 1 });
    feed.clear();
    expect(feed.counts()).toEqual({ events: 0, acknowledged: 0, broken: 0 });
    expect([feed.firstSeq(), feed.lastSeq(), feed.at(3)]).toEqual([4, 3, null]);
    feed.add(arrived(text('c')));
    expect(feed.at(4)).not.toBeNull();
  });

  test('who watches is told of each item until they stop', () => {
    const feed = createFeed();
    let told = 0;
    const stop = feed.watch(() => (told += 1));
    feed.add(arrived(text('a')));
    feed.clear();
    stop();
    feed.add(arrived(text('b')));
    expect(told).toBe(2);
  });
});

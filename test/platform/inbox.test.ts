import { describe, expect, test } from 'vitest';
import { createInbox } from '../../src/platform/inbox.ts';
import { createOutbox } from '../../src/platform/outbox.ts';

const any = (): boolean => true;

describe('an inbox', () => {
  test('gives each thing out once, the oldest first', async () => {
    const inbox = createInbox<string>();
    for (const item of ['a', 'b', 'a']) inbox.add(item);
    const taken = [await inbox.take((item) => item === 'a', { timeoutMs: 0 }), await inbox.take(any, { timeoutMs: 0 })];
    expect(taken).toEqual(['a', 'b']);
    expect(inbox.left()).toEqual(['a']);
  });

  test('gives what comes later to who waits longest', async () => {
    const inbox = createInbox<string>();
    const waiting = [inbox.take(any, { timeoutMs: 5000 }), inbox.take(any, { timeoutMs: 5000 })];
    inbox.add('first');
    inbox.add('second');
    expect(await Promise.all(waiting)).toEqual(['first', 'second']);
    expect(inbox.left()).toEqual([]);
  });

  test('gives nothing when the time is up, or when nobody wants to wait any more', async () => {
    const inbox = createInbox<string>();
    expect(await inbox.take(any, { timeoutMs: 1 })).toBeNull();
    expect(await inbox.take(any, { timeoutMs: 5000, signal: AbortSignal.abort() })).toBeNull();
  });

  test('keeps no more than it should', () => {
    const inbox = createInbox<number>(2);
    for (const item of [1, 2, 3]) inbox.add(item);
    expect(inbox.left()).toEqual([2, 3]);
  });
});

describe('an outbox', () => {
  test('goes on with a chat whose job failed', async () => {
    const outbox = createOutbox(() => {});
    const failing = outbox.add('a', async () => Promise.reject(new Error('no')));
    const next = outbox.add('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(outbox.size()).toBe(0);
  });

  test('takes no more than ten thousand that wait', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const outbox = createOutbox(() => {});
    const jobs = Array.from({ length: 10_001 }, (_, index) => outbox.add(String(index % 100), () => gate));
    expect(jobs.filter((job) => job === null)).toHaveLength(1);
    release();
    await Promise.all(jobs);
    expect(outbox.size()).toBe(0);
  });
});

import { appendFileSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createArchive } from '../../src/inspector/archive.ts';
import { createFeed } from '../../src/inspector/feed.ts';
import { openInspector } from './open-inspector.ts';

const entry = (id: string, more: object = {}): string =>
  JSON.stringify({
    v: 1,
    id,
    receivedAt: '2026-01-31T12:00:00.000Z',
    method: 'POST',
    path: '/hook',
    headers: { 'Content-Type': 'application/json' },
    body: `{"event_type":"new_messages","chat_id":"7","words":"of ${id}"}`,
    auth: 'ok',
    eventType: 'new_messages',
    issues: [],
    unknownFields: [],
    answer: { status: 200 },
    ...more,
  });

async function openJournal(lines: string) {
  const path = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  writeFileSync(path, lines);
  const feed = createFeed({ items: 2, bytes: 1e6 });
  const archive = createArchive(path, feed);
  const readOn = (options = {}) => archive.readOn(statSync(path).size, options);
  return { path, feed, archive, readOn };
}

describe('a journal behind the feed', () => {
  test('what the ring has let go is read from the file: page by page, by its id, and by a search', async () => {
    const { feed, archive, readOn } = await openJournal(['a', 'b', 'c', 'd'].map((id) => `${entry(id)}\n`).join(''));
    expect(await readOn({ isOver: true })).toEqual({ read: 4, bad: 0, later: 0 });
    const { get, call } = await openInspector({ source: 'journal', feed, archive, journal: 'events.ndjson' });
    expect(feed.firstSeq()).toBe(3);
    expect((await get('/v1/events?before=4&limit=2')).events).toMatchObject([
      { seq: 2, id: 'b', chatId: '7' },
      { seq: 3, id: 'c' },
    ]);
    expect(await get('/v1/events/a')).toMatchObject({
      seq: 1,
      id: 'a',
      copy: { replay: expect.stringContaining('--id a ') },
    });
    expect((await get('/v1/search?q=of+A')).matches).toEqual([{ seq: 1, id: 'a' }]);
    expect((await get('/v1/search?q=words')).matches).toHaveLength(4);
    expect((await call('/v1/events', { method: 'DELETE' })).status).toBe(409);
    expect((await call('/v1/events/e')).status).toBe(404);
  });

  test('a line that is still being written waits for its end, and is counted as torn where nothing more comes', async () => {
    const whole = `${entry('a')}\n`;
    const { path, archive, feed, readOn } = await openJournal(whole + entry('b').slice(0, 50));
    expect(await readOn()).toMatchObject({ read: 1, bad: 0 });
    appendFileSync(path, `${entry('b').slice(50)}\n${entry('c')}`);
    expect(await readOn()).toMatchObject({ read: 2, bad: 0 });
    appendFileSync(path, `\nnonsense\n\n${entry('d')}\n{"v":2}\n`);
    expect(await readOn()).toEqual({ read: 1, bad: 1, later: 1 });
    expect(feed.lastSeq()).toBe(4);
    expect((await archive.at(3))?.item.id).toBe('c');
    const torn = await openJournal(whole + entry('b').slice(0, 50));
    expect(await torn.readOn({ isOver: true })).toMatchObject({ read: 1, bad: 1 });
  });

  test('a journal that somebody made up shows what in it is sound, and breaks nothing', async () => {
    const made = entry('a', {
      auth: 'constructor',
      issues: [null, 7, { path: 1 }, { path: 'text', message: 'is odd', rule: '__proto__' }],
      unknownFields: [null, { toString: 1 }, 'x'],
      answer: { status: 200, scripted: {}, forwarded: { status: 'x', ms: null } },
    });
    const { feed, archive, readOn } = await openJournal(`${made}\n`);
    await readOn();
    const { get } = await openInspector({ source: 'journal', feed, archive });
    const sound = { unknownFields: ['x'], answer: { status: 200 }, auth: 'constructor' };
    expect((await get('/v1/events')).events).toMatchObject([
      { ...sound, issues: [{ path: 'text', rule: '__proto__' }] },
    ]);
    expect((await get('/v1/events/a')).issues).toEqual([
      { path: 'text', message: 'is odd', rule: '__proto__', quote: null, gist: '' },
    ]);
  });
});

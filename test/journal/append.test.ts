import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { HookError } from '../../src/errors.ts';
import { openJournal, type Journal, type JournalNotice } from '../../src/journal/append.ts';
import { createEntryLines } from '../../src/journal/entry-line.ts';
import { systemFs, type JournalFs } from '../../src/journal/fs.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import type { Line } from '../../src/text/line.ts';
import { captureOf } from '../receiver/capture-of.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
const path = (): string => join(folder(), 'events.ndjson');
const line = (id: string): Line =>
  createEntryLines(null)(inspect(captureOf('{"event_type":"test_request"}', { id })), { status: 200 });

/** The ids of the whole lines of a journal; `torn` stands for a line that is none. */
const idsOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return JSON.parse(line).id;
      } catch {
        return 'torn';
      }
    });

function open(file: string, options: Parameters<typeof openJournal>[1] = {}) {
  const notices: JournalNotice[] = [];
  const journal = openJournal(file, { onNotice: (notice) => notices.push(notice), ...options });
  return { ...journal, notices, kinds: () => notices.map(({ kind }) => kind) };
}

describe('the journal writes what it is given', () => {
  test('it writes one line per entry, readable only by its owner, in one write per turn', async () => {
    const file = path();
    const write = vi.fn<JournalFs['write']>(systemFs.write);
    const journal = open(file, { fs: { ...systemFs, write } });
    await Promise.all(['a', 'b', 'c'].map((id) => journal.append(line(id))));
    expect(write).toHaveBeenCalledTimes(1);
    await journal.append(line('d'));
    expect(write).toHaveBeenCalledTimes(2);
    journal.close();
    expect(idsOf(file)).toEqual(['a', 'b', 'c', 'd']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!)).toEqual(JSON.parse(line('a').toString()));
  });

  test('an acknowledged line is already in the file', async () => {
    const file = path();
    const journal = open(file);
    await journal.append(line('a'));
    expect(idsOf(file)).toEqual(['a']);
    journal.close();
  });

  test('closing it writes the waiting lines', async () => {
    const file = path();
    const journal = open(file);
    const appended = journal.append(line('a'));
    journal.close();
    expect(idsOf(file)).toEqual(['a']);
    await appended;
  });

  test('existing lines stay, and opening it without writing changes nothing', async () => {
    const file = path();
    writeFileSync(file, 'mine\n', { mode: 0o644 });
    open(file).close();
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  test('a torn last line stays, and the next line begins on a new line', async () => {
    const file = path();
    writeFileSync(file, '{"v":1,"id":"to');
    const journal = open(file);
    expect(journal.kinds()).toEqual(['torn']);
    expect(readFileSync(file, 'utf8')).toBe('{"v":1,"id":"to');
    await journal.append(line('a'));
    journal.close();
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"v":1,"id":"to\n\{"v":1,"id":"a".*\}\n$/);
  });

  test('--fsync waits for the file and for its folder', async () => {
    const sync = vi.fn<JournalFs['sync']>(systemFs.sync);
    const syncFolder = vi.fn<JournalFs['syncFolder']>(systemFs.syncFolder);
    const journal = open(path(), { fsync: true, fs: { ...systemFs, sync, syncFolder } });
    expect(syncFolder).toHaveBeenCalledTimes(1);
    await journal.append(line('a'));
    expect(sync).toHaveBeenCalledTimes(1);
    journal.close();
  });
});

describe('the journal survives what other programs do to its file', () => {
  test('it creates a new file after its file was moved away', async () => {
    const file = path();
    const journal = open(file);
    await journal.append(line('a'));
    renameSync(file, `${file}.1`);
    await journal.append(line('b'));
    journal.close();
    expect([idsOf(`${file}.1`), idsOf(file), journal.kinds()]).toEqual([['a'], ['b'], ['moved']]);
  });

  test('it creates a new file after its file was deleted', async () => {
    const file = path();
    const journal = open(file);
    await journal.append(line('a'));
    rmSync(file);
    await journal.append(line('b'));
    journal.close();
    expect([idsOf(file), journal.kinds()]).toEqual([['b'], ['moved']]);
  });

  test('it continues in the other file after its file was replaced', async () => {
    const file = path();
    const journal = open(file);
    await journal.append(line('a'));
    writeFileSync(`${file}.new`, 'torn');
    renameSync(`${file}.new`, file);
    await journal.append(line('b'));
    journal.close();
    expect([idsOf(file), journal.kinds()]).toEqual([['torn', 'b'], ['replaced']]);
  });

  test('it notices a new file whose inode number differs only in the last digit', async () => {
    const file = path();
    // Beyond 2 ** 53 numbers of JavaScript have no last digit.
    const far = 2n ** 60n;
    const seen: bigint[] = [];
    const fs: JournalFs = {
      ...systemFs,
      stat(target) {
        const facts = systemFs.stat(target);
        if (!seen.includes(facts.ino)) seen.push(facts.ino);
        return { ...facts, ino: far + BigInt(seen.indexOf(facts.ino)) };
      },
    };
    const journal = open(file, { fs });
    await journal.append(line('a'));
    writeFileSync(`${file}.new`, '');
    renameSync(`${file}.new`, file);
    await journal.append(line('b'));
    journal.close();
    expect(statSync(file, { bigint: true }).ino).toBe(systemFs.stat(file).ino);
    expect([idsOf(file), journal.kinds()]).toEqual([['b'], ['replaced']]);
  });

  test.each([
    [0, ['c']],
    [10, ['torn', 'c']],
  ])('it continues at the end after the file was truncated to %i bytes', async (size, ids) => {
    const file = path();
    const journal = open(file);
    await journal.append(line('a'));
    await journal.append(line('b'));
    truncateSync(file, size);
    await journal.append(line('c'));
    journal.close();
    expect([idsOf(file), journal.kinds()]).toEqual([ids, ['truncated']]);
  });

  test('its next line stays whole after somebody appended text without a newline', async () => {
    const file = path();
    const journal = open(file);
    await journal.append(line('a'));
    appendFileSync(file, 'half a line');
    await journal.append(line('b'));
    journal.close();
    expect([idsOf(file), journal.kinds()]).toEqual([['a', 'torn', 'b'], ['shared']]);
  });

  test('it reports another writer only once', async () => {
    const file = path();
    const [one, other] = [open(file), open(file)];
    for (const id of ['a', 'b', 'c']) {
      await one.append(line(id));
      await other.append(line(id.toUpperCase()));
    }
    one.close();
    other.close();
    expect(readFileSync(file, 'utf8').split('\n').slice(0, -1)).not.toContain('');
    expect([idsOf(file), one.kinds(), other.kinds()]).toEqual([['a', 'A', 'b', 'B', 'c', 'C'], ['shared'], ['shared']]);
  });

  test('it does not report a line that another writer is just writing as torn', async () => {
    const file = path();
    let rest = '';
    const journal = open(file, {
      fs: {
        ...systemFs,
        pause() {
          appendFileSync(file, rest.slice(0, 10));
          rest = rest.slice(10);
        },
      },
    });
    await journal.append(line('a'));
    const theirs = `${line('theirs').toString()}\n`;
    appendFileSync(file, theirs.slice(0, 20));
    rest = theirs.slice(20);
    await journal.append(line('b'));
    journal.close();
    expect(readFileSync(file, 'utf8').split('\n').slice(0, -1)).not.toContain('');
    expect(idsOf(file)).toEqual(['a', 'theirs', 'b']);
  });

  test('it acknowledges nothing while its folder is gone, and continues when it is back', async () => {
    const dir = join(folder(), 'logs');
    mkdirSync(dir);
    const file = join(dir, 'events.ndjson');
    const journal = open(file);
    await journal.append(line('a'));
    rmSync(dir, { recursive: true });
    await expect(journal.append(line('b'))).rejects.toThrow('no such file or folder');
    await expect(journal.append(line('c'))).rejects.toThrow('no such file or folder');
    mkdirSync(dir);
    await journal.append(line('d'));
    journal.close();
    expect(idsOf(file)).toEqual(['d']);
    expect(journal.kinds()).toEqual(['failing', 'moved', 'recovered']);
    expect(journal.notices.at(-1)).toEqual({ kind: 'recovered', lost: 2 });
  });
});

describe('a journal that cannot be opened is one line and exit 3', () => {
  test.each([
    ['a folder', () => folder(), 'it is a folder'],
    ['a folder that is not there', () => join(folder(), 'x', 'y'), 'no such file or folder'],
    [
      'a pipe',
      () => {
        const pipe = path();
        execFileSync('mkfifo', [pipe]);
        return pipe;
      },
      'it is not a file',
    ],
  ])('it cannot be %s', (_, at, reason) => {
    expect(() => openJournal(at())).toThrow(
      expect.objectContaining({ exitCode: 3, message: expect.stringContaining(reason) }),
    );
  });

  test('it cannot be a file without permission', () => {
    const denied = (): never => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    expect(() => openJournal(path(), { fs: { ...systemFs, open: denied } })).toThrow('permission denied');
  });
});

describe('the journal survives a file system that fails', () => {
  type Fault = 'error' | 'short' | 'nothing';
  const calls = ['open', 'stat', 'readByte', 'write', 'sync', 'syncFolder'] as const;

  /** The n-th call fails: with an error, or, for a write, after half of the bytes or none. */
  function failing(n: number, fault: Fault): { fs: JournalFs; failed(): boolean } {
    let left = n;
    const fs = { ...systemFs };
    for (const name of calls) {
      const real = systemFs[name] as (...args: any[]) => any;
      (fs as any)[name] = (...args: any[]) => {
        left -= 1;
        if (left !== 0) return real(...args);
        if (name !== 'write' || fault === 'error') throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return fault === 'nothing' ? 0 : real(args[0], args[1].subarray(0, args[1].length / 2));
      };
    }
    return { fs, failed: () => left <= 0 };
  }

  /** What was acknowledged; null if the journal could not be opened. */
  async function record(file: string, fs: JournalFs): Promise<string[] | null> {
    const journal = tryOpen(file, fs);
    if (!journal) return null;
    const acknowledged: string[] = [];
    const append = (id: string): Promise<unknown> =>
      journal.append(line(id)).then(
        () => acknowledged.push(id),
        () => {},
      );
    for (const turn of ['a', 'b', 'c']) {
      await Promise.all(['1', '2', '3'].map((number) => append(turn + number)));
      if (turn === 'b') renameSync(file, `${file}.1`);
    }
    await append('d1');
    journal.close();
    return acknowledged;
  }

  function tryOpen(file: string, fs: JournalFs): Journal | null {
    try {
      return openJournal(file, { fs, fsync: true });
    } catch (error) {
      if (error instanceof HookError && error.exitCode === 3) return null;
      throw error;
    }
  }

  test.each(['error', 'short', 'nothing'] as const)(
    'it keeps every acknowledged line when any one call fails (%s)',
    async (fault) => {
      let untouched = false;
      for (let n = 1; !untouched; n += 1) {
        const file = path();
        writeFileSync(file, 'torn before');
        const { fs, failed } = failing(n, fault);
        const acknowledged = await record(file, fs);
        untouched = !failed();
        const kept = [`${file}.1`, file].filter((name) => existsSync(name)).flatMap(idsOf);
        const whole = kept.filter((id) => id !== 'torn');
        expect(kept[0]).toBe('torn');
        expect(whole).toEqual([...new Set(whole)]);
        expect(whole).toEqual(expect.arrayContaining(acknowledged ?? []));
        // A failure costs its own turn and no other; one at the start costs the start, and changes nothing.
        expect(acknowledged?.length ?? 10).toBeGreaterThanOrEqual(untouched ? 10 : 7);
        expect(acknowledged ? [] : readFileSync(file, 'utf8')).toEqual(acknowledged ? [] : 'torn before');
      }
    },
  );
});

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killRound, load, recorded, startRecorder } from './helpers/recorder.ts';

test('kill -9 under load: what was acknowledged is in the journal', async () => {
  const journal = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  for (let round = 0; round < 3; round += 1) {
    const { acknowledged, recorded, lost } = await killRound(journal, round);
    expect(acknowledged).toBeGreaterThan(0);
    expect(recorded).toBeGreaterThanOrEqual(acknowledged);
    expect(lost).toEqual([]);
  }
});

test('two listeners that record into one journal at once leave whole lines, no blank ones, and say it once', async () => {
  const journal = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  const recorders = [await startRecorder(journal), await startRecorder(journal)];
  const acknowledged = await Promise.all(
    recorders.map(({ listen, port }, at) =>
      load(port, {
        from: at * 1_000_000,
        onAcknowledged: (count) => void (count === 3000 && listen.child.kill('SIGTERM')),
      }),
    ),
  );
  for (const { listen } of recorders) {
    await listen.exited;
    expect(listen.err().match(/another program also writes to/g)).toHaveLength(1);
  }
  const { numbers, broken } = recorded(journal);
  const blank = readFileSync(journal, 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line === '');
  expect([broken, blank]).toEqual([0, []]);
  expect(acknowledged.flat().filter((number) => !numbers.has(number))).toEqual([]);
});

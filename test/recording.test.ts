import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killRound } from './helpers/recorder.ts';

test('kill -9 under load: what was acknowledged is in the journal', async () => {
  const journal = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  for (let round = 0; round < 3; round += 1) {
    const { acknowledged, recorded, lost } = await killRound(journal, round);
    expect(acknowledged).toBeGreaterThan(0);
    expect(recorded).toBeGreaterThanOrEqual(acknowledged);
    expect(lost).toEqual([]);
  }
});

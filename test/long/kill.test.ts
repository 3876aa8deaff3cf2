import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killRound } from '../helpers/recorder.ts';

test('twenty rounds of kill -9 under load: what was acknowledged is there', async () => {
  const journal = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'events.ndjson');
  const rounds: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const { acknowledged, recorded, lost, broken } = await killRound(journal, round);
    rounds.push(`${round + 1}: ${acknowledged} acknowledged, ${recorded} recorded, ${broken} torn so far`);
    expect(lost).toEqual([]);
  }
  expect(rounds).toHaveLength(20);
  process.stdout.write(`${rounds.join('\n')}\n`);
});

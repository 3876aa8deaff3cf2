import { expect, test } from 'vitest';
import { fuzzBodies, fuzzJournalLines, fuzzJudge, fuzzReceiver } from '../fuzz/fuzzers.ts';

test('100,000 bodies', () => {
  expect(() => fuzzBodies(100_000)).not.toThrow();
});

test('100,000 lines of a journal', () => {
  expect(() => fuzzJournalLines(100_000)).not.toThrow();
});

test('1,000,000 outcomes', () => {
  expect(() => fuzzJudge(1_000_000)).not.toThrow();
});

test('20,000 conversations over raw sockets', async () => {
  await expect(fuzzReceiver(20_000)).resolves.toBeUndefined();
});

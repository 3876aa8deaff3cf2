import { expect, test } from 'vitest';
import { fuzzBodies, fuzzJournalLines, fuzzJudge, fuzzReceiver } from '../fuzz/fuzzers.ts';

test('20,000 bodies', () => {
  expect(() => fuzzBodies(20_000)).not.toThrow();
});

test('50,000 lines of a journal', () => {
  expect(() => fuzzJournalLines(50_000)).not.toThrow();
});

test('1,000,000 outcomes', () => {
  expect(() => fuzzJudge(1_000_000)).not.toThrow();
});

test('10,000 conversations over raw sockets', async () => {
  await expect(fuzzReceiver(10_000)).resolves.toBeUndefined();
});

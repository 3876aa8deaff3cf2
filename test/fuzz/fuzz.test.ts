import { expect, test } from 'vitest';
import { fuzzBodies, fuzzJournalLines, fuzzJudge, fuzzReceiver } from './fuzzers.ts';

// As much as fits into a few seconds: test/long has more of each.
test('bodies, all the way from the socket to the journal and back', () => {
  expect(() => fuzzBodies(300)).not.toThrow();
});

test('lines of a journal', () => {
  expect(() => fuzzJournalLines(500)).not.toThrow();
});

test('outcomes, judged', () => {
  expect(() => fuzzJudge(2000)).not.toThrow();
});

test('requests by their grammar, over raw sockets', async () => {
  await expect(fuzzReceiver(200)).resolves.toBeUndefined();
});

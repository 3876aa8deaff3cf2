import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurnClock } from '../../src/delivery/timing.ts';

test('the turn clock stands still during a turn of the event loop, and goes on in the next', async () => {
  const clock = createTurnClock();
  const before = performance.now();
  const first = clock();
  while (performance.now() - first < 2);
  expect(clock()).toBe(first);
  expect(first).toBeGreaterThanOrEqual(before);
  await setImmediate();
  const between = performance.now();
  expect(clock()).toBeGreaterThanOrEqual(between);
});

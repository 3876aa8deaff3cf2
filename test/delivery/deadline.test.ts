import { expect, test } from 'vitest';
import { createDeadline } from '../../src/delivery/deadline.ts';

/** When a deadline expires, and not a moment before `from + timeoutMs`. */
function expiry(timeoutMs: number, from: number): Promise<number> {
  return new Promise((resolve) => {
    createDeadline(timeoutMs, () => resolve(performance.now() - from - timeoutMs)).start(from);
  });
}

test('a deadline never expires early, even if the timers of the event loop would', async () => {
  const overruns = await Promise.all(
    Array.from({ length: 200 }, (_, index) => expiry(1 + index / 10, performance.now())),
  );
  expect(Math.min(...overruns)).toBeGreaterThanOrEqual(0);
});

test('a stopped deadline does not expire, and a restarted one counts from its restart', async () => {
  let expired = 0;
  const deadline = createDeadline(5, () => (expired += 1));
  deadline.start(performance.now());
  deadline.stop();
  await expiry(10, performance.now());
  expect(expired).toBe(0);
  deadline.start(performance.now());
  deadline.start(performance.now() + 10);
  await expiry(30, performance.now());
  expect(expired).toBe(1);
  deadline.start(performance.now());
  deadline.close();
  await expiry(10, performance.now());
  expect(expired).toBe(1);
});

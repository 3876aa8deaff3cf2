import { expect, test } from 'vitest';
import { count, grouped } from '../../src/text/units.ts';

test.each([0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 1_234_567_890, 1234.5, 0.5])(
  '%d is grouped as Intl does',
  (amount) => {
    expect(grouped(amount)).toBe(amount.toLocaleString('en-US'));
  },
);

test('one is one, and nothing is many', () => {
  expect([0, 1, 1000].map((amount) => count(amount, 'event'))).toEqual(['0 events', '1 event', '1,000 events']);
});

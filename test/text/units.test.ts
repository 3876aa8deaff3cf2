import { expect, test } from 'vitest';
import { count, formatMs, grouped } from '../../src/text/units.ts';

test.each([0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 1_234_567_890, 1234.5, 0.5])(
  'grouped writes %d as Intl does',
  (amount) => {
    expect(grouped(amount)).toBe(amount.toLocaleString('en-US'));
  },
);

test('count uses the singular for one and the plural for none', () => {
  expect([0, 1, 1000].map((amount) => count(amount, 'event'))).toEqual(['0 events', '1 event', '1,000 events']);
});

test.each([
  [0, '0 ms'],
  [0.2, '1 ms'],
  [34, '34 ms'],
  [500.3, '501 ms'],
  [0.1 + 0.2 + 2.7, '3 ms'],
  [999.4, '1.00 s'],
  [1500, '1.50 s'],
  [1500.001, '1.51 s'],
  [9991, '10.0 s'],
  [20_000, '20.0 s'],
  [20_000.1, '20.1 s'],
])('formatMs never shows %d ms as a shorter time', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

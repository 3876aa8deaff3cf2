import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMoment } from '../../src/commands/flags/option-parsers.ts';

const before = process.env['TZ'];
beforeAll(() => void (process.env['TZ'] = 'Asia/Vladivostok'));
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

test.each([
  ['2026-11-25', '2026-11-24T14:00:00.000Z'],
  ['2026-11-25T00:00', '2026-11-24T14:00:00.000Z'],
  ['2026-11-25T00:00:00.5', '2026-11-24T14:00:00.500Z'],
  ['2026-11-25T00:00Z', '2026-11-25T00:00:00.000Z'],
  ['2026-11-25T00:00+03:00', '2026-11-24T21:00:00.000Z'],
])('a time of --since is local unless it says otherwise: %s', (text, utc) => {
  expect(parseMoment(text, new Date()).toISOString()).toBe(utc);
});

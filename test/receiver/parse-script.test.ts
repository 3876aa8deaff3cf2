import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HookError } from '../../src/errors.ts';
import { formatStep, parseScript, type ScriptStep } from '../../src/receiver/parse-script.ts';

const step = (action: ScriptStep['action'], rest: Partial<ScriptStep> = {}): ScriptStep => ({
  action,
  file: null,
  delayMs: 0,
  times: 1,
  ...rest,
});

describe('parseScript reads the steps of --respond', () => {
  test.each<[string, ScriptStep[]]>([
    ['503', [step(503)]],
    ['200@1.5s', [step(200, { delayMs: 1500 })]],
    ['503x3,200', [step(503, { times: 3 }), step(200)]],
    ['hang', [step('hang')]],
    ['hangx2,reset@5ms', [step('hang', { times: 2 }), step('reset', { delayMs: 5 })]],
    ['200:FILE', [step(200, { file: 'FILE' })]],
    ['200:body.json@2sx3', [step(200, { file: 'body.json', delayMs: 2000, times: 3 })]],
    ['404:a/b c.txtx2', [step(404, { file: 'a/b c.txt', times: 2 })]],
    ['200:C:\\x.json', [step(200, { file: 'C:\\x.json' })]],
    ['200:"a,b@2sx3"@1mx4', [step(200, { file: 'a,b@2sx3', delayMs: 60_000, times: 4 })]],
    [' 503 , 200 ', [step(503), step(200)]],
    ['200@0s', [step(200)]],
  ])('it reads the script %s', (text, steps) => {
    expect(parseScript(text)).toEqual(steps);
  });
});

describe('an unreadable --respond script is refused with the place of the error', () => {
  const begins = 'a step begins with a status from 200 to 599, hang or reset';
  test.each<[string, string, string]>([
    ['', 'column 1', 'a step is missing'],
    ['   ', 'column 4', 'a step is missing'],
    ['503,,200', 'column 5', 'a step is missing'],
    ['503,', 'column 5', 'a step is missing'],
    ['503x3,20o', 'column 7, "20o"', begins],
    ['503, ok', 'column 6, "ok"', begins],
    ['199', 'column 1, "199"', begins],
    ['600', 'column 1, "600"', begins],
    ['2xx', 'column 1, "2xx"', begins],
    ['HANG', 'column 1, "HANG"', begins],
    ['5:5', 'column 1, "5"', begins],
    [':body.json', 'column 1, ":body.json"', begins],
    ['@2s', 'column 1, "@2s"', begins],
    ['503;200', 'column 1, "503;200"', begins],
    ['503x', 'column 1, "503x"', begins],
    ['503x-1', 'column 1, "503x-1"', begins],
    ['503x3@2s', 'column 1, "503x3"', 'the count comes last, after the delay'],
    ['200,503x0', 'column 8, "x0"', 'a count is a whole number, 1 or more'],
    ['503x99999999999999999', 'column 4, "x99999999999999999"', 'a count is'],
    ['200@2', 'column 4, "@2"', 'a delay looks like 500ms, 1.5s or 2m'],
    ['200@', 'column 4, "@"', 'a delay looks like'],
    ['200@-1s', 'column 4, "@-1s"', 'a delay looks like'],
    ['200@600h', 'column 4, "@600h"', 'a delay is at most 24 days'],
    ['hang@2s', 'column 5, "@2s"', 'hang takes no delay'],
    ['hang:a', 'column 5, ":a"', 'hang takes no file'],
    ['reset:a', 'column 6, ":a"', 'reset takes no file'],
    ['204:a', 'column 4, ":a"', 'a 204 has no body'],
    ['304:a', 'column 4, ":a"', 'a 304 has no body'],
    ['200:a\0b', 'column 4, ":a\0b"', 'a file name cannot contain NUL'],
    ['200:a"b"', 'column 4, ":a"b""', 'a quoted file name ends with a quote'],
    ['200:"a"b', 'column 4, ":"a"b"', 'a quoted file name ends with a quote'],
    ['503x12@2s', 'column 1, "503x12"', 'the count comes last, after the delay'],
    ['5x3x@2s', 'column 1, "5x3x"', begins],
    ['503x3x2', 'column 1, "503x3x2"', begins],
    [`200:${'y'.repeat(39)}"`, `column 4, ":${'y'.repeat(39)}…"`, 'a quoted file name'],
    [`200:"${'y'.repeat(38)}`, `column 4, ":"${'y'.repeat(38)}"`, 'a quoted file name'],
    ['200:', 'column 4, ":"', 'the name of the file is missing'],
    ['200:""', 'column 4', 'the name of the file is missing'],
    ['200:@2s', 'column 4, ":"', 'the name of the file is missing'],
    ['200:"a,503', 'column 4, ":"a,503"', 'a quoted file name ends with a quote'],
    [`200,${'y'.repeat(99)}`, `column 5, "${'y'.repeat(40)}…"`, begins],
  ])('the script %j is refused', (text, place, problem) => {
    expect(() => parseScript(text)).toThrow(HookError);
    expect(() => parseScript(text)).toThrow(`the --respond script cannot be read at ${place}`);
    expect(() => parseScript(text)).toThrow(problem);
    expect(() => parseScript(text)).toThrow(/, as in 503x3,200@1\.5s$/);
  });
});

test.each<[Partial<ScriptStep>, string]>([
  [{}, '503'],
  [{ times: 2 }, '503x2'],
  [{ delayMs: 1 }, '503@1ms'],
  [{ delayMs: 999 }, '503@999ms'],
  [{ delayMs: 1000 }, '503@1s'],
  [{ file: 'a b', delayMs: 1500, times: 3 }, '503:"a b"@1.5sx3'],
])('formatStep shows the step %j as %s', (rest, text) => {
  expect(formatStep(step(503, rest))).toBe(text);
});

test('parseScript accepts delays up to 2^31 - 1 ms', () => {
  expect(parseScript(`503@${2 ** 31 - 1}ms`)).toEqual([step(503, { delayMs: 2 ** 31 - 1 })]);
  expect(() => parseScript(`503@${2 ** 31}ms`)).toThrow('a delay is at most 24 days');
});

test('parseScript reads or refuses any text in words', () => {
  const pieces = fc.constantFrom(
    '503',
    '200',
    'hang',
    'reset',
    ',',
    ':',
    '@',
    'x',
    '2',
    's',
    '1.5s',
    '"',
    'a.json',
    ' ',
  );
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const read = (): unknown => {
        try {
          return parseScript(text);
        } catch (error) {
          return error;
        }
      };
      expect(read()).toSatisfy((result) => result instanceof HookError || (Array.isArray(result) && result.length > 0));
    }),
    { numRuns: 2000 },
  );
});

test('parseScript reads every step that formatStep shows back as the same step', () => {
  const status = fc.integer({ min: 200, max: 599 });
  const file = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/["\0]/.test(name)));
  const answers = fc.record({
    action: status,
    file,
    delayMs: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    times: fc.nat(1e9),
  });
  const others = fc.constantFrom(step('hang'), step('reset'), step('reset', { delayMs: 1234 }));
  const steps = fc.array(
    fc.oneof(
      answers.map((answer) => ({
        ...answer,
        file: answer.action === 204 || answer.action === 304 ? null : answer.file,
        times: answer.times + 1,
      })),
      others,
    ),
    { minLength: 1 },
  );
  fc.assert(fc.property(steps, (all) => void expect(parseScript(all.map(formatStep).join(','))).toEqual(all)));
});

import { describe, expect, test } from 'vitest';
import { controlId } from '../../src/checks/case.ts';
import { suite } from '../../src/checks/cases/index.ts';
import { selectCases, type CaseSelection } from '../../src/checks/select.ts';

const all = { secret: true, 'no-secret': false, callback: false, effect: false };
const ids = (selection: Partial<CaseSelection>): string[] =>
  selectCases({ capabilities: all, ...selection }).map(({ id }) => id);

test('the profile smoke selects its cases', () => {
  expect(ids({ profile: 'smoke' })).toEqual([
    'deliver/text-ai',
    'deliver/doc-example',
    'deliver/batch-mixed',
    'event/test-request',
    'event/unknown',
    'auth/missing',
    'auth/wrong',
    'perf/deadline',
  ]);
});

test('each profile contains all cases of the one before', () => {
  const [smoke, standard, full] = (['smoke', 'default', 'full'] as const).map((profile) => ids({ profile }));
  expect(smoke!.filter((id) => !standard!.includes(id))).toEqual([]);
  expect(standard!.filter((id) => !full!.includes(id))).toEqual([]);
  expect(full!.filter((id) => !standard!.includes(id))).toEqual([
    'robust/hostile-strings',
    'perf/budget',
    'limits/body-size',
  ]);
});

describe('--only and --skip select cases', () => {
  test.for<[Partial<CaseSelection>, string[]]>([
    [{ only: ['deliver/image'] }, ['deliver/text-ai', 'deliver/image']],
    [
      { only: ['event/*'], skip: ['*-fields'] },
      ['deliver/text-ai', 'event/test-request', 'event/unknown', 'event/unknown-message-kind'],
    ],
    [
      { only: ['event/test-request,auth/wrong', 'limits'] },
      ['deliver/text-ai', 'event/test-request', 'auth/wrong', 'limits/body-size'],
    ],
    [{ only: ['net/t?s'] }, ['net/tls', 'deliver/text-ai']],
    // As many as would take for ever, were each of them looked at apart.
    [{ only: [`${'*'.repeat(60)}/tls`] }, ['net/tls', 'deliver/text-ai']],
    [{ only: ['perf/budget'], profile: 'smoke' }, ['deliver/text-ai', 'perf/budget']],
    [{ only: ['deliver/text-ai'] }, ['deliver/text-ai']],
    [
      { profile: 'smoke', skip: ['auth', 'deliver', 'perf'] },
      ['deliver/text-ai', 'event/test-request', 'event/unknown'],
    ],
  ])('as in %j', ([selection, expected]) => expect(ids(selection)).toEqual(expected));

  test('and a pattern that matches nothing names the nearest case', () => {
    expect(() => ids({ only: ['deliver/imag'] })).toThrow(
      expect.objectContaining({
        message: 'there is no case "deliver/imag"',
        exitCode: 2,
        hint: expect.stringContaining('deliver/image'),
      }),
    );
    expect(() => ids({ skip: ['auht/*'] })).toThrow('there is no case "auht/*"');
  });
  test('and a selection without any case is refused', () => {
    expect(() => ids({ only: ['event/*'], skip: ['event/*'] })).toThrow('no case is left to run');
  });
});

test('cases that cannot run here are left out, unless they were named', () => {
  const capabilities = { secret: false, 'no-secret': true, callback: false, effect: false };
  expect(ids({ capabilities }).filter((id) => id.startsWith('auth/'))).toEqual(['auth/unprotected']);
  expect(ids({ capabilities, only: ['auth/wrong', 'event/unknown'] })).toContain('auth/wrong');
  expect(() => ids({ capabilities, only: ['auth/wrong'] })).toThrow('no secret was given');
  expect(() => ids({ only: ['effect/callback'] })).toThrow('no collector');
});

test('the suite has unique ids of one form, and dependencies that exist and come first', () => {
  expect(new Set(suite.map(({ id }) => id)).size).toBe(suite.length);
  expect(suite.filter(({ id }) => !/^[a-z]+\/[a-z0-9-]+$/.test(id))).toEqual([]);
  for (const [at, { dependsOn }] of suite.entries())
    for (const id of dependsOn) expect([controlId, ...suite.slice(0, at).map((one) => one.id)]).toContain(id);
});

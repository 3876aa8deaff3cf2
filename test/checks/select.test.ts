import { describe, expect, test } from 'vitest';
import { controlId } from '../../src/checks/case.ts';
import { caseOf, missingNeed, selectCases, splitPatterns, type Selection } from '../../src/checks/select.ts';
import { suite } from '../../src/checks/suite.ts';

const all = { secret: true, 'no-secret': false, callback: false };
const ids = (selection: Partial<Selection>): string[] => selectCases({ has: all, ...selection }).map(({ id }) => id);

test('smoke', () => {
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

test('each profile has all of the one before', () => {
  const [smoke, standard, full] = (['smoke', 'default', 'full'] as const).map((profile) => ids({ profile }));
  expect(smoke!.filter((id) => !standard!.includes(id))).toEqual([]);
  expect(standard!.filter((id) => !full!.includes(id))).toEqual([]);
  expect(full!.filter((id) => !standard!.includes(id))).toEqual([
    'robust/hostile-strings',
    'perf/budget',
    'limits/body-size',
  ]);
});

describe('only and skip', () => {
  test.for<[Partial<Selection>, string[]]>([
    [{ only: ['deliver/image'] }, ['deliver/text-ai', 'deliver/image']],
    [
      { only: ['event/*'], skip: ['*-fields'] },
      ['deliver/text-ai', 'event/test-request', 'event/unknown', 'event/unknown-message-kind'],
    ],
    [
      { only: ['event/test-request,auth/wrong', 'limits'] },
      ['deliver/text-ai', 'event/test-request', 'auth/wrong', 'limits/body-size'],
    ],
    [{ only: ['event/'], skip: ['event/unknown*'] }, ['deliver/text-ai', 'event/test-request']],
    [{ only: [' perf/budget , net/tls ,'] }, ['net/tls', 'deliver/text-ai', 'perf/budget']],
    [{ only: ['net/t?s'] }, ['net/tls', 'deliver/text-ai']],
    // As many as would take for ever, were each of them looked at apart.
    [{ only: [`${'*'.repeat(60)}/tls`] }, ['net/tls', 'deliver/text-ai']],
    [{ only: ['perf/budget'], profile: 'smoke' }, ['deliver/text-ai', 'perf/budget']],
    [{ only: ['deliver/text-ai'] }, ['deliver/text-ai']],
    [
      { profile: 'smoke', skip: ['auth', 'deliver', 'perf'] },
      ['deliver/text-ai', 'event/test-request', 'event/unknown'],
    ],
  ])('%j', ([selection, expected]) => expect(ids(selection)).toEqual(expected));

  test('a pattern that fits nothing names the nearest case', () => {
    expect(() => ids({ only: ['deliver/imag'] })).toThrow(
      expect.objectContaining({
        message: 'there is no case "deliver/imag"',
        exitCode: 2,
        hint: expect.stringContaining('deliver/image'),
      }),
    );
    expect(() => ids({ skip: ['auht/*'] })).toThrow('there is no case "auht/*"');
  });
  test('where none is near, the list is what helps', () => {
    expect(() => ids({ only: ['something-else-entirely'] })).toThrow(
      expect.objectContaining({ hint: 'suvvy-hook check --list shows all of them' }),
    );
  });
  test('signs of a regular expression are no signs here', () => {
    for (const pattern of ['deliver.image', '(net/tls)', 'net/tl+s', 'net/tls|x', '[n]et/tls'])
      expect(() => ids({ only: [pattern] })).toThrow(`there is no case "${pattern}"`);
  });
  test('a choice that leaves nothing', () => {
    expect(() => ids({ only: ['event/*'], skip: ['event/*'] })).toThrow(
      expect.objectContaining({
        message: 'no case is left to run',
        exitCode: 2,
        hint: 'suvvy-hook check --list shows all of them',
      }),
    );
  });
  test('what an option asks for runs, whatever the profile', () => {
    expect(ids({ profile: 'smoke', wanted: ['perf/budget'] })).toEqual([...ids({ profile: 'smoke' }), 'perf/budget']);
  });
  test('patterns are split at commas, and lose the blanks around them', () => {
    expect(splitPatterns([' a , b', 'c,', ''])).toEqual(['a', 'b', 'c']);
  });
});

test('cases that cannot run here are left out, unless they were named', () => {
  const has = { secret: false, 'no-secret': true, callback: false };
  expect(ids({ has }).filter((id) => id.startsWith('auth/'))).toEqual(['auth/unprotected']);
  expect(ids({ has, only: ['auth/wrong', 'event/unknown'] })).toContain('auth/wrong');
});

test.each([
  [
    'auth/wrong',
    { secret: false, 'no-secret': true, callback: false },
    'no secret was given',
    'give one with --secret or SUVVY_WEBHOOK_SECRET',
  ],
  ['auth/unprotected', all, 'a secret was given', 'leave the secret out'],
  ['effect/callback', all, 'there is no collector', 'give --expect-callback'],
])('%s alone cannot run without what it needs', (id, has, missing, hint) => {
  expect(() => ids({ has, only: [id] })).toThrow(
    expect.objectContaining({ message: `none of the chosen cases can run: ${missing}`, exitCode: 2, hint }),
  );
  expect(missingNeed(caseOf(id), has)).toBe(missing);
});

test('a case that needs nothing can always run', () => {
  expect(missingNeed(caseOf('net/tls'), { secret: false, 'no-secret': false, callback: false })).toBeNull();
});

test('a case is found by its id, and by nothing else', () => {
  expect(caseOf('net/tls').id).toBe('net/tls');
  expect(() => caseOf('net/tl')).toThrow(
    expect.objectContaining({
      message: 'there is no case "net/tl"',
      hint: 'did you mean "net/tls"? suvvy-hook check --list shows all of them',
    }),
  );
});

test('the suite: unique ids of one form, dependencies that exist and come before', () => {
  expect(new Set(suite.map(({ id }) => id)).size).toBe(suite.length);
  expect(suite.filter(({ id }) => !/^[a-z]+\/[a-z0-9-]+$/.test(id))).toEqual([]);
  for (const [at, { dependsOn }] of suite.entries())
    for (const id of dependsOn) expect([controlId, ...suite.slice(0, at).map((one) => one.id)]).toContain(id);
});

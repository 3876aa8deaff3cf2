import { expect, test } from 'vitest';
import { bearer, fingerprint, redactAuthorization, secretProblem, verifyBearer } from '../../src/contract/bearer.ts';

test.each([
  ['the secret', ['Bearer s3cret'], 'ok'],
  ['no header', [], 'missing'],
  ['another secret', ['Bearer other'], 'wrong'],
  ['one character less', ['Bearer s3cre'], 'wrong'],
  ['one character more', ['Bearer s3cret1'], 'wrong'],
  ['another case', ['Bearer S3CRET'], 'wrong'],
  ['the scheme in lower case', ['bearer s3cret'], 'wrong'],
  ['two blanks', ['Bearer  s3cret'], 'wrong'],
  ['the bare secret', ['s3cret'], 'wrong'],
  ['the scheme alone', ['Bearer'], 'wrong'],
  ['nothing', [''], 'wrong'],
  ['the right one twice', ['Bearer s3cret', 'Bearer s3cret'], 'wrong'],
  ['a wrong one behind the right one', ['Bearer s3cret', 'Bearer x'], 'wrong'],
])('verifyBearer judges a request with %s as %s', (_, values, verdict) => {
  expect(verifyBearer(values, 's3cret')).toBe(verdict);
});

test.each([null, undefined, ''])('verifyBearer checks nothing without a secret (%j)', (secret) => {
  expect(verifyBearer(['Bearer anything'], secret)).toBe('unchecked');
});

test('listen and send show the same fingerprint, and never the secret', () => {
  expect(fingerprint('s3cret')).toMatch(/^[0-9a-f]{6}$/);
  expect(redactAuthorization(bearer('s3cret'))).toBe(`Bearer *** (sha256:${fingerprint('s3cret')})`);
  expect(redactAuthorization('s3cret')).toBe(`*** (sha256:${fingerprint('s3cret')})`);
  expect(redactAuthorization('Basic dXNlcjpw')).toBe(`Basic *** (sha256:${fingerprint('dXNlcjpw')})`);
  expect(redactAuthorization('s3cret with words')).not.toContain('s3cret');
  expect(redactAuthorization('Bearers3cret')).toBe(`*** (sha256:${fingerprint('Bearers3cret')})`);
  expect(redactAuthorization('s3cret bearer x')).toBe(`*** (sha256:${fingerprint('s3cret bearer x')})`);
  expect(redactAuthorization('Bearer')).toBe('Bearer');
  expect(redactAuthorization('')).toBe('');
});

test.each([
  ['plain', null],
  ['with inner blank', null],
  ['~!@#$%^&*()_+', null],
  ['line\n', 'it contains a line break'],
  ['\rline', 'it contains a line break'],
  ['a\tb', 'it contains a tab'],
  ['a\u0000b', 'it contains a control character'],
  [' lead', 'it begins or ends with a space'],
  ['trail ', 'it begins or ends with a space'],
  ['пароль', 'it contains a character outside ASCII, which a header cannot carry'],
])('secretProblem says of %j: %s', (secret, problem) => {
  expect(secretProblem(secret)).toBe(problem);
});

test.each([
  ['a header string', 'Bearer s3cret', 'ok'],
  ['the bare secret as a string', 's3cret', 'wrong'],
  ['no header', undefined, 'missing'],
  ['null, as Headers give it', null, 'missing'],
  ["Node's headers", { authorization: 'Bearer s3cret' }, 'ok'],
  ['headers of another case', { Authorization: 'Bearer s3cret' }, 'ok'],
  ['headers with a list', { authorization: ['Bearer s3cret', 'Bearer x'] }, 'wrong'],
  ['headers without one', { host: 'localhost' }, 'missing'],
  ['Headers', new Headers({ authorization: 'Bearer s3cret' }), 'ok'],
  ['Headers without one', new Headers(), 'missing'],
  [
    'raw headers',
    [
      ['Host', 'x'],
      ['Authorization', 'Bearer s3cret'],
    ] as [string, string][],
    'ok',
  ],
  [
    'two raw ones',
    [
      ['authorization', 'Bearer s3cret'],
      ['Authorization', 'Bearer x'],
    ] as [string, string][],
    'wrong',
  ],
])('verifyBearer takes %s', (_, given, verdict) => {
  expect(verifyBearer(given, 's3cret')).toBe(verdict);
});

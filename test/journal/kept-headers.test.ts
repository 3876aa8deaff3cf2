import { expect, test } from 'vitest';
import { inspect } from '../../src/receiver/inspect.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { entryOf } from './entry-of.ts';

test('no header of an entry contains the secret, not even in its name', () => {
  const rawHeaders = [
    ['X-s3cret-value', 'a s3cret b'],
    ['Authorization', 'Bearer s3cret'],
  ] as [string, string][];
  const received = inspect(captureOf('{}', { rawHeaders }), { secret: 's3cret' });
  expect(entryOf(received, { status: 200 }, 's3cret').headers).toEqual({
    'X-***-value': 'a *** b',
    Authorization: 'Bearer *** (sha256:1ec1c2)',
  });
});

test.each([
  ['right', 'Bearer s3cret', 'Bearer *** (sha256:1ec1c2)'],
  ['wrong', 'Bearer other', 'Bearer *** (sha256:d9298a)'],
])('an Authorization that is %s is kept as a fingerprint', (_, value, kept) => {
  const rawHeaders = [['Authorization', value]] as [string, string][];
  const received = inspect(captureOf('{}', { rawHeaders }), { secret: 's3cret' });
  expect(entryOf(received, { status: 200 }, 's3cret').headers).toEqual({ Authorization: kept });
});

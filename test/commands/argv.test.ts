import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, run } from '../helpers/fake-host.ts';

describe('an error repeats what was typed without harm', () => {
  test.each([
    [['listen', '--\u001b[31mx\nerror: forged']],
    [['listen', '--port', 'x\nerror: forged\u009b']],
    [['\u001b[31mlisten\nerror: forged']],
    [['send', 'fixture', 'a\nerror: forged\u202e', '--url', 'http://127.0.0.1:1/']],
    // What was meant is proposed, and with it comes what was typed.
    [['send', 'fixture', 'text', '--url', 'example.com:3000/\u009b\u202e']],
  ])('as in %j', async (argv) => {
    const { code, err } = await run(argv);
    expect(code).toBe(2);
    expect(err).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(err.match(/^error: /gm)).toHaveLength(1);
  });

  test.each([
    [['listen', "--secert=it's3cret"], 2],
    [['listen', '--secret:s3cret'], 2],
    [['listen', '--secretS3CRET'], 2],
    [['send', 'fixture', 'text', '--header', 'Authorization Bearer s3cret'], 2],
    [['send', 'fixture', 'text', '--header', 'Authorization: Bearer s3cret\u0000'], 2],
    [['send', 'fixture', 'text', '--url', 'user:s3cret@127.0.0.1:1'], 2],
    [['send', 'fixture', 'text', '--url', 'http://user:a/s3cret@127.0.0.1:1'], 2],
    [['listen', '--secret-file', 's3cret'], 3],
  ])('and without the secret in a typo: %j', async (argv, exitCode) => {
    const { code, err, out } = await run(argv);
    expect(code).toBe(exitCode);
    expect(err).toMatch(/^error: /);
    expect(out + err).not.toMatch(/s3cret/i);
  });
});

test('a bug of ours is exit 70, with a stack that cannot control the terminal', async () => {
  const host = fakeHost();
  host.stdout.write = () => {
    throw new Error('\u001b[2J');
  };
  expect(await main(['fixtures', 'list'], host)).toBe(70);
  expect(host.err()).toMatch(/^ +at /m);
  expect(host.err()).toContain('this is a bug in suvvy-hook');
  expect(host.err()).not.toContain('\u001b');
});

import { expect, test } from 'vitest';
import { guardHost } from '../../src/commands/guard.ts';
import type { SystemOutput } from '../../src/host.ts';
import { fakeHost } from '../helpers/fake-host.ts';

const secret = 'k7-secret-of-the-webhook';

function guarded() {
  const written: string[] = [];
  const stderr: SystemOutput = {
    write: (text) => written.push(String(text)) > 0,
    once: () => undefined,
  };
  const { stderr: output } = guardHost({ ...fakeHost(), stderr, env: { SUVVY_WEBHOOK_SECRET: secret } });
  return { output, stderr, written };
}

test('whoever puts a write of their own before the guard, as a spinner does, still writes through it', () => {
  const { output, written } = guarded();
  const before = output.write;
  output.write = (text) => before.call(output, `[${String(text)}]`);
  output.write(`one ${secret}`);
  output.write = before;
  output.write(`two ${secret}`);
  expect(written).toEqual(['[one ***]', 'two ***']);
});

test('whoever puts a write of their own before the guarded output as well as behind it gets each text once', () => {
  const { output, stderr, written } = guarded();
  for (const stream of [output, stderr]) {
    const before = stream.write;
    stream.write = (text) => before.call(stream, `[${String(text)}]`);
  }
  output.write(secret);
  expect(written).toEqual(['[[***]]']);
});

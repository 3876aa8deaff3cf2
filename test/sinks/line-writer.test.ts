import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLineWriter } from '../../src/sinks/line-writer.ts';

/** An output that takes one write, and then no more until it is let go on. */
function slowOutput() {
  const written: string[] = [];
  let onDrain: (() => void) | undefined;
  return {
    written,
    write: (chunk: string | Uint8Array) => {
      written.push(Buffer.from(chunk).toString());
      return false;
    },
    once: (_event: 'drain', listener: () => void) => void (onDrain = listener),
    drain: () => onDrain?.(),
  };
}

const skipped = (lines: number): string => `${lines} skipped`;

test('the first lines go out at the end of their turn, in one write, text and bytes alike', async () => {
  const output = slowOutput();
  const { write, end } = createLineWriter(output, skipped);
  write(['Здравствуйте', Buffer.from('«bytes»')]);
  write(['third']);
  expect(output.written).toEqual([]);
  await turn();
  expect(output.written).toEqual(['Здравствуйте\n«bytes»\nthird\n']);
  output.drain();
  const flushed = end(['last']);
  expect(output.written.at(-1)).toBe('last\n');
  output.drain();
  await flushed;
});

test('lines larger than what may wait are not skipped while nobody has to wait', async () => {
  const written: (string | Uint8Array)[] = [];
  const output = { write: (chunk: string | Uint8Array) => written.push(chunk) > 0, once: () => undefined };
  const { write } = createLineWriter(output, skipped);
  const megabyte = 'x'.repeat(1024 * 1024);
  write([megabyte]);
  write([megabyte]);
  await turn();
  expect(written.map(String).join('')).toBe(`${megabyte}\n${megabyte}\n`);
});

test('what comes thick and fast goes out in a few writes, and all of it', async () => {
  let written = '';
  let writes = 0;
  const output = {
    write(chunk: string | Uint8Array) {
      written += String(chunk);
      return (writes += 1) > 0;
    },
    once: () => undefined,
  };
  const { write, end } = createLineWriter(output, skipped);
  for (let line = 0; line < 1000; line += 1) {
    write([String(line)]);
    await turn();
  }
  await end([]);
  expect(written).toBe(Array.from({ length: 1000 }, (_, line) => `${line}\n`).join(''));
  expect(writes).toBeLessThan(500);
});

describe('a terminal that was stopped', () => {
  test('gets what waited once it goes on, and is told what did not fit', async () => {
    const output = slowOutput();
    const { write } = createLineWriter(output, skipped);
    write(['first']);
    await turn();
    write(['second']);
    const megabyte = 'x'.repeat(1024 * 1024);
    write([megabyte, 'with it']);
    write(['third']);
    write([megabyte]);
    output.drain();
    expect(output.written).toEqual(['first\n', 'second\n4 skipped\n']);
    write(['fourth']);
    await turn();
    output.drain();
    expect(output.written.at(-1)).toBe('fourth\n');
  });

  test('holds no more than a megabyte, whatever comes', async () => {
    const output = slowOutput();
    const { write } = createLineWriter(output, skipped);
    write(['first']);
    await turn();
    const line = 'x'.repeat(1000);
    for (let times = 0; times < 100_000; times += 1) write([line]);
    output.drain();
    expect(output.written.join('').length).toBeLessThan(1.1e6);
    expect(output.written.at(-1)).toMatch(/\n\d+ skipped\n$/);
  });

  test('gets the last lines last, however much was skipped before them', async () => {
    const output = slowOutput();
    const { write, end } = createLineWriter(output, skipped);
    write(['first']);
    await turn();
    write(['x'.repeat(1024 * 1024 - 10)]);
    write(['x'.repeat(100)]);
    const ended = end(['summary']);
    output.drain();
    output.drain();
    await ended;
    expect(output.written.at(-1)).toMatch(/x\n1 skipped\nsummary\n$/);
  });

  test('is not waited for at the end', async () => {
    const { write, end } = createLineWriter(slowOutput(), skipped);
    write(['first']);
    const startedAt = performance.now();
    await end([], 20);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

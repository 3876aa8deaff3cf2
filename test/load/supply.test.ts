import { describe, expect, test } from 'vitest';
import { createPayload, type Payload } from '../../src/delivery/payload.ts';
import { runLoad } from '../../src/load/run.ts';
import { createStreamSupply } from '../../src/load/supply.ts';
import { target } from '../helpers/target.ts';

const payloadOf = (body: string): Payload => createPayload({ name: body.slice(0, 9), body });

describe('payloads that are read while they are sent', () => {
  test('all of them go, in order, and again from the first', async () => {
    const { url, seen } = await target();
    const payloads = createStreamSupply(async function* () {
      for (const body of ['a', 'b', 'c']) yield payloadOf(body);
    });
    const result = await runLoad({ url, payloads, concurrency: 1, total: 7 });
    expect(result.delivered).toBe(7);
    expect(seen.map(({ body }) => body).join('')).toBe('abcabca');
  });

  test('no more than a few megabytes are read ahead of what is sent', async () => {
    let read = 0;
    let most = 0;
    const { url, seen } = await target((_, res) => {
      most = Math.max(most, read - seen.length);
      res.end();
    });
    const body = 'x'.repeat(1024 * 1024);
    const payloads = createStreamSupply(async function* () {
      for (let index = 0; index < 60; index += 1) {
        read += 1;
        yield payloadOf(body);
      }
    });
    const result = await runLoad({ url, payloads, concurrency: 2, total: 60 });
    expect(result.delivered).toBe(60);
    expect(most).toBeLessThanOrEqual(12);
  });

  test('what goes wrong in reading ends the load with its error', async () => {
    const { url } = await target();
    const payloads = createStreamSupply(async function* () {
      yield payloadOf('a');
      throw new Error('the disk is gone');
    });
    await expect(runLoad({ url, payloads, concurrency: 1, total: 2 })).rejects.toThrow('the disk is gone');
  });

  test('a source that has become empty ends the load, and is not asked for ever', async () => {
    const { url } = await target();
    let passes = 0;
    const payloads = createStreamSupply(async function* () {
      passes += 1;
      if (passes === 1) yield payloadOf('a');
    });
    await expect(runLoad({ url, payloads, concurrency: 1, total: 2 })).rejects.toThrow('there is nothing left to send');
  });
});

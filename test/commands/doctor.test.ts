import { expect, test } from 'vitest';
import { ndjson, run } from '../helpers/fake-host.ts';
import { closedPort, target } from '../helpers/target.ts';

test('a finding a line, a total at the end, and the way out under it', async () => {
  const { code, out } = await run(['doctor'], { env: { SUVVY_WEBHOOK_URL: '127.0.0.1:3000/x' }, columns: 60 });
  expect(code).toBe(1);
  expect(out).toMatch(/^✘ SUVVY_WEBHOOK_URL: "127.0.0.1:3000\/x" is not an http\(s\)\n {2}URL$/m);
  expect(out).toMatch(/^ {2}→ did you mean http:\/\/127.0.0.1:3000\/x\?$/m);
  expect(out).toMatch(/^1 error, \d+ warnings?\n$/m);
  expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
});

test('warnings do not fail it', async () => {
  const url = `http://127.0.0.1:${await closedPort()}/`;
  const { code, out } = await run(['doctor', '--json'], { env: { SUVVY_WEBHOOK_URL: url } });
  expect(code).toBe(0);
  expect(ndjson(out).find(({ id }) => id === 'webhook-url')).toEqual({
    type: 'finding',
    id: 'webhook-url',
    level: 'warning',
    message: `SUVVY_WEBHOOK_URL is ${url}, but nothing listens there (127.0.0.1)`,
    hint: expect.any(String),
  });
  expect(ndjson(out).at(-1)).toMatchObject({ type: 'summary', errors: 0 });
});

test('a receiver that listens is seen, and sent nothing', async () => {
  const { url, seen } = await target();
  const { out } = await run(['doctor', '--json'], { env: { SUVVY_WEBHOOK_URL: url } });
  expect(ndjson(out).find(({ id }) => id === 'webhook-url')).toMatchObject({
    level: 'ok',
    message: expect.stringContaining('something listens on 127.0.0.1'),
  });
  expect(seen).toEqual([]);
});

test('a webhook elsewhere is left alone, and hostile text is harmless', async () => {
  const env = { SUVVY_WEBHOOK_URL: 'https://suvvy.invalid/\u202e\u001b[31m' };
  const { code, out } = await run(['doctor'], { env, columns: 200 });
  expect(code).toBe(0);
  expect(out).toContain('so it was not tried');
  expect(out).not.toMatch(/[\u001b\u202e]/);
});

import { expect, test } from 'vitest';
import { ndjson, run } from '../helpers/fake-host.ts';
import { closedPort, target } from '../helpers/target.ts';

test('doctor prints one line per finding, its hint below it, and a total at the end', async () => {
  const { code, out } = await run(['doctor'], { env: { SUVVY_WEBHOOK_URL: '127.0.0.1:3000/x' }, columns: 60 });
  expect(code).toBe(1);
  expect(out).toMatch(/^✘ SUVVY_WEBHOOK_URL: "127.0.0.1:3000\/x" is not an http\(s\)\n {2}URL$/m);
  expect(out).toMatch(/^ {2}→ did you mean http:\/\/127.0.0.1:3000\/x\?$/m);
  expect(out).toMatch(/^1 error, \d+ warnings?\n$/m);
  expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
});

test('warnings do not make doctor fail', async () => {
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

test('doctor sees a receiver that listens, and sends it nothing', async () => {
  const { url, seen } = await target();
  const { out } = await run(['doctor', '--json'], { env: { SUVVY_WEBHOOK_URL: url } });
  expect(ndjson(out).find(({ id }) => id === 'webhook-url')).toMatchObject({
    level: 'ok',
    message: expect.stringContaining('something listens on 127.0.0.1'),
  });
  expect(seen).toEqual([]);
});

test('doctor does not contact a webhook elsewhere, and hostile text is harmless', async () => {
  const env = { SUVVY_WEBHOOK_URL: 'https://suvvy.invalid/\u202e\u001b[31m' };
  const { code, out } = await run(['doctor'], { env, columns: 200 });
  expect(code).toBe(0);
  expect(out).toContain('so it was not tried');
  expect(out).not.toMatch(/[\u001b\u202e]/);
});

import { expect, test } from 'vitest';
import { isUp, waitUntilUp } from '../../src/commands/start/wait-until-up.ts';
import { receiver } from '../checks/receivers.ts';
import { closedPort } from '../helpers/target.ts';

test('check --start waits for a server with a cold start', async () => {
  const { url } = await receiver();
  expect(await isUp({ url: new URL(url) })).toBe(true);
  const dead = new URL(`http://127.0.0.1:${await closedPort()}/`);
  expect(await waitUntilUp({ url: dead }, 20)).toBe(false);
  let asked = 0;
  const proxy = await receiver(({ res }) => void res.writeHead((asked += 1) < 3 ? 503 : 405).end());
  expect(await waitUntilUp({ url: new URL(proxy.url) }, 5000)).toBe(true);
});

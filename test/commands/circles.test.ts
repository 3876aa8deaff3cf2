import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { listening, post } from '../helpers/listening.ts';
import { target } from '../helpers/target.ts';

const event = '{"event_type":"test_request"}';
const via = 'suvvy-hook-via';

/** A port whose other end is told later: a listener has to name where it forwards to before that is there. */
async function door(host = '127.0.0.1') {
  let to = 0;
  const server = createServer((inner) => {
    const outer = connect({ port: to, host: '127.0.0.1' });
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const)
      one
        .on('error', () => {})
        .on('close', () => other.destroy())
        .pipe(other);
  });
  server.listen({ port: 0, host });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, port, leadTo: (port: number) => void (to = port) };
}

const statuses = (out: string): number[] =>
  out
    .split('\n')
    .filter((line) => line.includes('"answer":'))
    .map((line) => JSON.parse(line).answer.status);

const circleLines = (err: string): string[] => err.split('\n').filter((line) => line.includes('508'));

test('two listeners that forward to each other answer 508 when an event comes back, and say it once', async () => {
  const back = await door();
  const first = await listening(['--json', '--forward', back.url]);
  const second = await listening(['--json', '--forward', first.url]);
  back.leadTo(second.port);
  for (let sent = 0; sent < 3; sent++) expect((await post(first.url, event)).status).toBe(508);
  await first.end();
  await second.end();
  expect(statuses(first.host.out())).toEqual([508, 508, 508, 508, 508, 508]);
  expect(statuses(second.host.out())).toEqual([508, 508, 508]);
  expect(circleLines(first.host.err())).toEqual([expect.stringContaining('came back in a circle')]);
  expect(circleLines(second.host.err())).toEqual([]);
});

test.each(['127.0.0.1', 'localhost', hostname()])(
  'a listener that forwards to itself by the name %s answers 508',
  async (name) => {
    const own = await door(name === '127.0.0.1' ? name : '0.0.0.0');
    const { url, port, host, end } = await listening(['--json', '--forward', `http://${name}:${own.port}/`]);
    own.leadTo(port);
    expect((await post(url, event)).status).toBe(508);
    await end();
    expect(statuses(host.out())).toEqual([508, 508]);
    expect(circleLines(host.err())).toHaveLength(1);
  },
);

test('a chain of two listeners works, and the app sees both of them', async () => {
  const app = await target(201);
  const second = await listening(['--forward', app.url]);
  const first = await listening(['--forward', second.url]);
  expect((await post(first.url, event)).status).toBe(201);
  expect(app.seen[0]!.headers[via]).toMatch(/^[0-9a-f]{16}, [0-9a-f]{16}$/);
  expect(app.seen[0]!.rawHeaders.filter((name) => name.toLowerCase() === via)).toHaveLength(1);
});

test('an event that was passed on ten times is not passed on again, whoever did it', async () => {
  const app = await target();
  const { url, host } = await listening(['--forward', app.url]);
  const nine = Array.from({ length: 9 }, (_, at) => `other${at}`).join(',');
  expect((await post(url, event, { [via]: nine })).status).toBe(200);
  expect((await post(url, event, { [via]: `${nine}, one more` })).status).toBe(508);
  expect(app.seen).toHaveLength(1);
  expect(circleLines(host.err())).toEqual([expect.stringContaining('passed on 10 times')]);
});

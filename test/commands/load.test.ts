import { get } from 'node:http';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeHost, ndjson, run } from '../helpers/fake-host.ts';
import { closedPort, rawTarget, target } from '../helpers/target.ts';

const send = (url: string, ...flags: string[]) => run(['send', 'fixture', 'text', '--url', url, ...flags]);

describe('send in load mode', () => {
  test('repeat x payloads, one table at the end', async () => {
    const { url, seen } = await target();
    const flags = ['--url', url, '--repeat', '10', '--concurrency', '3'];
    const { code, out } = await run(['send', 'fixture', 'text', 'image', ...flags]);
    expect(code).toBe(0);
    expect(seen).toHaveLength(20);
    expect(out).toMatch(/^sent +20\ndelivered +20 +100\.0 %\nstatus 200 +20 .*\nrate /);
    expect(out).toMatch(/^min .*from when it left[\s\S]*^p50 [\s\S]*^p90 [\s\S]*^p99 [\s\S]*^max /m);
    expect(out).toContain('over 3 kept connections, where Suvvy opens one for each event (assumed: fresh-connection)');
  });

  test('the summary alone in JSON, and lines with --verbose', async () => {
    const { url } = await target();
    const { out } = await send(url, '--rate', '1000/s', '--repeat', '4', '--json');
    expect(ndjson(out)).toEqual([
      {
        type: 'summary',
        mode: 'load',
        connections: 'reused',
        concurrency: 10,
        sent: 4,
        delivered: 4,
        undelivered: 0,
        passed: 4,
        neverLeft: 0,
        statuses: { 200: 4 },
        reasons: {},
        warnings: {},
        errorRate: 0,
        maxErrorRate: null,
        latencyFrom: 'due',
        latencyMs: {
          min: expect.any(Number),
          p50: expect.any(Number),
          p90: expect.any(Number),
          p99: expect.any(Number),
          max: expect.any(Number),
        },
        perSecond: expect.any(Number),
        targetPerSecond: 1000,
        elapsedMs: expect.any(Number),
      },
    ]);
    const verbose = await send(url, '--concurrency', '2', '--repeat', '4', '--json', '--verbose', '--secret', 's3cret');
    const lines = ndjson(verbose.out);
    expect(lines.map(({ type }) => type)).toEqual([...Array(4).fill('delivery'), 'summary']);
    expect(lines[0]).toMatchObject({ fixture: 'text', status: 200, delivered: true, timing: { tlsMs: null } });
    expect(verbose.out).not.toContain('s3cret');
  });

  test('any failure is exit 1; --max-error-rate lets some pass', async () => {
    let requests = 0;
    const { url } = await target((_, res) => res.writeHead(++requests % 10 === 0 ? 500 : 200).end());
    const flags = ['--concurrency', '1', '--repeat', '100'];
    expect((await send(url, ...flags)).code).toBe(1);
    expect((await send(url, ...flags, '--max-error-rate', '10%')).code).toBe(0);
    const { code, out } = await send(url, ...flags, '--max-error-rate', '9.9');
    expect(code).toBe(1);
    expect(out).toMatch(/error rate +10 % +up to 9.9 % allowed/);
  });

  test('nobody listens: exit 3, whatever rate of errors is allowed', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const { code, out } = await send(url, '--concurrency', '2', '--repeat', '9', '--max-error-rate', '100%');
    expect(code).toBe(3);
    expect(out).toMatch(/connection_refused +9/);
  });

  test('Ctrl-C gives the table so far, exit 130', async () => {
    const host = fakeHost();
    let requests = 0;
    const { url } = await target((_, res) => (++requests === 50 ? host.interrupt() : res.end()));
    expect(await main(['send', 'fixture', 'text', '--url', url, '--duration', '1h'], host)).toBe(130);
    expect(host.out()).toMatch(/interrupted +\d/);
    expect(host.out()).toMatch(/delivered +\d/);
  });

  test('files keep their links for the whole load', async () => {
    const links = new Set<string>();
    const { url } = await target((_, res, body) => {
      const link = JSON.parse(body).new_messages[0].file.url;
      links.add(link);
      get(link, (file) => file.resume().once('end', () => res.writeHead(file.statusCode!).end()));
    });
    const { code } = await run(['send', 'fixture', 'image', '--url', url, '--concurrency', '2', '--repeat', '5']);
    expect(code).toBe(0);
    expect(links.size).toBe(1);
  });

  test.each([
    [['--concurrency', '0'], '1 or more'],
    [['--rate', '100'], 'Did you mean 100/s?'],
    [['--rate', '0/s'], 'more than 0'],
    [['--duration', '10'], 'Did you mean 10s?'],
    [['--concurrency', '2', '--max-error-rate', '101%'], 'up to 100%'],
    [['--max-error-rate', '1%'], '--max-error-rate is for load mode'],
    [['--concurrency', '2', '--expect-fetch'], '--expect-fetch does not go with load mode'],
    [['--concurrency', '2', '--header', 'Upgrade: websocket'], 'cannot be sent in load mode'],
  ])('%j is exit 2', async (flags, words) => {
    const { url } = await target();
    const { code, err } = await send(url, ...flags);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test('a public address gets a load only if that is meant', async () => {
    const { code, err } = await send('http://shop.invalid.example/', '--concurrency', '2');
    expect(code).toBe(2);
    expect(err).toContain('--allow-remote');
    expect((await send('http://shop.invalid/', '--concurrency', '2', '--allow-remote')).code).toBe(3);
    expect((await send('http://shop.invalid/', '--repeat', '2')).code).toBe(3);
  });

  test('progress is for terminals that show it', async () => {
    const { url } = await target();
    const flags = ['send', 'fixture', 'text', '--url', url, '--concurrency', '2', '--quiet'];
    for (const options of [{ tty: true, columns: 0 }, { tty: true, env: { CI: '1' } }, {}])
      expect((await run(flags, options)).err).toBe('');
  });

  test('half the deadline is worth a note', async () => {
    const { url } = await rawTarget((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'));
    const { out, code } = await send(url, '--concurrency', '1', '--timeout', '30ms');
    expect(code).toBe(0);
    expect(out).toContain('! 1 answer still running at the deadline');
  });
});

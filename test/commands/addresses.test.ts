import { describe, expect, test } from 'vitest';
import { urlsOfAll } from '../../src/http/address.ts';
import { ndjson, run } from '../helpers/fake-host.ts';
import { listening } from '../helpers/listening.ts';
import { target } from '../helpers/target.ts';

describe('a warning tells what other machines can reach', () => {
  test.each(['0', '::0', '0.0.0.0'])('with listen --host %s', async (address) => {
    const { host } = await listening(['--host', address]);
    expect(host.err()).toContain('can be reached from other machines');
  });

  test.each(['0', '0.0.0.0', '::'])('with send --asset-host %s', async (address) => {
    const { url } = await target();
    const { err } = await run(['send', 'fixture', 'image', '--asset-host', address, '--url', url]);
    expect(err).toContain('to whoever can reach it');
  });

  test('but not for loopback, whatever its name', async () => {
    for (const address of ['127.0.0.2', 'localhost']) {
      const { host } = await listening(['--host', address]);
      expect(host.err()).not.toContain('other machines');
    }
  });

  test('and with all addresses, the useful ones are printed, and the line to try uses one of them', async () => {
    const { host, port } = await listening(['--host', '0.0.0.0', '--path', '/hook']);
    expect(host.err()).toMatch(new RegExp(`^reach it at http://127\\.0\\.0\\.1:${port}/hook`, 'm'));
    expect(host.err()).toContain(`send fixture --url http://127.0.0.1:${port}/hook`);
    expect((await listening(['--host', '127.0.0.1'])).host.err()).not.toContain('reach it at');
  });

  test.each([
    ['0.0.0.0', ['127.0.0.1', '192.168.1.5']],
    ['::', ['127.0.0.1', '192.168.1.5', '[2001:db8::1]']],
    ['192.168.1.5', []],
  ])('a server bound on %s can be reached at %j', (address, hosts) => {
    const facts = { netmask: '', mac: '', cidr: null, scopeid: 0 };
    const interfaces = {
      lo: [{ ...facts, address: '127.0.0.1', family: 'IPv4' as const, internal: true }],
      eth0: [
        { ...facts, address: '192.168.1.5', family: 'IPv4' as const, internal: false },
        { ...facts, address: 'fe80::1', family: 'IPv6' as const, internal: false },
        { ...facts, address: '2001:db8::1', family: 'IPv6' as const, internal: false },
      ],
    };
    const host = address.includes(':') ? `[${address}]` : address;
    expect(urlsOfAll(`http://${host}:80/x`, address, interfaces)).toEqual(hosts.map((one) => `http://${one}:80/x`));
  });

  test('files on a host name of another machine are linked by that name, served on all addresses, and warned of', async () => {
    const { url, seen } = await target(async (_req, res, body) => {
      const link = new URL(JSON.parse(body).new_messages[0].file.url);
      expect(link.hostname).toBe('host.docker.invalid');
      link.hostname = '127.0.0.1';
      await (await fetch(link)).arrayBuffer();
      res.end();
    });
    const { code, out, err } = await run([
      'send',
      'fixture',
      'image',
      '--asset-host',
      'host.docker.invalid',
      '--url',
      url,
      '--json',
    ]);
    expect([code, seen.length]).toEqual([0, 1]);
    expect(ndjson(out)[0]).toMatchObject({ files: [{ fetched: true }] });
    expect(err).toContain('! host.docker.invalid is no name of this machine: files are served on all of its addresses');
  });

  test('an IPv6 address that cannot be bound is shown in brackets, apart from its port', async () => {
    const { port } = await listening(['--host', '::1']);
    const { err } = await run(['listen', '--host', '::1', '--port', String(port)]);
    expect(err).toContain(`cannot listen on [::1]:${port}: the port is taken`);
  });

  test('an empty address is refused, because Node would listen on all of them', async () => {
    expect((await run(['listen', '--port', '0', '--host', ''])).code).toBe(2);
    expect((await run(['send', 'fixture', 'image', '--asset-host', '', '--url', 'http://127.0.0.1:1/'])).code).toBe(2);
  });

  test('a path cannot forge the line that says where listen listens', async () => {
    const { host } = await listening(['--path', '/\u001b[31m\nlistening on http://forged']);
    expect(host.err()).not.toMatch(/\u001b|^listening on http:\/\/forged/m);
  });
});

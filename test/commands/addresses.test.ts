import { describe, expect, test } from 'vitest';
import { run } from '../helpers/fake-host.ts';
import { listening } from '../helpers/listening.ts';
import { target } from '../helpers/target.ts';

describe('what other machines can reach is said loudly', () => {
  test.each(['0', '::0', '0.0.0.0'])('listen --host %s', async (address) => {
    const { host } = await listening(['--host', address]);
    expect(host.err()).toContain('can be reached from other machines');
  });

  test.each(['0', '0.0.0.0', '::'])('send --asset-host %s', async (address) => {
    const { url } = await target();
    const { err } = await run(['send', 'fixture', 'image', '--asset-host', address, '--url', url]);
    expect(err).toContain('to whoever can reach it');
  });

  test('loopback by any name is not', async () => {
    for (const address of ['127.0.0.2', 'localhost']) {
      const { host } = await listening(['--host', address]);
      expect(host.err()).not.toContain('other machines');
    }
  });

  test('an IPv6 address that cannot be bound is named in brackets, apart from its port', async () => {
    const { port } = await listening(['--host', '::1']);
    const { err } = await run(['listen', '--host', '::1', '--port', String(port)]);
    expect(err).toContain(`cannot listen on [::1]:${port}: the port is taken`);
  });

  test('an empty address is refused: Node would take all of them', async () => {
    expect((await run(['listen', '--port', '0', '--host', ''])).code).toBe(2);
    expect((await run(['send', 'fixture', 'image', '--asset-host', '', '--url', 'http://127.0.0.1:1/'])).code).toBe(2);
  });

  test('a path cannot forge the line that says where it listens', async () => {
    const { host } = await listening(['--path', '/\u001b[31m\nlistening on http://forged']);
    expect(host.err()).not.toMatch(/\u001b|^listening on http:\/\/forged/m);
  });
});

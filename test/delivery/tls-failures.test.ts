import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { advise } from '../../src/delivery/advice.ts';
import { attempt } from '../../src/delivery/attempt.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import { describeTlsFailure } from '../../src/delivery/failure.ts';
import { cert, key } from '../checks/self-signed.ts';
import { run } from '../helpers/fake-host.ts';
import { rawTarget, target } from '../helpers/target.ts';

const payload = createPayload({ name: 'text', body: '{"event_type":"test_request"}' });

async function tlsTarget(options: ServerOptions): Promise<string> {
  const server = createServer({ cert, key, ...options }, (_, res) => res.end('ok'));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A receiver that ends each handshake with an alert. */
async function alerting(alert: number): Promise<string> {
  const { port } = await rawTarget((socket) => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert])));
  return `https://127.0.0.1:${port}/`;
}

async function failureOf(url: string): Promise<{ code: string; message: string; advice: string | null }> {
  const delivery = await attempt(payload, { url: new URL(url), ca: cert });
  const { code, message } = delivery.outcome.failure!;
  return { code, message, advice: advise(delivery, { secret: null }) };
}

const demanding: ServerOptions = { requestCert: true, rejectUnauthorized: true, ca: cert };

describe('a failed TLS handshake is explained in plain words', () => {
  test.each<[string, () => Promise<string>, string]>([
    [
      'TLS 1.0 alone',
      () => tlsTarget({ minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      'the receiver has neither TLS 1.2 nor TLS 1.3',
    ],
    ['a demanded client certificate', () => tlsTarget(demanding), 'the receiver requires a client certificate'],
    [
      'a demanded client certificate, in TLS 1.2',
      () => tlsTarget({ ...demanding, maxVersion: 'TLSv1.2' }),
      'the receiver ended the TLS handshake (alert 40): no cipher in common, or it requires a client certificate',
    ],
    ['an alert', () => alerting(80), 'the receiver ended the TLS handshake with alert 80 (internal error)'],
    ['an unknown name', () => alerting(112), 'the receiver has no certificate for this host name (TLS alert 112)'],
  ])('the cause is %s', async (_, open, sentence) => {
    const { code, message, advice } = await failureOf(await open());
    expect({ code, message }).toEqual({ code: 'tls', message: sentence });
    expect(advice ?? '').not.toMatch(/--insecure|plain http/);
  });

  test('a port without TLS is told apart from all of these, and the advice is to try http', async () => {
    const { port } = await rawTarget((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failureOf(`https://127.0.0.1:${port}/hook`)).toEqual({
      code: 'tls',
      message: 'the port does not speak TLS',
      advice: `does this port speak plain http? Try http://127.0.0.1:${port}/hook`,
    });
  });

  test('a certificate from an unknown issuer still gets the advice for certificates', async () => {
    const delivery = await attempt(payload, { url: new URL(await tlsTarget({})) });
    expect(advise(delivery, { secret: null })).toContain('--cacert FILE or --insecure');
  });

  test.each(Array.from({ length: 121 }, (_, alert) => alert))(
    'alert %i is told without the place where OpenSSL was built',
    async (alert) => {
      const { message } = await failureOf(await alerting(alert));
      expect(message).not.toMatch(/openssl|routines|\.c:|\/|:error:/i);
      expect(message.length).toBeLessThan(120);
    },
  );

  test.each([
    ['ERR_SSL_X', '00B8:error:0A00010B:SSL routines:tls_validate:some new reason:../deps/openssl/a.c:350:\n'],
    ['EPROTO', 'write EPROTO 80:error:0A000126:SSL routines::some new reason:ssl/record.c:1:SSL alert number 99\n'],
    ['EPROTO', 'write EPROTO 80:error:0A000126:SSL routines:f:some new reason'],
  ])("the place in OpenSSL's source code is left out: %s %s", (code, line) => {
    const message = describeTlsFailure(code, line);
    expect(message).toContain('some new reason');
    expect(message).not.toMatch(/routines|\.c:|error:/);
  });
});

describe('a plain HTTP request to a TLS port', () => {
  test.each([
    ['an alert', '15030300020246'],
    ['a handshake', '160303002a02'],
  ])('is recognised by %s, and the advice is to try https', async (_, hex) => {
    const { url } = await rawTarget((socket) => socket.end(Buffer.from(hex, 'hex')));
    expect(await failureOf(url)).toEqual({
      code: 'protocol',
      message: 'the answer is not HTTP, but TLS',
      advice: `this port speaks https: try ${url.replace('http:', 'https:')}`,
    });
  });

  test.each([
    ['text', '220 smtp.example ready\r\n'],
    ['interim answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2000)],
  ])('is not assumed for other bytes: %s', async (_, bytes) => {
    const { url } = await rawTarget((socket) => socket.write(bytes));
    expect(await failureOf(url)).toMatchObject({ code: 'protocol', advice: null });
  });
});

describe('interim (1xx) answers', () => {
  const hundreds = `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(900)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`;

  test('do not count: 900 of them and then a 200 are a delivery', async () => {
    const { url } = await rawTarget((socket) => socket.end(hundreds));
    expect((await attempt(payload, { url: new URL(url) })).verdict.passed).toBe(true);
  });

  test('do not count under load either', async () => {
    const { url } = await rawTarget((socket) => socket.write(hundreds));
    const { code, err } = await run(['send', 'fixture', 'text', '--repeat', '2', '--concurrency', '2', '--url', url]);
    expect({ code, err }).toEqual({ code: 0, err: expect.any(String) });
  });
});

describe('send with --cacert', () => {
  test.each([
    ['what is no certificate', 'nonsense'],
    ['a key', key],
    ['an empty file', ''],
    ['a broken one', cert.replace('MIIB', 'MIIC')],
    ['a broken one behind a good one', `${cert}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`],
  ])('and %s is exit 2, and sends nothing', async (_, text) => {
    const { url, seen } = await target();
    const file = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'ca.pem');
    writeFileSync(file, text);
    for (const command of [
      ['send', 'fixture', 'text'],
      ['check', '--profile', 'smoke'],
    ]) {
      const { code, err } = await run([...command, '--url', url, '--cacert', file]);
      expect(code).toBe(2);
      expect(err).toContain(`--cacert ${file} is not a certificate`);
    }
    expect(seen).toEqual([]);
  });
});

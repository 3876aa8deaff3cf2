import { describe, expect, test } from 'vitest';
import { createBearerCheck } from '../../src/contract/bearer.ts';
import { refuseAtGate, securityHeaders } from '../../src/inspector/gate.ts';
import { sendRaw } from '../receiver/open-receiver.ts';
import { arrived, openInspector, text } from './open-inspector.ts';

/** The status of a request that is written byte for byte. */
async function statusOf(port: number, head: string): Promise<number> {
  const answer = await sendRaw(port, `${head}\r\nConnection: close\r\n\r\n`);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

describe('the gate of the inspector', () => {
  const gate = { port: 4080, checkToken: createBearerCheck('t0ken-of-the-run') };
  const own: [string, string][] = [
    ['Host', '127.0.0.1:4080'],
    ['Authorization', 'Bearer t0ken-of-the-run'],
  ];
  const status = (target: string, rawHeaders: [string, string][]): number | null =>
    refuseAtGate({ target, rawHeaders }, gate)?.status ?? null;

  test.each([
    ['its own address', [['Host', '127.0.0.1:4080']], null],
    ['localhost, which browsers never ask a name server for', [['Host', 'localhost:4080']], null],
    ['no Host', [], 421],
    ['another port', [['Host', '127.0.0.1:4081']], 421],
    ['no port', [['Host', '127.0.0.1']], 421],
    ['a name that was made to lead here', [['Host', 'evil.example:4080']], 421],
    ['a name that begins like ours', [['Host', '127.0.0.1:4080.evil.example']], 421],
    [
      'two of them',
      [
        ['Host', '127.0.0.1:4080'],
        ['Host', '127.0.0.1:4080'],
      ],
      421,
    ],
    [
      'its own Origin',
      [
        ['Host', '127.0.0.1:4080'],
        ['Origin', 'http://127.0.0.1:4080'],
      ],
      null,
    ],
    [
      'the Origin of another name of ours',
      [
        ['Host', '127.0.0.1:4080'],
        ['Origin', 'http://localhost:4080'],
      ],
      403,
    ],
    [
      'another Origin',
      [
        ['Host', '127.0.0.1:4080'],
        ['Origin', 'http://evil.example'],
      ],
      403,
    ],
    [
      'Origin null',
      [
        ['Host', '127.0.0.1:4080'],
        ['Origin', 'null'],
      ],
      403,
    ],
    [
      'the scheme https',
      [
        ['Host', '127.0.0.1:4080'],
        ['Origin', 'https://127.0.0.1:4080'],
      ],
      403,
    ],
    [
      'two Origins',
      [
        ['Host', '127.0.0.1:4080'],
        ['Origin', 'http://127.0.0.1:4080'],
        ['Origin', 'x'],
      ],
      403,
    ],
  ] as [string, [string, string][], number | null][])('%s', (_, headers, expected) => {
    expect(status('/', headers)).toBe(expected);
  });

  test('all but the files of the page needs the token, however its path is spelled', () => {
    const [host] = own;
    for (const target of ['/', '/app.js', '/ru.js', '/app.css', '/favicon.ico'])
      expect(status(target, [host!])).toBeNull();
    for (const target of [
      '/v1/state',
      '/%76%31/state',
      '//v1/state',
      '/v1/../app.js',
      '/app.js?x',
      '/app.js/..',
      '/V1',
    ])
      expect([target, status(target, [host!])]).toEqual([target, 401]);
    expect(status('/v1/state', own)).toBeNull();
    expect(status('/v1/state', [host!, ['Authorization', 'Bearer wrong']])).toBe(401);
    expect(status('/v1/state', [...own, ['Authorization', 'Bearer t0ken-of-the-run']])).toBe(401);
    expect(status('http://127.0.0.1:4080/v1/state', own)).toBe(400);
  });

  test('a foreign Host or Origin is refused on the wire for every path, with or without the token', async () => {
    const { port, token } = await openInspector();
    const bearer = `\r\nAuthorization: Bearer ${token}`;
    for (const path of ['/', '/app.js', '/v1/state', '/nowhere']) {
      expect(await statusOf(port, `GET ${path} HTTP/1.1\r\nHost: rebound.example:${port}${bearer}`)).toBe(421);
      const origin = `Host: 127.0.0.1:${port}\r\nOrigin: http://evil.example`;
      expect(await statusOf(port, `GET ${path} HTTP/1.1\r\n${origin}${bearer}`)).toBe(403);
    }
    expect(await statusOf(port, `GET /v1/state HTTP/1.1\r\nHost: 127.0.0.1:${port}`)).toBe(401);
    expect(await statusOf(port, `GET /v1/state HTTP/1.1\r\nHost: 127.0.0.1:${port}${bearer}`)).toBe(200);
    expect(await statusOf(port, `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}`)).toBe(400);
    expect(await statusOf(port, `GET /v1/state HTTP/1.0${bearer}`)).toBe(421);
  });

  test('a handshake for a WebSocket of another page is refused like any other request', async () => {
    const { port } = await openInspector();
    const upgrade = 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const head = `GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${upgrade}`;
    expect(await statusOf(port, `${head}\r\nOrigin: http://evil.example`)).toBe(403);
    expect(await statusOf(port, head)).toBe(401);
  });

  test('every answer has the headers of S4, refusals and errors included, and none lets another origin read it', async () => {
    const inspector = await openInspector();
    inspector.feed.add(arrived(text('hello')));
    for (const path of ['/', '/app.js', '/nowhere', '/v1/state', '/v1/events/none', '/v1/search']) {
      const { headers } = await inspector.call(path);
      for (const [name, value] of Object.entries(securityHeaders))
        expect([path, headers.get(name)]).toEqual([path, value]);
      expect([...headers.keys()].filter((name) => /^access-control|^set-cookie/.test(name))).toEqual([]);
    }
    const bare = await fetch(`${inspector.origin}/v1/state`);
    expect(bare.status).toBe(401);
    for (const [name, value] of Object.entries(securityHeaders)) expect(bare.headers.get(name)).toBe(value);
  });

  test('the policy of the page allows nothing inline, nothing from elsewhere, and no frame around it', () => {
    expect(securityHeaders['Content-Security-Policy']!.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      'img-src blob:',
      'media-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(securityHeaders).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
  });

  test('the inspector binds 127.0.0.1 alone, and its token has 256 bits that no other run has', async () => {
    const [one, other] = [await openInspector(), await openInspector()];
    expect(one.origin).toBe(`http://127.0.0.1:${one.port}`);
    expect(Buffer.from(one.token, 'base64url')).toHaveLength(32);
    expect(one.token).not.toBe(other.token);
    expect(
      (await fetch(`${one.origin}/v1/state`, { headers: { Authorization: `Bearer ${other.token}` } })).status,
    ).toBe(401);
    await expect(fetch(`http://[::1]:${one.port}/`)).rejects.toThrow('fetch failed');
    await expect(fetch(`http://127.0.0.2:${one.port}/`)).rejects.toThrow('fetch failed');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cert, key } from './checks/self-signed.ts';
import { start } from './helpers/process.ts';

const src = join(import.meta.dirname, '../src');
/** The page of the inspector runs in a browser, which verifies for itself, and asks its own origin alone. */
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('inspector/page/'),
);

test('every file that connects over TLS says itself whether certificates are verified', () => {
  const connecting = files.filter((file) =>
    /import\(?[^;]*'(node:)?(https|tls)'|from 'undici\/[^']*connect/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(connecting.length).toBeGreaterThan(2);
  const silent = connecting.filter(
    (file) => !/\brejectUnauthorized: (true|!(options\.)?insecure)\b/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(silent).toEqual([]);
});

test('nobody fetches by what takes its verification from the environment', () => {
  const fetching = files.filter((file) => /(?<![\w.`-])fetch\((?!request)/.test(readFileSync(join(src, file), 'utf8')));
  expect(fetching).toEqual([]);
});

describe('NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', SUVVY_WEBHOOK_SECRET: 'a secret that stays here' };
  const seen: (string | undefined)[] = [];
  const server = createServer({ cert, key }, (req, res) => {
    seen.push(req.headers.authorization);
    req.resume().once('end', () => res.end());
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  beforeEach(() => void seen.splice(0));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ['send', ['send', 'fixture', '--url']],
    ['send under load', ['send', 'fixture', '--repeat', '4', '--concurrency', '2', '--url']],
    ['check on fresh connections', ['check', '--only', 'deliver/text-ai', '--url']],
    ['check on one connection', ['check', '--only', 'net/keep-alive-reuse', '--url']],
  ])('%s sends no secret to who has no certificate that is vouched for', async (_, args) => {
    const { exited } = start([...args, url], { env });
    expect([1, 3]).toContain((await exited).code);
    expect(seen).toEqual([]);
  });

  test('--forward does not either, and answers 502', async () => {
    const running = start(['listen', '--port', '0', '--forward', url], { env });
    const [, here] = await running.until(/listening on (http:\S+)/);
    const headers = { Authorization: `Bearer ${env.SUVVY_WEBHOOK_SECRET}`, 'Content-Type': 'application/json' };
    const answer = await fetch(here!, { method: 'POST', headers, body: '{"event_type":"test_request"}' });
    expect(answer.status).toBe(502);
    expect(seen).toEqual([]);
  });

  test('--insecure alone turns verification off', async () => {
    const { exited } = start(['send', 'fixture', 'text', '--insecure', '--url', url], { env });
    expect((await exited).code).toBe(0);
    expect(seen).toEqual(['Bearer a secret that stays here']);
  });
});

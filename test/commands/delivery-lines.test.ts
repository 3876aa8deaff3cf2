import { expect, test } from 'vitest';
import { deliveryLines } from '../../src/commands/delivering/lines.ts';
import { guardHost } from '../../src/commands/guard.ts';
import { createRedactor } from '../../src/contract/redact.ts';
import type { Delivery } from '../../src/delivery/attempt.ts';
import { judge } from '../../src/delivery/judge.ts';
import { createPayload } from '../../src/delivery/payload.ts';
import type { RawHeader } from '../../src/http/headers.ts';
import { safe } from '../../src/text/safe.ts';
import { fakeHost } from '../helpers/fake-host.ts';
import { everythingHostile } from '../reporters/hostile-text.ts';

const secret = 's3cret';
const redact = createRedactor(secret);
const plain = (text: string): string => text;
const style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain, link: plain };

function delivery(status: number, text: string): Delivery {
  const body = Buffer.from(text);
  const headers: RawHeader[] = [
    ['Location', text],
    ['Retry-After', text],
    [text, text],
  ];
  const response = { status, statusText: text, headers, body, bodyBytes: body.length, bodyCut: null, headersMs: 1 };
  const timing = { dnsMs: 0, connectMs: 0, tlsMs: null, sendMs: 0, waitMs: 0, bodyMs: 0, totalMs: 0 };
  const outcome = { startedAt: new Date(0), response, failure: null, timing, connected: true };
  const judged = judge(outcome);
  const verdict = judged.reason === null ? judged : { ...judged, sentence: text };
  const files = [
    { name: text, fetched: true, bytes: 1, afterMs: 1 },
    { name: text, fetched: false, bytes: 1, afterMs: 1 },
    { name: text, fetched: false, bytes: 0, afterMs: null },
  ];
  const payload = createPayload({ name: text, body, secret });
  return { payload, url: new URL('http://a/'), outcome, verdict, files };
}

const cases = [200, 302, 401, 429, 500].flatMap((status) => [60, 500].map((columns) => [status, columns] as const));

test.each(cases)('a %i at %i columns: whatever comes back, the terminal stays ours', (status, columns) => {
  for (const piece of [everythingHostile, '\x1b[2J', 'a\nb', '\u202e', '\r'])
    for (const verbose of [false, true]) {
      const view = { style: { ...style, columns }, nameWidth: 20, secret, redact, verbose };
      const lines = deliveryLines(delivery(status, piece), view);
      expect(lines.filter((line) => safe(line) !== line || line.includes('\n'))).toEqual([]);
      expect(lines.slice(1).filter((line) => !line.startsWith('  '))).toEqual([]);
    }
});

test.each(cases)('a %i at %i columns: the secret is not shown, wherever it comes back', (status, columns) => {
  const written: string[] = [];
  const stdout = { write: (text: string | Uint8Array) => written.push(String(text)) > 0, once: () => undefined };
  for (const verbose of [false, true]) {
    const view = { style: { ...style, columns }, nameWidth: 0, secret, redact, verbose };
    const guarded = guardHost({ ...fakeHost(), stdout, env: { SUVVY_WEBHOOK_SECRET: secret } }).stdout;
    guarded.write(deliveryLines(delivery(status, `you sent ${secret}`), view).join('\n'));
    expect(
      written
        .join('')
        .split('\n')
        .filter((line) => line.includes(secret)),
    ).toEqual([]);
  }
});

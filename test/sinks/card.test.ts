import { describe, expect, test } from 'vitest';
import { inspect, type Received } from '../../src/receiver/inspect.ts';
import { cardLines } from '../../src/sinks/card.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { listening, post } from '../helpers/listening.ts';
import { plainStyle } from '../reporters/sample-report.ts';

const view = { style: plainStyle(100), secret: null, verbose: false };
const linesOf = (received: Received): string[] => cardLines(received, { status: 200 }, view);
const received = (event: unknown): Received => inspect(captureOf(Buffer.from(JSON.stringify(event))));
const text = (words: string): object => ({ type: 'text', message_sender: 'ai', text: words });

/** What an event holds, given as it is: some of it cannot be written as JSON. */
function holding(value: Record<string, unknown>): Received {
  const whole = received({ event_type: 'new_messages', new_messages: [] });
  return { ...whole, json: { ok: true, value }, parsed: null };
}

/** A list whose members cannot be read from `from` on. */
function readableTo(from: number, member: unknown, length = 1_000_000): unknown[] {
  return new Proxy(
    Array.from({ length }, () => member),
    {
      get(list, key, receiver) {
        if (typeof key === 'string' && Number(key) >= from) throw new Error(`${key} was read`);
        return Reflect.get(list, key, receiver) as unknown;
      },
    },
  );
}

describe('a card does not grow with what it shows', () => {
  test('it shows the first 50 messages, and how many more there are', () => {
    const messages = Array.from({ length: 1234 }, (_, index) => text(`message ${index}`));
    const lines = linesOf(received({ event_type: 'new_messages', new_messages: messages }));
    expect(lines.filter((line) => line.includes('message '))).toHaveLength(50);
    expect(lines).toContain('  … and 1,184 more messages');
    const all = linesOf(received({ event_type: 'new_messages', new_messages: messages.slice(0, 51) }));
    expect(all).toContain('  … and 1 more message');
    expect(linesOf(received({ event_type: 'new_messages', new_messages: messages.slice(0, 50) })).join()).not.toContain(
      'more message',
    );
  });

  test('it shows fewer of them where each takes many lines', () => {
    const messages = Array.from({ length: 60 }, () => text('a\n'.repeat(100)));
    const lines = linesOf(received({ event_type: 'new_messages', new_messages: messages }));
    expect(lines.length).toBeLessThan(230);
    expect(lines.at(-1)).toMatch(/^ {2}… and \d\d more messages$/);
  });

  test('what it does not show it does not read', () => {
    const messages = readableTo(60, text('hello'));
    expect(linesOf(holding({ event_type: 'new_messages', new_messages: messages }))).toContain(
      '  … and 999,950 more messages',
    );
  });

  test.each([
    ['type', { type: readableTo(1000, 1) }],
    ['sender', { type: 'text', message_sender: readableTo(1000, []) }],
    ['file name', { type: 'image', message_sender: 'ai', file: { name: [[[readableTo(1000, { a: 1 })]]] } }],
  ])('a value of a million members in the place of a %s is read only as far as it is shown', (_name, message) => {
    expect(linesOf(holding({ new_messages: [message] })).length).toBeLessThan(10);
    expect(linesOf(holding({ chat_id: readableTo(1000, 'x') })).length).toBeLessThan(10);
  });

  test('a value is shown as its JSON', () => {
    const value = { a: [1, 'x"', null, true, {}], b: { c: [] } };
    const [head] = linesOf(holding({ chat_id: value }));
    expect(head).toContain(`chat ${JSON.stringify(value)}`);
  });

  test('an event of a million messages is answered, shown and counted', async () => {
    const { host, url, exited } = await listening(['--exit-after', '1']);
    const messages = Array.from({ length: 1_600_000 }, () => '{}').join(',');
    const answer = await post(url, `{"event_type":"new_messages","new_messages":[${messages}]}`);
    expect(answer.status).toBe(200);
    expect(await exited).toBe(0);
    expect(host.out()).toContain('… and 1,599,950 more messages');
    expect(host.out()).toContain('1 request: 1 acknowledged (new_messages 1)');
  });
});

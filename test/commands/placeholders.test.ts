import { get } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ndjson, run } from '../helpers/fake-host.ts';
import { target, type Target } from '../helpers/target.ts';

const send = (url: string, ...flags: string[]) => run(['send', 'fixture', 'text', '--url', url, ...flags]);
const eventsOf = ({ seen }: Target) => seen.map(({ body }) => JSON.parse(body));
const textsOf = (receiver: Target): string[] => eventsOf(receiver).map((event) => event.new_messages[0].text);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('placeholders in --set and --chat-id', () => {
  test.each([
    ['one after the other', ['--repeat', '12']],
    ['with --concurrency', ['--repeat', '12', '--concurrency', '1']],
    ['with --rate', ['--repeat', '12', '--rate', '1000/s', '--concurrency', '1']],
  ])('%s, each request has a number of its own from 1, and the length that goes with it', async (_, flags) => {
    const receiver = await target();
    const changes = ['--set', 'new_messages[0].text=order {{n}}', '--chat-id', 'load-{{ n % 5 }}'];
    expect((await send(receiver.url, ...changes, ...flags)).code).toBe(0);
    const numbers = Array.from({ length: 12 }, (__, index) => index + 1);
    expect(textsOf(receiver)).toEqual(numbers.map((n) => `order ${n}`));
    expect(eventsOf(receiver).map((event) => event.chat_id)).toEqual(numbers.map((n) => `load-${n % 5}`));
    for (const { body, headers } of receiver.seen)
      expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  test('several payloads count together, and each {{uuid}} is another one', async () => {
    const receiver = await target();
    const set = ['--set', 'new_messages[0].text={{uuid}}', '--set', 'trace=["{{uuid}}",{{n}}]'];
    const flags = ['--url', receiver.url, '--repeat', '3', '--concurrency', '1', ...set];
    expect((await run(['send', 'fixture', 'text', 'text', ...flags])).code).toBe(0);
    const events = eventsOf(receiver);
    const ids = events.flatMap((event) => [event.new_messages[0].text, event.trace[0]]);
    for (const id of ids) expect(id).toMatch(uuid);
    expect(new Set(ids).size).toBe(12);
    expect(events.map((event) => event.trace[1])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('the rest of the text is escaped as JSON, and a number stays one only where it can be one', async () => {
    const receiver = await target();
    const set = ['new_messages[0].text="Привет"\n\\{{n}}', 'a={{n}}', 'b=0{{n}}', 'c={{n%3}}{{n}}', 'd={{uuid}}'];
    expect((await send(receiver.url, ...set.flatMap((one) => ['--set', one]))).code).toBe(0);
    const [event] = eventsOf(receiver);
    expect(event.new_messages[0].text).toBe('"Привет"\n\\1');
    expect(event).toMatchObject({ a: 1, b: '01', c: '11', d: expect.stringMatching(uuid) });
  });

  test('{{{{ sends {{ itself, and }} needs nothing', async () => {
    const receiver = await target();
    await send(receiver.url, '--set', 'new_messages[0].text={{{{n}} {{n}} {a:{b:1}}', '--chat-id', '{{{{');
    expect(textsOf(receiver)).toEqual(['{{n}} 1 {a:{b:1}}']);
    expect(eventsOf(receiver)[0].chat_id).toBe('{{');
  });

  test('--json and --dry-run show what each request has', async () => {
    const receiver = await target();
    const set = ['--set', 'new_messages[0].text=order {{n}}', '--json'];
    for (const flags of [
      ['--repeat', '2'],
      ['--repeat', '2', '--concurrency', '1', '--verbose'],
    ]) {
      const { out } = await send(receiver.url, ...set, ...flags);
      const bodies = ndjson(out).flatMap(({ type, request }) => (type === 'delivery' ? [request.body] : []));
      expect(bodies.map((body) => body.includes('order 1'))).toEqual([true, false]);
      expect(bodies[1]).toContain('order 2');
    }
    const dry = await run(['send', 'fixture', 'text', 'text', ...set, '--dry-run', '--url', receiver.url]);
    const shown = ndjson(dry.out);
    expect(shown.map(({ body }) => JSON.parse(body).new_messages[0].text)).toEqual(['order 1', 'order 2']);
    expect(shown[1]!.curl).toContain('order 2');
    expect(receiver.seen).toHaveLength(4);
  });

  test.each([
    ['alone', []],
    ['in load mode', ['--concurrency', '1']],
  ])('a file that is named by them can be fetched %s, and is reported by that name', async (_, flags) => {
    const fetched: unknown[] = [];
    const { url } = await target((__, res, body) => {
      const { name, url: link } = JSON.parse(body).new_messages[0].file;
      get(link, (file) => {
        fetched.push([name, file.statusCode]);
        file.resume().once('end', () => res.end());
      });
    });
    const set = ['--set', 'new_messages[0].file.name=photo-{{n}}.png', '--repeat', '2', '--json'];
    const { out } = await run(['send', 'fixture', 'image', '--url', url, ...set, ...flags]);
    expect(fetched).toEqual([
      ['photo-1.png', 200],
      ['photo-2.png', 200],
    ]);
    const reported = ndjson(out).flatMap(({ files = [] }) => files.map(({ name }: { name: string }) => name));
    expect(reported).toEqual(flags.length > 0 ? [] : ['photo-1.png', 'photo-2.png']);
  });

  test.each([
    ['--set', 'a{{n}}=1', '--set a{{n}}=1: {{ stands in the path'],
    ['--set', 'a={{m}}', '--set a={{m}}: there is no {{m}}; use {{n}}, {{n%100}} or {{uuid}}, and {{{{ for {{ itself'],
    ['--set', 'a={{n%0}}', 'there is no {{n%0}}'],
    ['--set', 'a={{N}}', 'there is no {{N}}'],
    ['--chat-id', 'load-{{n', '--chat-id load-{{n: "{{n" is not closed with }}; use {{n}}'],
  ])('%s %s is exit 2, and nothing is sent', async (flag, value, words) => {
    const receiver = await target();
    for (const mode of [[], ['--concurrency', '2'], ['--dry-run']]) {
      const { code, err } = await send(receiver.url, flag, value, ...mode);
      expect(code).toBe(2);
      expect(err).toContain(words);
    }
    expect(receiver.seen).toHaveLength(0);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/contract/event.ts';
import { explainIssue } from '../../src/contract/explain-issue.ts';
import { messageSenders, messageTypeNames, messageTypes } from '../../src/contract/message-types.ts';
import { eventSchemas, newMessagesSchema } from '../../src/contract/schemas.ts';

const mimeTypes = [
  ...messageTypeNames.flatMap((name) => messageTypes[name].mimeTypes ?? []),
  'a/b',
  'a/b+c.d-1',
  'a',
  '/',
];
const sizes = [0, -0, 1, 10, -1, 0.5, 1e-7, 2 ** 53 * 4, 1e20, 1e21, 1.5e300, NaN, Infinity, 1e21 - 2 ** 17];
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom(undefined, null, '', 0, [], {}, 'toString', '__proto__', 'constructor'),
);
/** Mostly one of these, now and then anything. */
const mostly = <T>(...values: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: odd });
const more = fc.dictionary(fc.constantFrom('x', 'odd key', 'width', 'toString', 'constructor'), odd, { maxKeys: 2 });
const withMore = (shape: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.tuple(shape, fc.oneof(fc.constant({}), more)).map(([one, two]) => ({ ...one, ...two }));

const file = withMore(
  fc.record(
    {
      name: mostly('a.png', ''),
      url: mostly('https://files.example/a', 'a', 'http://', 'data:,', 'HTTP://x y/'),
      size_bytes: mostly(...sizes),
      mime_type: mostly(...mimeTypes),
    },
    { requiredKeys: ['name', 'url', 'size_bytes'] },
  ),
);
const sender = mostly(...messageSenders, 'ai', 'employee');
const content = [
  fc.record({ type: fc.constant('text'), message_sender: sender, text: mostly('', 'Hello') }),
  fc.record({ type: mostly(...messageTypeNames), message_sender: sender, file }),
  fc.record({ type: mostly(...messageTypeNames), message_sender: sender, text: odd, file: odd }, { requiredKeys: [] }),
] as const;
const message = fc.oneof(...content.map(withMore), odd);
const event = withMore(
  fc.record(
    {
      event_type: fc.constantFrom('new_messages', 'new_messages', 'new_messages', 'test_request'),
      chat_id: mostly('0', undefined),
      new_messages: fc.oneof(
        { weight: 9, arbitrary: fc.array(message, { maxLength: 4 }) },
        { weight: 1, arbitrary: odd },
      ),
    },
    { requiredKeys: ['event_type'] },
  ),
);

describe('parseEvent checks messages without their schema where it can', () => {
  const filled = (item: string): string => {
    const items = Array.from({ length: Math.floor(1_000_000 / (item.length + 1)) }, () => item);
    return `{"event_type":"new_messages","new_messages":[${items.join(',')}]}`;
  };
  /** The best of several runs, in milliseconds: what else this machine does makes the others slow. */
  const fastest = (work: () => unknown): number => {
    const times = Array.from({ length: 20 }, () => {
      const startedAt = performance.now();
      work();
      return performance.now() - startedAt;
    });
    return Math.min(...times);
  };

  test(
    'it takes at most twice the time of one schema for all, with a megabyte of short messages',
    { tags: 'heavy' },
    () => {
      const event: unknown = JSON.parse(filled('{"type":"text","message_sender":"ai","text":""}'));
      expect(fastest(() => parseEvent(event))).toBeLessThan(2 * fastest(() => newMessagesSchema.safeParse(event)));
    },
  );

  test('in less time than it takes to read the JSON, with a megabyte of empty messages', { tags: 'heavy' }, () => {
    const text = filled('{}');
    const event: unknown = JSON.parse(text);
    expect(fastest(() => parseEvent(event))).toBeLessThan(fastest(() => JSON.parse(text)));
  });

  test('it finds in any event what the schemas find, in the same words', () => {
    let good = 0;
    fc.assert(
      fc.property(event, (body) => {
        const parsed = parseEvent(body);
        const { event_type: type } = body as { event_type: keyof typeof eventSchemas };
        const { success, error } = eventSchemas[type].safeParse(body);
        good += Number(success);
        expect(parsed.ok).toBe(success);
        const issues = parsed.ok ? [] : parsed.issues;
        expect(issues).toEqual((error?.issues ?? []).map((issue) => explainIssue(issue, body)));
      }),
      { numRuns: 5000 },
    );
    expect(good).toBeGreaterThan(500);
  });
});

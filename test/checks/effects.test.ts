import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { effectCases } from '../../src/checks/cases/effect.ts';
import type { CheckReport } from '../../src/checks/report.ts';
import { runChecks } from '../../src/checks/run.ts';
import { apiPath } from '../../src/contract/api/fields.ts';
import { createCollector } from '../../src/platform/collector.ts';

interface Arrived {
  event_type: string;
  chat_id?: string;
  new_messages?: { type: string; message_sender: string; text?: string; file?: { name: string; url: string } }[];
}

interface FarSide {
  /** Where a bridge sends what it passes on. */
  messenger: (chatId: string | undefined, content: string) => Promise<boolean>;
  /** What it posts to Suvvy's API for a customer. */
  customer: (text: string, chatId?: string) => Promise<void>;
  kept: string[];
}

/** What a bridge does with an event; gives its status. */
type Bridge = (event: Arrived, farSide: FarSide) => Promise<number>;

const contents = ({ event_type: type, new_messages: messages = [] }: Arrived): string[] =>
  type === 'new_messages' ? messages.map(({ text, file }) => text ?? file!.url) : [];

const pushesAtOnce: Bridge = async (event, { messenger }) => {
  if (event.chat_id === undefined && event.event_type === 'new_messages') return 422;
  const sent = await Promise.all(contents(event).map((content) => messenger(event.chat_id, content)));
  return sent.every(Boolean) ? 200 : 502;
};

const isPolled: Bridge = async (event, { kept }) => {
  kept.push(...contents(event));
  return 200;
};

/** Runs the cases of the far side against a bridge. Its own messages are read at `/messages`. */
async function check(
  bridge: Bridge,
  { reads = false, collects = true, readAt = '' }: { reads?: boolean; collects?: boolean; readAt?: string } = {},
): Promise<CheckReport> {
  const collector = await createCollector();
  onTestFinished(collector.close);
  const post = async (path: string, body: object): Promise<boolean> =>
    (await fetch(collector.url + path, { method: 'POST', body: JSON.stringify(body), headers })).ok;
  const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer any' };
  let count = 0;
  const farSide: FarSide = {
    kept: [],
    messenger: (chatId, text) => post(`/conversations/${chatId ?? 'None'}/reply`, { text }),
    async customer(text, chatId = '42') {
      const message = { api_version: 1, message_id: `m-${(count += 1)}`, chat_id: chatId, message_sender: 'customer' };
      await post(apiPath, { ...message, source: 'demo', text });
    },
  };
  const server = createServer(async (req, res) => {
    if (req.url!.startsWith('/messages')) return void res.end(JSON.stringify(farSide.kept));
    const status = await bridge(JSON.parse(await textOf(req)) as Arrived, farSide);
    res.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return runChecks({
    url: origin,
    only: ['effect/*'],
    collector: collects ? collector : undefined,
    expectRead: reads ? readAt || `${origin}/messages?chat={chat_id}` : undefined,
    callbackTimeoutMs: 150,
  });
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** What was found, by case. */
function found({ cases }: CheckReport): Record<string, string> {
  const told = cases.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn');
  return Object.fromEntries(told.map(({ id, outcome }) => [id, outcome]));
}

/** What real receivers do, and by which cases it is found. */
const bridges: [what: string, bridge: Bridge, wanted: Record<string, string>][] = [
  [
    "sends the event's own JSON back as a customer's message",
    async (event, farSide) => {
      await farSide.customer(JSON.stringify(event));
      return pushesAtOnce(event, farSide);
    },
    { 'effect/self-talk': 'fail' },
  ],
  [
    "sends the event's own JSON back as PHP writes it, with its slashes escaped",
    async (event, farSide) => {
      await farSide.customer(JSON.stringify({ ...event, new_messages: contents(event) }).replaceAll('/', '\\/'));
      return pushesAtOnce(event, farSide);
    },
    { 'effect/self-talk': 'fail' },
  ],
  [
    "sends an event back as a customer's message where it has files alone",
    async (event, farSide) => {
      if (event.new_messages?.every(({ file }) => file)) await farSide.customer(JSON.stringify(event));
      return pushesAtOnce(event, farSide);
    },
    { 'effect/self-talk': 'fail' },
  ],
  [
    'refuses links to this machine, and takes public ones',
    async (event, farSide) =>
      event.new_messages?.some(({ file }) => file?.url.startsWith('http:')) ? 422 : pushesAtOnce(event, farSide),
    { 'effect/image': 'warn', 'effect/audio': 'warn', 'effect/document': 'warn' },
  ],
  [
    "sends the bot's words back as a customer's, in place of passing them on",
    async (event, { customer }) => {
      for (const content of contents(event)) await customer(content);
      return 200;
    },
    {
      'effect/callback': 'fail',
      'effect/employee': 'fail',
      'effect/second-text': 'fail',
      'effect/image': 'fail',
      'effect/audio': 'fail',
      'effect/document': 'fail',
      'effect/self-talk': 'fail',
    },
  ],
  [
    'posts the text of an unknown event on',
    async (event, farSide) => pushesAtOnce({ ...event, event_type: 'new_messages' }, farSide),
    { 'effect/unknown': 'fail' },
  ],
  [
    'answers 200 and drops what an employee writes',
    async (event, farSide) => {
      const messages = event.new_messages?.filter(({ message_sender: sender }) => sender === 'ai') ?? [];
      return pushesAtOnce({ ...event, new_messages: messages }, farSide);
    },
    { 'effect/employee': 'fail' },
  ],
  [
    'answers 200 and drops files',
    async (event, farSide) => {
      const messages = event.new_messages?.filter(({ type }) => type === 'text') ?? [];
      return pushesAtOnce({ ...event, new_messages: messages }, farSide);
    },
    { 'effect/image': 'fail', 'effect/audio': 'fail', 'effect/document': 'fail' },
  ],
  [
    'answers 200 and passes on the first message alone',
    async (event, farSide) => pushesAtOnce({ ...event, new_messages: event.new_messages?.slice(0, 1) ?? [] }, farSide),
    { 'effect/second-text': 'fail' },
  ],
  [
    'answers 200 and drops everything',
    async () => 200,
    {
      'effect/callback': 'fail',
      'effect/employee': 'fail',
      'effect/second-text': 'fail',
      'effect/image': 'fail',
      'effect/audio': 'fail',
      'effect/document': 'fail',
    },
  ],
  [
    'posts to /conversations/None/reply where there is no chat_id',
    async (event, { messenger }) => {
      const sent = await Promise.all(contents(event).map((content) => messenger(event.chat_id, content)));
      return sent.every(Boolean) ? 200 : 502;
    },
    { 'effect/chat-id': 'fail' },
  ],
  [
    'swallows the failure of its messenger',
    async (event, farSide) => {
      const status = await pushesAtOnce(event, farSide);
      return status === 502 ? 200 : status;
    },
    { 'effect/failure': 'warn' },
  ],
  [
    'calls its messenger once a text, one after the other, before it answers',
    async (event, { messenger }) => {
      if (event.chat_id === undefined && event.event_type === 'new_messages') return 422;
      let sent = true;
      for (const content of contents(event)) sent = (await messenger(event.chat_id, content)) && sent;
      return sent ? 200 : 502;
    },
    { 'effect/slow': 'warn' },
  ],
  [
    'keeps messages to be polled, where nobody reads them',
    isPolled,
    {
      'effect/callback': 'fail',
      'effect/employee': 'fail',
      'effect/second-text': 'fail',
      'effect/image': 'fail',
      'effect/audio': 'fail',
      'effect/document': 'fail',
    },
  ],
];

describe('check with a collector finds a bridge that', () => {
  test.each(bridges)('%s', async (_, bridge, wanted) => {
    expect(found(await check(bridge))).toEqual(wanted);
  });
});

describe('check finds nothing in a sound bridge that', () => {
  test('pushes what it gets', async () => {
    const report = await check(pushesAtOnce);
    expect(found(report)).toEqual({});
    expect(report.summary.exitCode).toBe(0);
  });

  test('passes on again later what has failed, after its answer', async () => {
    const report = await check(async (event, farSide) => {
      if (event.chat_id === undefined && event.event_type === 'new_messages') return 422;
      for (const content of contents(event))
        void farSide
          .messenger(event.chat_id, content)
          .then((sent) => sent || farSide.messenger(event.chat_id, content))
          // The slow one is still waiting when the run is over.
          .catch(() => {});
      return 200;
    });
    expect(found(report)).toEqual({});
  });

  test('takes longer than all calls together for its own work, and calls its messenger at once', async () => {
    const report = await check(async (event, farSide) => {
      // Longer than three slow calls: 900 ms.
      if ((event.new_messages?.length ?? 0) > 2) await pause(950);
      return pushesAtOnce(event, farSide);
    });
    expect(found(report)).toEqual({});
  });

  test('is polled, with --expect-read, also where much was kept before', async () => {
    const bridge: Bridge = (event, farSide) => {
      if (farSide.kept.length === 0) farSide.kept.push('x'.repeat(1_000_000));
      return isPolled(event, farSide);
    };
    const report = await check(bridge, { reads: true, collects: false });
    expect(found(report)).toEqual({});
    expect(report.cases.map(({ id, outcome }) => `${id} ${outcome}`)).toContain('effect/callback pass');
  });

  test('writes to Suvvy as an employee what an employee has written elsewhere', async () => {
    const report = await check(async (event, farSide) => {
      await farSide.customer('What the customer writes meanwhile');
      return pushesAtOnce(event, farSide);
    });
    expect(found(report)).toEqual({});
  });
});

test('a messenger that is never told of the chat is recorded, since it may know it by an id of its own', async () => {
  const report = await check(async (event, { messenger }) => {
    await Promise.all(contents(event).map((content) => messenger('crm-7', content)));
    return 200;
  });
  expect(report.cases.find(({ id }) => id === 'effect/chat-id')).toMatchObject({
    outcome: 'info',
    actual: expect.stringContaining('has chat_id "0" in it'),
  });
});

test('where everything is dropped there is one cause, and not one for each kind of message', async () => {
  const { rootCauses } = await check(async () => 200);
  expect(rootCauses).toMatchObject([{ message: 'a message was answered 2xx and not passed on' }]);
});

test('every case of the far side has a bridge that it finds', () => {
  const proven = new Set(bridges.flatMap(([, , wanted]) => Object.keys(wanted)));
  expect(effectCases.filter(({ id }) => !proven.has(id)).map(({ id }) => id)).toEqual([]);
});

describe('what check says of a message that is lost', () => {
  test.each([
    [{ reads: false, collects: true }, 'it never came to the collector'],
    [{ reads: true, collects: false }, 'it was never in what --expect-read reads'],
    [{ reads: true, collects: true }, 'it never came to the collector, nor was it in what --expect-read reads'],
  ])('names the places where it was looked for, with %j: %s', async (ways, missing) => {
    const { cases } = await check(async () => 200, ways);
    const lost = cases.find(({ id }) => id === 'effect/callback')!;
    expect(lost.actual).toBe(`answered 2xx, and ${missing}`);
    expect(lost.expected).not.toContain('collector');
  });

  test.each([404, 503])('says that --expect-read was answered %i', async (status) => {
    const server = createServer((_, res) => res.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const readAt = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{chat_id}`;
    const { cases } = await check(async () => 200, { reads: true, collects: false, readAt });
    const { actual } = cases.find(({ id }) => id === 'effect/callback')!;
    expect(actual).toBe(`answered 2xx, and --expect-read got nothing: it answered ${status}`);
  });

  test('says that nothing listens where --expect-read reads', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const readAt = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await new Promise((resolve) => server.close(resolve));
    const { cases } = await check(async () => 200, { reads: true, collects: false, readAt });
    const { actual } = cases.find(({ id }) => id === 'effect/callback')!;
    expect(actual).toContain(`--expect-read got nothing: nothing listens on ${new URL(readAt).host}`);
  });
});

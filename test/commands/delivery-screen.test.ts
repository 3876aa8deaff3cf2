import { expect, test } from 'vitest';
import { inspect } from '../../src/receiver/inspect.ts';
import { cardLines } from '../../src/sinks/card.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { run } from '../helpers/fake-host.ts';
import { listening } from '../helpers/listening.ts';
import { plainStyle } from '../reporters/sample-report.ts';
import { target } from '../helpers/target.ts';

const stack = 'TypeError: no text\n    at /srv/shop/server.js:5:28\n    at /srv/shop/node_modules/express/x.js:1:1';

test('a delivery is one line, and its phases come with --verbose', async () => {
  const { url } = await target();
  const { out } = await run(['send', 'fixture', 'text', '--url', url]);
  expect(out).toMatch(/^✔ text {2}200 OK +\d+ ms +delivered\n$/);
  const { out: all } = await run(['send', 'fixture', 'text', '--url', url, '--verbose']);
  expect(all).toMatch(/^✔ text {2}200 OK +\d+ ms +delivered +dns \d+ · connect \d+ · send \d+ · wait \d+ · body \d+\n/);
});

test('--verbose shows JSON with a line for each member, and long numbers as they came', async () => {
  const { url } = await target((_, res) => res.end('{"id":4634343214213523454,"tags":["a","b"]}'));
  const { out } = await run(['send', 'fixture', 'test_request', '--url', url, '--verbose']);
  expect(out).toContain('  > {\n  >   "event_type": "test_request"\n  > }\n');
  expect(out).toContain(
    '  < {\n  <   "id": 4634343214213523454,\n  <   "tags": [\n  <     "a",\n  <     "b"\n  <   ]\n  < }\n',
  );
});

test('under an undelivered event stands the line of the error page that matters, and not the page', async () => {
  const { url } = await target((_, res) =>
    res
      .writeHead(500)
      .end(`<!DOCTYPE html><html><head><title>Error</title></head><body><pre>${stack}</pre></body></html>`),
  );
  const { out } = await run(['send', 'fixture', 'text', '--url', url]);
  expect(out.split('\n').slice(1)).toEqual([
    '  │ TypeError: no text at server.js:5:28',
    '  → the receiver failed: its own log says why',
    '',
  ]);
});

test('the summary counts undelivered events by their status', async () => {
  const { url } = await target((_, res, body) => res.writeHead(body.includes('test_request') ? 200 : 500).end());
  const { out } = await run(['send', 'fixture', 'text', 'image', 'audio', 'document', 'test_request', '--url', url]);
  expect(out).toContain('\n5 events sent · 1 delivered · 4 undelivered · 500 x4 · p50 ');
  const { out: json } = await run(['send', 'fixture', 'text', 'test_request', '--url', url, '--json']);
  expect(JSON.parse(json.trim().split('\n').at(-1)!)).toMatchObject({ statuses: { 200: 1, 500: 1 } });
});

test('the table of a load says each status once, and no reason beside it', async () => {
  const { url } = await target(500);
  const { out } = await run(['send', 'fixture', 'text', '--repeat', '4', '--concurrency', '1', '--url', url]);
  expect(out).toMatch(/^sent +4\ndelivered +0 .*\nundelivered +4 .*\nstatus 500 +4 .*\nrate /);
});

test('that nobody fetched the files is said once for all of them', async () => {
  const { url } = await target();
  const { out } = await run(['send', 'fixture', 'image', 'audio', 'document', '--url', url]);
  expect(out.match(/fetched/g)).toHaveLength(1);
  expect(out).toContain('\n3 files not fetched by then (--expect-fetch waits for that)\n');
});

test('towards our own listen nothing is said about fetching', async () => {
  const { url, end } = await listening([]);
  const { out } = await run(['send', 'fixture', 'image', '--url', url]);
  await end();
  expect(out).toMatch(/^✔ image .* delivered\n$/);
});

test('listen shows the line that matters of what the app behind --forward answered', async () => {
  const { url: app } = await target((_, res) => res.writeHead(500).end(stack));
  const { host, url, end } = await listening(['--forward', app]);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"event_type":"test_request"}',
  });
  expect(await answer.text()).toBe(stack);
  await end();
  expect(host.out()).toContain('  → the app says: TypeError: no text at server.js:5:28\n');
});

test('fixtures list counts equal messages', async () => {
  const { out } = await run(['fixtures', 'list']);
  expect(out).toMatch(/^audios +8 audio from ai$/m);
});

test.each([
  [
    ['send', 'fixture'],
    ['Where it goes:', 'What is sent:', 'When it passes:', 'Files:', 'Load:', 'Options:', 'Global Options:'],
  ],
  [
    ['check'],
    [
      'Which cases:',
      'When it passes:',
      'The receiver:',
      'What is sent:',
      'Files:',
      'Reports:',
      'Options:',
      'Global Options:',
    ],
  ],
])('the options of %j --help are in groups', async (command, groups) => {
  const { out } = await run([...command, '--help']);
  expect(
    out
      .match(/^[A-Z][\w ]+:$/gm)!
      .filter((title) => !['Examples:', 'Arguments:'].includes(title))
      .toSorted(),
  ).toEqual(groups.toSorted());
});

test('where there is no terminal no text is broken, and one that is too long is still cut', () => {
  const event = (text: string) => ({
    event_type: 'new_messages',
    new_messages: [{ type: 'text', message_sender: 'ai', text }],
  });
  const view = { style: plainStyle(Infinity), secret: null, verbose: false };
  const cards = ['word '.repeat(100).trim(), 'word '.repeat(100_000)].map((text) =>
    cardLines(inspect(captureOf(JSON.stringify(event(text)))), { status: 200 }, view).join('\n'),
  );
  expect(cards[0]).toContain('word '.repeat(100).trim());
  expect(cards[1]!.length).toBeLessThan(20_000);
  expect(cards[1]).toMatch(/… \d+,\d+ more characters/);
});

import { expect, test } from 'vitest';
import { apiPath } from '../src/contract/api/fields.ts';
import { bin, start } from './helpers/process.ts';
import { target } from './helpers/target.ts';
import { hasScript, onTerminal } from './helpers/terminal.ts';
import { posted } from './platform/customer-message.ts';

const token = 'k7-token-of-the-api';

/** A `mock --chat` on a terminal, and somebody who writes to it. */
async function chatting(webhook: string) {
  const flags = ['--chat', '--url', webhook, '--port', '0', '--token', token, '--no-color'];
  const mock = start([], { program: onTerminal([process.execPath, bin, 'mock', ...flags]) });
  const [, endpoint = ''] = await mock.until(/posted to (\S+)/);
  expect(endpoint).toContain(apiPath);
  await mock.until(/Ctrl-C ends it/);
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  await fetch(endpoint, { method: 'POST', body: JSON.stringify(posted()), headers });
  return mock;
}

test.skipIf(!hasScript()).each([
  ['Ctrl-D', '\u0004'],
  ['Ctrl-C', '\u0003'],
])(
  'mock --chat sends what is typed on a terminal, while cards come in between, and ends with 0 on %s',
  async (_, end) => {
    const app = await target();
    const mock = await chatting(app.url);
    mock.child.stdin.write('Half a li');
    await mock.until(/customer · chat 42/);
    mock.child.stdin.write('ne\n/takeover\nfrom a person\n');
    await mock.until(/bot · chat 42[^]*employee · chat 42[^]*delivered/);
    mock.child.stdin.write(end);
    expect(await mock.exited).toMatchObject({ code: 0 });
    expect(mock.out()).toContain('2 events sent, 2 delivered');
    expect(app.seen.map(({ body }) => JSON.parse(body).new_messages[0])).toMatchObject([
      { text: 'Half a line', message_sender: 'ai' },
      { text: 'from a person', message_sender: 'employee' },
    ]);
  },
);

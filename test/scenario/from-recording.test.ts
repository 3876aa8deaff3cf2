import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { apiPath } from '../../src/contract/api/fields.ts';
import { scenarioOf } from '../../src/scenario/from-recording.ts';
import { fakeHost, run } from '../helpers/fake-host.ts';
import { posted } from '../platform/customer-message.ts';
import { fileWith, openBridge } from './bridge.ts';

const customer = (changes: object): object => ({
  v: 2,
  kind: 'customer',
  chatId: '79161234567',
  messageId: 'wamid.ABC123',
  sender: 'customer',
  text: 'Hello',
  attachments: [],
  clientName: 'Anna Petrova',
  clientPhone: '+79161234567',
  status: 200,
  ...changes,
});

const delivery = (messages: object[], changes: object = {}): object => ({
  v: 2,
  kind: 'delivery',
  chatId: '79161234567',
  url: 'http://localhost:3000/suvvy?key=hidden',
  delivered: true,
  request: { body: JSON.stringify({ event_type: 'new_messages', new_messages: messages }) },
  ...changes,
});

function made(lines: object[]): string {
  return scenarioOf(Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')), 'chat.ndjson').text;
}

describe('a scenario that is made of a recording', () => {
  test('has nothing in it of ids, names, phones and addresses', () => {
    const text = made([
      customer({ text: 'I am Anna (anna.petrova@example.org), call +7 916 123-45-67 or 8 (495) 765-43-21' }),
      delivery([
        { type: 'text', message_sender: 'ai', text: 'Dear ANNA PETROVA, your chat is 79161234567' },
        { type: 'document', message_sender: 'ai', file: { name: 'Petrova.pdf', url: 'http://127.0.0.1:1/x' } },
      ]),
      customer({ chatId: '555000111', clientName: 'Ли', messageId: 'wamid.XYZ', text: 'wamid.ABC123' }),
    ]);
    expect(text).not.toMatch(/anna|petrova|916|4567|495|765|555000|ABC123|hidden/i);
    expect(text).toContain('I am Client1 (person1@example.com)');
    expect(text).toContain('chat_id: "1001"');
    expect(text).toContain('chat_id: "1002"');
  });

  test('expects what was taken, says what was sent, and leaves out what was refused', () => {
    const text = made([
      customer({ text: 'Where is my order?' }),
      customer({ text: 'refused', status: 422 }),
      customer({ text: 'of an employee', sender: 'employee' }),
      delivery([{ type: 'text', message_sender: 'employee', text: 'Here' }], { delivered: false }),
      customer({ text: null, attachments: [{ fileType: 'image' }] }),
      { v: 2, kind: 'finding', id: 'loop/quotation' },
    ]);
    expect(text.slice(text.indexOf('name:'))).toBe(`name: "recorded in chat.ndjson"
webhook: "http://localhost:3000/suvvy"
steps:
  - expect: customer
    within: 60s
    text: "Where is my order?"
  - employee:
      - { text: "Here" }
    delivered: false
  - expect: customer
    within: 60s
    type: "image"
`);
  });

  test('runs: what mock has recorded of a bridge passes against the same bridge', async () => {
    const bridge = await openBridge();
    const cwd = dirname(fileWith(''));
    const host = fakeHost({ cwd });
    const port = String(bridge.apiPort);
    const ended = main(
      [
        'mock',
        '--port',
        port,
        '--record',
        'chat.ndjson',
        '--exit-after',
        '1',
        '--json',
        '--url',
        `${bridge.origin}/suvvy`,
      ],
      host,
    );
    await host.untilOut(/"ready"/);
    await fetch(`http://127.0.0.1:${port}${apiPath}`, {
      method: 'POST',
      body: JSON.stringify(posted({ client_name: 'Anna', text: 'Anna writes' })),
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer x' },
    });
    expect(await ended).toBe(0);
    const { out, code } = await run(['run', '--from', 'chat.ndjson'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('text: "Client1 writes"');
    const post = '  - { post: /messenger, json: { chat: "42", text: Client1 writes } }\n';
    const file = fileWith(out.replace('steps:\n', `steps:\n${post}`));
    expect(readFileSync(join(cwd, 'chat.ndjson'), 'utf8')).toContain('Anna');
    expect((await run(['run', file, '--port', port])).out).toContain('4 passed');
  });

  test.each([
    ['an empty file', '', 'is not a recording of mock'],
    ['a journal of listen', '{"v":1,"id":"a"}\n', 'was written by listen --record'],
    ['a recording of nothing', '{"v":2,"kind":"finding"}\n', 'nobody has written anything'],
  ])('%s is exit 2, with the reason', async (_name, text, words) => {
    const { code, err } = await run(['run', '--from', fileWith(text, 'chat.ndjson')]);
    expect(err).toContain(words);
    expect(code).toBe(2);
  });

  test('--from and a scenario exclude each other', async () => {
    const { code, err } = await run(['run', 'case.yaml', '--from', 'chat.ndjson']);
    expect(err).toContain('--from prints a scenario, and runs none');
    expect(code).toBe(2);
  });
});

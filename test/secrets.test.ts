import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, type Argument, type Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { main } from '../src/cli.ts';
import { addCommands } from '../src/commands/context.ts';
import { commands } from '../src/commands/index.ts';
import { createRedactor } from '../src/contract/redact.ts';
import { reporters } from '../src/reporters/index.ts';
import { fakeHost, ndjson } from './helpers/fake-host.ts';
import { listening, post } from './helpers/listening.ts';
import { target } from './helpers/target.ts';

// Not a word, and with characters that JSON, URLs, HTML and shells spell otherwise.
const secret = `k7/Zq+"w9'&x<`;
const entry = {
  v: 1,
  id: 'mwsq0v910000n371',
  receivedAt: '2026-01-31T12:00:00.000Z',
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ event_type: 'new_messages', new_messages: [{ type: 'text', text: secret }] }),
  auth: 'ok',
  eventType: 'new_messages',
  issues: [],
  unknownFields: [],
  answer: { status: 500 },
};

interface Leaf {
  words: string[];
  holders: (Option | Argument)[];
}

/** Every command without commands of its own, as the program knows it: a new one cannot be forgotten. */
async function leaves(): Promise<Leaf[]> {
  const program = new Command('suvvy-hook');
  await addCommands(program, { host: fakeHost(), commands, finish: () => {} }, () => true);
  const visit = (command: Command, words: string[]): Leaf[] => {
    const own =
      command.commands.length > 0 ? command.commands.flatMap((one) => visit(one, [...words, one.name()])) : [];
    return own.length > 0 ? own : [{ words, holders: [...command.options, ...command.registeredArguments] }];
  };
  return program.commands.flatMap((command) => visit(command, [command.name()]));
}

/** What a command needs beside what is tried, so that it gets as far as it can. */
function rest(words: string[], url: string, folder: string): string[] {
  const journal = join(folder, 'events.ndjson');
  const event = join(folder, 'event.json');
  const needed: Record<string, string[]> = {
    listen: ['--port', '0', '--timeout', '30ms'],
    'send fixture': ['text', '--url', url],
    'send file': [event, '--url', url],
    'send message': ['--text', 'x', '--url', url],
    replay: [journal, '--url', url],
    mock: ['--url', url, '--port', '0', '--timeout', '30ms'],
    check: [url, '--only', 'deliver/text-ai', '--timeout', '500ms'],
    'fixtures show': ['text'],
    'fixtures save': [journal, '--id', entry.id, '--name', 'saved', '--fixtures', folder],
    validate: [event],
    completion: ['bash'],
  };
  return needed[words.join(' ')] ?? [];
}

/** Everything that a run wrote: both outputs, and every file. */
async function written(argv: string[], folder: string): Promise<string> {
  const host = fakeHost({ env: { SUVVY_WEBHOOK_SECRET: secret, PATH: process.env['PATH'] ?? '' }, cwd: folder });
  await main(argv, host);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !/(events\.ndjson|event\.json)$/.test(path));
  return [host.out(), host.err(), ...files.map((path) => readFileSync(path, 'utf8'))].join('\n');
}

function workplace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  writeFileSync(join(folder, 'events.ndjson'), `${JSON.stringify(entry)}\n`);
  writeFileSync(join(folder, 'event.json'), entry.body);
  return folder;
}

/** An app that says back what it was sent, in its status line, its headers and its body, and fails. */
const echo = () =>
  target((_, res, body) => {
    res.writeHead(500, { 'X-Echo': encodeURIComponent(secret) });
    res.end(`<p>${secret}</p>${JSON.stringify({ secret })}${Buffer.from(secret).toString('base64')}${body}`);
  });

const finds = createRedactor(secret).finds;

const found = await leaves();
const tries = found.flatMap(({ words, holders }) =>
  holders
    .filter((holder) => !('long' in holder) || holder.required || holder.optional)
    .filter((holder) => !('long' in holder && /^--(secret|token)/.test(holder.long ?? '')))
    .map((holder) => [words, 'long' in holder ? (holder.long ?? holder.flags) : holder.name()] as const),
);

describe('the secret is in nothing that a command writes, whatever it was typed into', () => {
  test.each(tries)('%j %s', async (words, name) => {
    const folder = workplace();
    const { url } = await echo();
    const given = name.startsWith('--') ? [`${name}=${secret}`] : [secret];
    for (const more of [[], ['--json'], ['--verbose'], ['--dry-run']]) {
      if (more[0] === '--dry-run' && !/^(send|replay|check)/.test(words[0]!)) continue;
      const text = await written([...words, ...given, ...rest([...words], url, folder), ...more], folder);
      expect({ leaks: finds(text), text }).toEqual({ leaks: false, text });
    }
  });

  test('every command was tried', () => {
    expect(found.map(({ words }) => words[0])).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
  });
});

describe('the secret is in no report', () => {
  test.each(reporters.map(({ name }) => name))('%s, in a file and on stdout', async (name) => {
    const folder = workplace();
    const { url } = await echo();
    const argv = [
      'check',
      `${url}?key=${encodeURIComponent(secret)}`,
      '--only',
      'deliver/*,auth/*',
      '--chat-id',
      secret,
    ];
    const text = await written(
      [...argv, '--report', `${name}=report.txt`, '--file-base-url', `http://a/${secret}`],
      folder,
    );
    expect(readFileSync(join(folder, 'report.txt'), 'utf8').length).toBeGreaterThan(100);
    expect({ leaks: finds(text), text }).toEqual({ leaks: false, text });
    expect(finds(await written([...argv, '--report', name], folder))).toBe(false);
  });

  test('the output of a server that --start runs is shown without it', async () => {
    const folder = workplace();
    const server = `node -e 'console.error(process.env.SUVVY_WEBHOOK_SECRET); process.exit(1)'`;
    const text = await written(['check', 'http://127.0.0.1:9/', '--start', server, '--wait', '2s'], folder);
    expect(text).toContain('***');
    expect({ leaks: finds(text), text }).toEqual({ leaks: false, text });
  });
});

test.each([[[]], [['--verbose']], [['--json']]])(
  'the secret is in nothing that listen writes, wherever it arrives (%j)',
  async (flags) => {
    const { host, url, end } = await listening(['--secret', secret, ...flags]);
    const auth = { Authorization: `Bearer ${secret}`, 'X-Token': encodeURIComponent(secret) };
    const hidden = { event_type: secret, [secret]: [secret, { [secret]: secret }], chat_id: secret };
    await post(`${url}/${encodeURIComponent(secret)}`, JSON.stringify(hidden), auth);
    await post(url, JSON.stringify({ ...hidden, event_type: 'new_messages', new_messages: [{ text: secret }] }), auth);
    await post(url, `${'x'.repeat(30_000)}${secret}`, auth);
    await end();
    expect(finds(host.out() + host.err())).toBe(false);
  },
);

test.each(['type', 'test', 'ai', 'event', 'text', 'summary'])(
  'with the secret %j an output keeps its form, its fields and its counts',
  async (short) => {
    const { host, url, end } = await listening(['--secret', short, '--json', '--events', 'test_request']);
    await post(url, '{"event_type":"test_request"}', { Authorization: `Bearer ${short}` });
    expect(await end()).toBe(0);
    const [ready, event, summary] = ndjson(host.out());
    expect(ready!['type']).toBe('ready');
    expect(event).toMatchObject({ eventType: 'test_request', issues: [], auth: 'ok', answer: { status: 200 } });
    expect(summary).toMatchObject({ requests: 1, events: { test_request: 1 }, missingTypes: [] });
  },
);

test('a short secret is warned of, and so is one that is a word of every event', async () => {
  const { url } = await target();
  for (const [short, words] of [
    ['s3cret', 'shorter than 8 characters'],
    ['test_request', 'a word that every event has'],
  ] as const) {
    const host = fakeHost();
    expect(await main(['send', 'fixture', 'text', '--secret', short, '--url', url], host)).toBe(0);
    expect(host.err()).toContain(words);
  }
});

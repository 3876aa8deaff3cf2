import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { bundledFolder } from '../../src/fixtures/list.ts';
import { deliverBody, deliverFixture, startSuvvy, type RunningSuvvy, type StartSuvvyOptions } from '../../src/index.ts';
import { fakeHost, run } from '../helpers/fake-host.ts';
import { closedPort } from '../helpers/target.ts';

const folder = join(import.meta.dirname, '../../examples/bridge');
const secret = 'an example of a secret';
const asset = (name: string): string => join(bundledFolder, 'assets', name);

interface Bridge {
  /** The line that leaves out what the bridge itself has sent, and what stands there in one that loops. */
  guard: [line: string, without: string];
  /** The program and its words; null where this machine cannot run it. */
  command(file: string): Promise<string[] | null>;
}

const bridges: Record<string, Bridge> = {
  'bridge.ts': {
    guard: ['  if (update.own) return;\n', ''],
    // `npx -y tsx` would fetch a package. A Node that strips types runs the file as it is; an older one gets it stripped.
    command: async (file) => [
      process.execPath,
      'typescript' in process.features && process.features.typescript ? file : await stripped(file),
    ],
  },
  'bridge.py': {
    guard: ['if not update.get("own"):', 'if True:'],
    command: async (file) =>
      spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0
        ? ['python3', file]
        : null,
  },
};

async function stripped(file: string): Promise<string> {
  const built = join(emptyFolder(), 'bridge.mjs');
  await build({ input: file, platform: 'node', logLevel: 'silent', output: { file: built, format: 'esm' } });
  return built;
}

function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
}

interface Running {
  suvvy: RunningSuvvy;
  webhook: string;
  /** What the messenger tells the bridge of. */
  customerWrites(update: Record<string, unknown>): Promise<void>;
  /** What the bridge has printed, once this is in it. */
  said(text: string): Promise<string>;
}

/** A bridge as a program, between Suvvy of the library and the messenger of the test. */
async function start(
  name: string,
  {
    skip,
    change = (text) => text,
    ...options
  }: Partial<StartSuvvyOptions> & {
    skip: (why: string) => void;
    change?: (text: string) => string;
  },
): Promise<Running> {
  const file = join(emptyFolder(), name);
  writeFileSync(file, change(readFileSync(join(folder, name), 'utf8')));
  const [program, ...words] = (await bridges[name]!.command(file)) ?? [];
  if (program === undefined) skip('there is no python3 of 3.9 or later');
  const port = await closedPort();
  const webhook = `http://127.0.0.1:${port}/suvvy`;
  const suvvy = await startSuvvy({ webhook, secret, ...options });
  const { url: SUVVY_API_URL, token: SUVVY_API_TOKEN } = suvvy;
  const own = { SUVVY_API_URL, SUVVY_API_TOKEN, SUVVY_WEBHOOK_SECRET: secret, PORT: String(port) };
  const child = spawn(program!, words, { env: { PATH: process.env['PATH'], ...own } });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await suvvy.close();
  });
  const said = listenTo(child);
  await said('listening on');
  return { suvvy, webhook, said, customerWrites: (update) => toMessenger(port, update) };
}

function listenTo(child: ChildProcess): (text: string) => Promise<string> {
  let output = '';
  const looks = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk;
    for (const look of looks) look();
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  return (text) =>
    new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(output)));
      const look = (): void => {
        if (output.includes(text)) resolve(output);
      };
      looks.add(look);
      look();
    });
}

async function toMessenger(port: number | string, update: Record<string, unknown>): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${port}/messenger`, {
    method: 'POST',
    body: JSON.stringify(update),
  });
  expect(status).toBe(200);
}

async function untilReady(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setImmediate(resolve));
}

test('every example of a bridge is tested', () => {
  const files = readdirSync(folder).filter((file) => !/\.(md|yaml)$/.test(file));
  expect(files.toSorted()).toEqual(Object.keys(bridges).toSorted());
});

describe.each(Object.keys(bridges))('%s', (name) => {
  test('passes the scenario beside it, and without its guard against its own messages it fails', async ({ skip }) => {
    const { guard } = bridges[name]!;
    for (const expected of [0, 1]) {
      const file = join(emptyFolder(), name);
      const text = readFileSync(join(folder, name), 'utf8');
      writeFileSync(file, expected === 0 ? text : text.replace(guard[0], guard[1]));
      expect(text).toContain(guard[0]);
      const command = await bridges[name]!.command(file);
      if (command === null) skip('there is no python3 of 3.9 or later');
      const port = await closedPort();
      const flags = ['--url', `http://127.0.0.1:${port}/suvvy`, '--port', '0', '--secret', secret];
      const { code, out } = await run(
        ['run', join(folder, 'scenario.yaml'), '--start', command!.map((word) => `"${word}"`).join(' '), ...flags],
        { env: { PATH: process.env['PATH']!, PORT: String(port) } },
      );
      expect(out).toContain(
        expected === 0 ? '"the example bridge carries messages both ways" passes' : 'loop/self-talk',
      );
      expect(code).toBe(expected);
    }
  });

  test('carries messages and files both ways, and sends nothing of the bot back', async ({ skip }) => {
    const { suvvy, said, customerWrites } = await start(name, { skip });
    await customerWrites({ id: 'm-1', chat: '42', name: 'Anna', text: 'Grüße 👋' });
    const hello = await suvvy.waitForCustomer({ text: 'Grüße 👋' });
    expect(hello).toMatchObject({ messageId: 'm-1', chatId: '42', clientName: 'Anna', sender: 'customer' });

    const parts = [
      { text: 'Hello, Anna' },
      { image: asset('image.png') },
      { audio: asset('voice.ogg') },
      { document: asset('document.pdf') },
    ];
    expect((await suvvy.say('42', parts)).verdict).toMatchObject({ delivered: true, warnings: [] });
    const printed = await said('"document.pdf" (');
    expect(printed).toContain('to 42: "Hello, Anna"\nto 42: "image.png" (');
    expect(printed).toMatch(/"voice\.ogg" \(\d+ bytes\)\nto 42: "document\.pdf" \(\d+ bytes\)/);

    const data = readFileSync(asset('photo.jpg'), 'base64');
    await customerWrites({ id: 'm-2', chat: '42', file: { name: 'mug.jpg', type: 'image', data } });
    await customerWrites({ id: 'm-3', chat: '42', file: { name: 'list.pdf', type: 'document', data } });
    // In order: had the bot's words gone back, they would be before these.
    const [photo, list] = [await suvvy.waitForCustomer(), await suvvy.waitForCustomer()];
    expect(photo).toMatchObject({ messageId: 'm-2', text: null, attachments: [{ mimeType: 'image/jpeg' }] });
    expect(list).toMatchObject({ messageId: 'm-3', text: '(a file: list.pdf)', attachments: [] });
    expect(suvvy.findings).toEqual([]);
  });

  test('takes the test button and what it does not know, and refuses strangers', async ({ skip }) => {
    const { suvvy, webhook: url, said } = await start(name, { skip });
    expect((await suvvy.sendTest()).verdict.delivered).toBe(true);
    await said('Suvvy tested the connection');
    const unknown = { type: 'sticker', message_sender: 'ai', sticker: '🙂' };
    for (const body of [
      { event_type: 'dialogue_closed', chat_id: '42' },
      {
        event_type: 'new_messages',
        chat_id: '42',
        new_messages: [unknown, { ...unknown, type: 'text', text: 'last' }],
      },
    ])
      expect((await deliverBody(body, { url, secret })).verdict.delivered).toBe(true);
    expect(await said('"last"')).not.toMatch(/sticker|dialogue_closed|not handled/);
    for (const wrong of [undefined, 'an example of a secre', 'wrong'])
      expect((await deliverFixture('text', { url, secret: wrong })).outcome.response?.status).toBe(401);
  });

  test('sends a message again under its own id after a 503, and gives it up after a 402', async ({ skip }) => {
    const { suvvy, said, customerWrites } = await start(name, { skip });
    suvvy.answerWith('503,200');
    await customerWrites({ id: 'm-1', chat: '42', text: 'Hello' });
    const attempts = [await suvvy.waitForCustomer(() => true), await suvvy.waitForCustomer(() => true)];
    expect(attempts.map(({ messageId, status }) => [messageId, status])).toEqual([
      ['m-1', 503],
      ['m-1', 200],
    ]);
    suvvy.answerWith(402);
    await customerWrites({ id: 'm-2', chat: '42', text: 'Anybody here?' });
    expect(await said('negative balance')).toContain('m-2');
    expect((await suvvy.waitForCustomer(() => true)).status).toBe(402);
    expect(suvvy.findings).toEqual([]);
  });

  test('passes every check, the strictest too', async ({ skip }) => {
    const { webhook } = await start(name, { skip });
    const flags = ['--secret', secret, '--profile', 'full', '--strict', '--expect-fetch=10s'];
    const { code, out } = await run(['check', webhook, ...flags]);
    expect({ code, failed: out.match(/^[✘!].*$/gm) }).toEqual({ code: 0, failed: null });
  });

  test('without the line that leaves out its own messages, it is a loop: found each round, and stopped after three', async ({
    skip,
  }) => {
    const [line, without] = bridges[name]!.guard;
    const change = (text: string): string => {
      expect(text.split(line)).toHaveLength(2);
      return text.replace(line, without);
    };
    const { suvvy, customerWrites } = await start(name, { skip, change, reply: 'echo' });
    await customerWrites({ id: 'm-1', chat: '42', text: 'Where is my order?' });
    const last = await suvvy.waitForCustomer(({ silent }) => silent !== null);
    expect(last).toMatchObject({ text: 'echo: echo: echo: Where is my order?' });
    expect(last.silent).toBe('the bot has talked to itself here for 3 rounds');
    expect(suvvy.findings.map(({ id, level }) => `${level} ${id}`)).toEqual(Array(3).fill('error loop/self-talk'));
  });

  test('is run by mock --start, which gives it the address, the token and the secret', async ({ skip }) => {
    const command = await bridges[name]!.command(join(folder, name));
    if (command === null) return skip('there is no python3 of 3.9 or later');
    const port = await closedPort();
    const host = fakeHost({ env: { PATH: process.env['PATH']!, PORT: String(port) } });
    // It is written once the app is up.
    const file = join(emptyFolder(), 'ready.json');
    const shell = command.map((word) => `'${word}'`).join(' ');
    const flags = ['--port', '0', '--secret', secret, '--exit-after', '1', '--fail-on-findings', '--ready-file', file];
    const exited = main(['mock', `http://127.0.0.1:${port}/suvvy`, '--start', shell, ...flags, '--json'], host);
    const ready = untilReady(file);
    await Promise.race([ready, exited.then(() => Promise.reject(new Error(host.out() + host.err())))]);
    await toMessenger(port, { id: 'm-1', chat: '42', text: 'Hello' });
    expect(await exited).toBe(0);
    expect(host.out()).toContain('echo: Hello');
  });

  test('begins with two lines of comment, and is short', () => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    expect(lines.slice(0, 3).map((line) => /^(\/\/|#)/.test(line))).toEqual([true, true, false]);
    expect(lines.filter((line) => !/^\s*(\/\/|#|$)/.test(line)).length).toBeLessThanOrEqual(105);
  });
});

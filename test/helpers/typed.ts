import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { apiPath } from '../../src/contract/api/fields.ts';
import { bundledFolder } from '../../src/fixtures/list.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { inspect } from '../../src/receiver/inspect.ts';
import { entryOf } from '../journal/entry-of.ts';
import { posted } from '../platform/customer-message.ts';
import { captureOf } from '../receiver/capture-of.ts';
import { bin } from './process.ts';
import { target, type Target } from './target.ts';

/** An empty folder with the files that the commands speak of, and `npx` leading to this package. */
function workplace(line: string, receiver: string): { cwd: string; path: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const shims = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const ours = `exec "${process.execPath}" "${bin}" "$@"\n`;
  const scripts = {
    npx: `#!/bin/sh\n[ "$1" = suvvy-hook ] || exit 127\nshift\n${ours}`,
    'suvvy-hook': `#!/bin/sh\n${ours}`,
    jq: `#!${process.execPath}\n${jq}`,
  };
  for (const [name, script] of Object.entries(scripts)) writeFileSync(join(shims, name), script, { mode: 0o755 });
  copyFileSync(join(bundledFolder, 'assets', 'photo.jpg'), join(cwd, 'photo.jpg'));
  copyFileSync(join(bundledFolder, 'text.json'), join(cwd, 'event.json'));
  copyFileSync(join(bundledFolder, 'text.json'), join(cwd, 'body.json'));
  writeFileSync(join(cwd, 'rules.yaml'), '- when: {text: Hello}\n  bot: Hi\n');
  const steps = '  - { bot: Hello, chat_id: "42" }\n  - { expect: nothing, for: 10ms }\n';
  writeFileSync(join(cwd, 'scenario.yaml'), `name: the reply is taken\nwebhook: ${receiver}\nsteps:\n${steps}`);
  writeFileSync(join(cwd, 'chat.ndjson'), `${JSON.stringify(customerLine)}\n`);
  if (!line.includes('fixtures save')) {
    mkdirSync(join(cwd, 'fixtures'));
    copyFileSync(join(bundledFolder, 'text.json'), join(cwd, 'fixtures', 'refund.json'));
  }
  for (const name of ['events.ndjson', 'captured.json'])
    writeFileSync(join(cwd, name), `${JSON.stringify(recorded())}\n`);
  return { cwd, path: shims + delimiter + process.env['PATH'] };
}

/** What `mock --record` keeps of a message. */
const customerLine = { v: 2, kind: 'customer', chatId: '42', sender: 'customer', text: 'Hello', status: 200 };

/** As much of jq as the examples need: the body of each line of a file, or what comes as it is. */
const jq = `
const [filter, file] = process.argv.slice(2).filter((argument) => !/^-[rc]$/.test(argument));
const show = (value) => (process.argv.includes('-r') && typeof value === 'string' ? value : JSON.stringify(value));
if (file === undefined) process.stdin.pipe(process.stdout);
else for (const line of require('node:fs').readFileSync(file, 'utf8').trim().split('\\n'))
  console.log(show(filter === '.body' ? JSON.parse(line).body : JSON.parse(line)));
`;

/** A webhook that does what Suvvy wants: it knows the secret, wants an event, and fetches its files. */
export function webhook(): Promise<Target> {
  return target((req, res, body) => {
    const known = req.headers.authorization === 'Bearer doc-secret';
    res.writeHead(known ? (isEvent(body) ? 200 : 400) : 401).end();
    for (const [link] of body.matchAll(/http:\/\/127\.0\.0\.1:\d+\/[^"]+/g))
      fetch(link).then(
        (response) => response.arrayBuffer(),
        () => {},
      );
  });
}

function isEvent(body: string): boolean {
  try {
    return typeof JSON.parse(body).event_type === 'string';
  } catch {
    return false;
  }
}

/** What an app posts to Suvvy's API for a customer. */
function postMessage(origin: string): Promise<unknown> {
  return fetch(origin + apiPath, {
    method: 'POST',
    body: JSON.stringify(posted()),
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer doc-token' },
  });
}

/** An event that failed a minute ago, with the id of the examples. */
function recorded(): JournalEntry {
  const body = readFileSync(join(bundledFolder, 'text.json'));
  const receivedAt = new Date(Date.now() - 60_000);
  return entryOf(inspect(captureOf(body, { id: 'mwsq0v910000n371', receivedAt })), { status: 503 }, null);
}

/** Runs a line as typed. A receiver is ended with Ctrl-C once it listens; one that waits for events gets them. */
export function type(line: string, receiver: string): Promise<{ code: number | null; output: string }> {
  const { cwd, path } = workplace(line, receiver);
  const typed = line
    .replaceAll(/http:\/\/(127\.0\.0\.1:8080|localhost:3000)(\/webhook|\/)?/g, receiver)
    .replace(/(--port|-p|suvvy-hook listen) \d+/, '$1 0')
    .replaceAll(/ :3000(\/\w*)?/g, ` ${receiver}`)
    // It is there already.
    .replace(/ --start "[^"]*"/, '')
    .replace(/(suvvy-hook (?:listen|inspect|mock)(?! 0| -p|.*--port))/, '$1 --port 0')
    .replace(/--ui\b/, '--ui=0');
  const child = spawn('sh', ['-c', `exec 3>&1; ${typed}`], {
    cwd,
    detached: true,
    env: {
      PATH: path,
      // No browser is opened.
      BROWSER: 'true',
      SUVVY_WEBHOOK_SECRET: 'doc-secret',
      SECRET: 'doc-secret',
      SUVVY_API_TOKEN: 'doc-token',
      HOME: cwd,
    },
  });
  let output = '';
  let ended = false;
  const see = (chunk: Buffer): void => {
    output += chunk;
    const [, url] =
      /(?:listening|API is) on (http:\S+)/.exec(output) ??
      /"url":"(http:[^"]+)"/.exec(output) ??
      /inspector: (http:\S+)/.exec(output) ??
      [];
    if (!url || ended || !/suvvy-hook (listen|inspect|mock)/.test(line)) return;
    ended = true;
    if (/mock.*--exit-after/.test(line)) void postMessage(url);
    else if (/--exit-after/.test(line))
      void fetch(url, {
        method: 'POST',
        body: '{"event_type":"test_request"}',
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer doc-secret' },
      });
    else process.kill(-child.pid!, 'SIGINT');
  };
  child.stdout.on('data', see);
  child.stderr.on('data', see);
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
}

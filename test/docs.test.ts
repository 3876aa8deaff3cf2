import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assumptions, observed, rules } from '../src/contract/rules.ts';
import { loadDifferences } from '../src/delivery/load-differences.ts';
import { bundledFolder } from '../src/fixtures/list.ts';
import { journalEntry, type JournalEntry } from '../src/journal/entry.ts';
import { inspect } from '../src/receiver/inspect.ts';
import { bin } from './helpers/process.ts';
import { target } from './helpers/target.ts';
import { captureOf } from './receiver/capture-of.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'README.ru.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/receivers/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Set-up lines: whoever runs this test has run them. */
const setUp = /^npm (ci|run|test)\b/;

function commandsOf(page: string): string[] {
  const blocks = read(page).matchAll(/^```sh\n(.*?)^```/gms);
  const lines = [...blocks].flatMap(([, block]) => block!.split('\n'));
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** An empty folder with the files that the commands speak of, and `npx` leading to this package. */
function workplace(): { cwd: string; path: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  const shims = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  writeFileSync(
    join(shims, 'npx'),
    `#!/bin/sh\n[ "$1" = suvvy-hook ] || exit 127\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`,
  );
  writeFileSync(join(shims, 'jq'), '#!/bin/sh\ncat\n');
  for (const shim of ['npx', 'jq']) chmodSync(join(shims, shim), 0o755);
  copyFileSync(join(bundledFolder, 'assets', 'photo.jpg'), join(cwd, 'photo.jpg'));
  copyFileSync(join(bundledFolder, 'text.json'), join(cwd, 'event.json'));
  copyFileSync(join(bundledFolder, 'text.json'), join(cwd, 'body.json'));
  writeFileSync(join(cwd, 'events.ndjson'), `${JSON.stringify(recorded())}\n`);
  return { cwd, path: shims + delimiter + process.env['PATH'] };
}

/** An event that failed a minute ago, with the id of the examples. */
function recorded(): JournalEntry {
  const body = readFileSync(join(bundledFolder, 'text.json'));
  const receivedAt = new Date(Date.now() - 60_000);
  return journalEntry(inspect(captureOf(body, { id: 'mwsq0v910000n371', receivedAt })), { status: 503 }, null);
}

/** Runs a line as typed. A receiver is ended with Ctrl-C once it listens; one that waits for events gets them. */
function type(line: string, receiver: string): Promise<{ code: number | null; output: string }> {
  const { cwd, path } = workplace();
  const typed = line
    .replaceAll(/http:\/\/(127\.0\.0\.1:8080|localhost:3000)(\/webhook|\/)?/g, receiver)
    .replace(/--port \d+/, '--port 0')
    .replace(/(suvvy-hook listen(?!.*--port))/, '$1 --port 0');
  const child = spawn('sh', ['-c', `exec 3>&1; ${typed}`], {
    cwd,
    detached: true,
    env: { PATH: path, SUVVY_WEBHOOK_SECRET: 'doc-secret', HOME: cwd },
  });
  let output = '';
  let ended = false;
  const see = (chunk: Buffer): void => {
    output += chunk;
    const [, url] = /listening on (http:\S+)/.exec(output) ?? /"url":"(http:[^"]+)"/.exec(output) ?? [];
    if (!url || ended || !/suvvy-hook listen/.test(line)) return;
    ended = true;
    if (/--exit-after/.test(line))
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

const tried = pages.filter((page) => commandsOf(page).some((line) => !setUp.test(line)));

describe.each(tried)('the commands of %s run as printed', (page) => {
  test.each(commandsOf(page).filter((line) => !setUp.test(line)))('%s', async (line) => {
    const { url } = await target((req, res, body) => {
      res.writeHead(req.headers.authorization === 'Bearer doc-secret' ? 200 : 401).end();
      for (const [link] of body.matchAll(/http:\/\/127\.0\.0\.1:\d+\/[^"]+/g))
        fetch(link).then(
          (response) => response.arrayBuffer(),
          () => {},
        );
    });
    const { code, output } = await type(line, url);
    expect(output).not.toMatch(/error:/);
    // A pipeline that is interrupted as a whole ends by the signal.
    expect([0, null]).toContain(code);
  });
});

describe.each(pages)('%s', (page) => {
  test('has no comment on a line to paste: zsh takes its words as arguments', () => {
    expect(commandsOf(page).filter((line) => /(^|\s)#/.test(line))).toEqual([]);
  });

  test('has no dead link inside the project', () => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    const dead = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)));
    expect(dead).toEqual([]);
  });
});

test('the contract page says what the code says', () => {
  const page = read('docs/contract.md');
  for (const [id, { quote, gist }] of Object.entries(rules)) expect(page).toContain(`| ${id} | ${quote} | ${gist} |`);
  for (const [name, words] of Object.entries({ ...observed, ...assumptions }))
    expect(page).toContain(`| \`${name}\` | ${words} |`);
});

test('the page of load mode names each difference of the code', () => {
  const page = read('docs/load.md');
  for (const [name, words] of Object.entries(loadDifferences)) expect(page).toContain(`| \`${name}\` | ${words} |`);
});

test('the README lists the assumptions of the code', () => {
  for (const [name, words] of Object.entries(assumptions))
    expect(read('README.md')).toContain(`| \`${name}\` | ${words} |`);
});

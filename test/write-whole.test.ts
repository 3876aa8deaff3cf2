import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeNew, writeWhole } from '../src/commands/write-whole.ts';
import { bin } from './helpers/process.ts';
import { startRecorder } from './helpers/recorder.ts';

const src = join(import.meta.dirname, '../src');
const folder = (): string => mkdtempSync(join(tmpdir(), 'suvvy-hook-'));

/** Who may write files, and by which calls: the others write by `writeWhole`. */
const writers: Record<string, string[]> = {
  'commands/write-whole.ts': ['rename', 'writeFile'],
  // Lines are only ever added to it.
  'journal/fs.ts': ['openSync', 'writeSync'],
  // The null device, to see how many descriptors are left.
  'receiver/limits/descriptors.ts': ['openSync'],
  // In a folder of its own, for the browser alone.
  'commands/ui/open-browser.ts': ['writeFile'],
  // GitHub's files, which other steps write to as well.
  'commands/reporting/write-reports.ts': ['appendFile'],
};

test('files are written in one place, beside and then renamed; only the journal and files of GitHub are appended to', () => {
  const calls =
    /\b(?:writeFile|appendFile|rename|copyFile|cp|truncate|ftruncate|write|writev|open)Sync\b|\b(?:writeFile|appendFile|copyFile|truncate|createWriteStream)\b|\brename(?=[(,} ])(?=[^\n]*(?:node:fs|\())/g;
  const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(src, file), 'utf8')] as const)
    .filter(([, text]) => /from 'node:fs(\/promises)?'/.test(text))
    .map(([file, text]) => [file, [...new Set(text.match(calls))].toSorted()] as const)
    .filter(([, names]) => names.length > 0);
  expect(Object.fromEntries(found)).toEqual(writers);
});

/** Begins a command with a mount namespace of its own: what it mounts is gone with it, and nobody else sees it. */
const apart = ['unshare', '--map-root-user', '--mount', '--'];
const tmpfs = (path: string): string => `mount -t tmpfs -o size=64k tmpfs '${path}'`;

function canMount(): boolean {
  try {
    execFileSync(apart[0]!, [...apart.slice(1), 'sh', '-c', tmpfs(folder())], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function journalWith(body: object): Promise<{ journal: string; id: string }> {
  const journal = join(folder(), 'events.ndjson');
  const { listen, url } = await startRecorder(journal);
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(200);
  listen.child.kill('SIGTERM');
  await listen.exited;
  return { journal, id: JSON.parse(readFileSync(journal, 'utf8').split('\n')[0]!).id };
}

test.skipIf(!canMount())(
  'fixtures save --force on a full disk leaves the old one as it was (skipped where nothing can be mounted)',
  { timeout: 30_000 },
  async () => {
    const { journal, id } = await journalWith({ event_type: 'test_request', filling: 'x'.repeat(200_000) });
    const place = folder();
    const script = (flags: string): string =>
      `${tmpfs(place)} && cd '${place}' || exit 9
mkdir fixtures; printf precious > fixtures/refund.json
"$NODE" "$BIN" fixtures save '${journal}' --id '${id}' --name ${flags}; echo "exit $?"
ls fixtures; cat fixtures/refund.json`;
    const env = { ...process.env, NODE: process.execPath, BIN: bin };
    const tried = (flags: string): string => {
      const { stdout } = spawnSync(apart[0]!, [...apart.slice(1), 'sh', '-c', script(flags)], {
        env,
        encoding: 'utf8',
      });
      return stdout;
    };
    expect(tried('refund --force')).toBe('exit 3\nrefund.json\nprecious');
    expect(tried('another')).toBe('exit 3\nrefund.json\nprecious');
  },
);

test('what is replaced keeps who may read it', async () => {
  const path = join(folder(), 'report.json');
  writeFileSync(path, 'old');
  chmodSync(path, 0o600);
  await writeWhole(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what is new takes the place of nothing', async () => {
  const path = join(folder(), 'report.json');
  expect(await writeNew(path, 'first')).toBe(true);
  expect(await writeNew(path, 'second')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('first');
});

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bin } from '../helpers/process.ts';

/** Begins a command with a mount namespace of its own: what it mounts is gone with it, and nobody else sees it. */
const apart = ['unshare', '--map-root-user', '--mount', '--'];

const tmpfs = (folder: string): string => `mount -t tmpfs -o size=32k tmpfs '${folder}'`;

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
  try {
    execFileSync(apart[0]!, [...apart.slice(1), 'sh', '-c', tmpfs(folder)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const script = (folder: string): string => `${tmpfs(folder)} && cd '${folder}' || exit 9
"$NODE" "$BIN" listen --port 0 --record events.ndjson &
hook=$!
read -r go
cat events.ndjson > "$COPY"
read -r go
rm filler; sync
echo freed
read -r go
kill -TERM $hook; wait $hook
cat events.ndjson > "$COPY.2"
echo copied`;

test.skipIf(!canMount())(
  'a disk that is really full answers 500, and 200 again once there is room (skipped where nothing can be mounted)',
  { timeout: 30_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
    const copy = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'copy');
    const filled = script(folder).replace('"$NODE"', `head -c 8192 /dev/zero > filler; "$NODE"`);
    const env = { ...process.env, NODE: process.execPath, BIN: bin, COPY: copy };
    const child = spawn(apart[0]!, [...apart.slice(1), 'sh', '-c', filled], { env, stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    const news = new EventTarget();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        news.dispatchEvent(new Event('said'));
      });
    const until = (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = pattern.exec(said);
          if (found) resolve(found);
          else news.addEventListener('said', look, { once: true });
        };
        look();
      });

    const [, url] = await until(/listening on (http:\S+)/);
    let next = 0;
    const send = async (): Promise<[number, number]> => {
      const n = next++;
      const body = JSON.stringify({ event_type: 'test_request', n, filling: 'x'.repeat(1000) });
      const headers = { 'Content-Type': 'application/json', Connection: 'close' };
      return [n, (await fetch(url!, { method: 'POST', body, headers })).status];
    };
    const answers: [number, number][] = [];
    for (let times = 0; times < 40; times += 1) answers.push(await send());
    const statuses = answers.map(([, status]) => status);
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(statuses.at(-1)).toBe(500);
    expect(/cannot write events.ndjson: .*(no space left|is the disk full)/.exec(said)).not.toBeNull();

    child.stdin.write('go\ngo\n');
    await until(/^freed$/m);
    answers.push(await send());
    expect(answers.at(-1)![1]).toBe(200);
    child.stdin.write('go\n');
    await until(/^copied$/m);

    // What was acknowledged is a whole line; what was not is none, or a torn one.
    const kept = readFileSync(`${copy}.2`, 'utf8').split('\n').flatMap(numberIn);
    expect(kept).toEqual(answers.filter(([, status]) => status === 200).map(([n]) => n));
    // And a full disk has taken nothing away of what was there before.
    expect(readFileSync(`${copy}.2`, 'utf8').startsWith(readFileSync(copy, 'utf8'))).toBe(true);
  },
);

function numberIn(line: string): number[] {
  try {
    return [JSON.parse(JSON.parse(line).body).n];
  } catch {
    return [];
  }
}

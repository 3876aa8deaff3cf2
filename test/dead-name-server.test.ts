import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bin } from './helpers/process.ts';

/** A command with names, mounts and a loopback network of its own, in which one name server listens and never answers. */
const apart = ['unshare', '--map-root-user', '--mount', '--net', '--', 'sh', '-c'];
const folder = mkdtempSync(join(tmpdir(), 'suvvy-hook-'));
writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:25 attempts:1\n');
writeFileSync(join(folder, 'nsswitch.conf'), 'hosts: dns\n');
writeFileSync(
  join(folder, 'silent.mjs'),
  `import { createSocket } from 'node:dgram';
createSocket('udp4').bind(53, '127.0.0.1', () => console.log('silent'));`,
);
const setUp = `mount --bind '${folder}/resolv.conf' /etc/resolv.conf && ip link set lo up`;

function canIsolate(): boolean {
  try {
    execFileSync(apart[0]!, [...apart.slice(1), setUp], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Before Node 22.15 an exit waits for the thread of the lookup. */
const canLeave = 'execve' in process;

test.skipIf(!canLeave || !canIsolate())(
  'a name server that never answers does not hold the process once the verdict is out (skipped before Node 22.15, and where no network can be set apart)',
  { timeout: 40_000 },
  async () => {
    const script = `${setUp} || exit 9
mkfifo '${folder}/up'; "$NODE" '${folder}/silent.mjs' > '${folder}/up' & silent=$!
read -r line < '${folder}/up'
"$NODE" "$BIN" send fixture text --timeout 1s --json --url http://shop.example/ 2>&1; echo "exit $?"
kill $silent`;
    const env = { ...process.env, NODE: process.execPath, BIN: bin };
    const startedAt = performance.now();
    const child = spawn(apart[0]!, [...apart.slice(1), script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    const lines = out.trim().split('\n');
    expect(lines.map((line) => /"type":"(\w+)"/.exec(line)?.[1] ?? line)).toEqual(['delivery', 'summary', 'exit 3']);
    expect(out).toContain('connect_timeout');
    // It waits for its answer for 25 s.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  },
);

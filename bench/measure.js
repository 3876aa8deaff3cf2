import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const bin = join(root, 'bin/suvvy-hook.js');
const peers = join(root, '.cache/bench');

/** The folder of a peer's package, installed beside the project on first use. */
export function peer(name) {
  const folder = join(peers, 'node_modules', name);
  if (!existsSync(folder)) {
    mkdirSync(peers, { recursive: true });
    spawnSync('npm', ['i', '--prefix', peers, '--ignore-scripts', '--no-audit', '--no-fund', name], {
      stdio: 'ignore',
    });
  }
  return folder;
}

export function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Runs a command to its end: wall and CPU seconds of the whole process, and what it printed. */
export function run([command, ...args], env = {}) {
  // The shell's own `time` is the one way to a child's CPU time without a package.
  const line = `TIMEFORMAT='@%U %S'; time "$0" "$@"`;
  const startedAt = performance.now();
  const { stdout, stderr } = spawnSync('bash', ['-c', line, command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  const wall = (performance.now() - startedAt) / 1000;
  const [, user, system] = /@([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [];
  return { wall, cpu: Number(user) + Number(system), stdout, stderr };
}

/** A and B in turn, so that a slow minute of the machine slows both: A over B, as text. */
export function versus(a, b, { runs = 9 } = {}) {
  const pairs = Array.from({ length: runs + 1 }, () => [run(a), run(b)]).slice(1);
  const ratio = (figure) => median(pairs.map(([one]) => one[figure])) / median(pairs.map(([, other]) => other[figure]));
  const each = pairs.map(([one, other]) => one.wall / other.wall).toSorted((one, other) => one - other);
  const quartile = (share) => number(each[Math.floor(share * each.length)]);
  // Where other work shares the cores, the time scatters and the CPU time does not.
  return `${number(ratio('wall'))} x (half of them ${quartile(0.25)} to ${quartile(0.75)}), CPU ${number(ratio('cpu'))} x`;
}

/** Starts a server, and gives its URL once it has printed one. */
export async function serve(args, { until = /http:\/\/[^\s"]+/, env = {} } = {}) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const url = await new Promise((resolve, reject) => {
    const look = (chunk) => {
      const [found] = until.exec(String(chunk)) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  child.stdout.resume();
  child.stderr.resume();
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  return { url, pid: child.pid, stop };
}

/**
 * Starts a command that serves, with its output thrown away, as a shell does with `> /dev/null`, and gives what it says
 * when it is ready. Or on a terminal, which util-linux's `script` makes, and reads.
 */
export async function serveCommand(name, flags, { terminal = false } = {}) {
  const ready = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'ready.json');
  const command = [process.execPath, bin, name, '--port', '0', '--ready-file', ready, ...flags];
  const [file, ...args] = terminal ? ['script', '-qfc', command.join(' '), '/dev/null'] : command;
  const child = spawn(file, args, { stdio: 'ignore' });
  while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 10));
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  return { ...JSON.parse(readFileSync(ready, 'utf8')), pid: child.pid, stop };
}

/** Requests that a receiver answers, asked by autocannon, which puts a new id in place of `[<id>]` in the body. */
export function cannon(url, { connections = 32, seconds = 4, body, headers = [] }) {
  const args = [join(peer('autocannon'), 'autocannon.js'), '-j', '-c', connections, '-d', seconds, '-m', 'POST'];
  const headerArgs = ['content-type: application/json', ...headers].flatMap((header) => [
    '-H',
    header.replace(': ', '='),
  ]);
  const ids = body.includes('[<id>]') ? ['-I'] : [];
  const { stdout } = spawnSync(process.execPath, [...args, ...ids, ...headerArgs, '-b', body, url].map(String), {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const result = JSON.parse(stdout);
  return { perSecond: result.requests.average, total: result.requests.total, failed: result.errors + result.non2xx };
}

export const number = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '–');

export const factor = ({ ratio, min, max }) => `${number(ratio)} x (${number(min)} to ${number(max)})`;

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bin, number, root, serve } from '../measure.js';

export const title = 'memory of load mode';

const requests = 10_000_000;
const sampleEveryMs = 30_000;
/** By then everything is loaded, and compiled where it is hot. */
const startMs = 5_000;

export async function measure() {
  const receiver = await serve([join(root, 'bench/raw-receiver.js')]);
  try {
    const { samples, summary } = await watch(receiver.url);
    const curve = samples.map(Math.round);
    // It goes up and down with the garbage: the highest points tell whether it grows.
    const half = Math.ceil(samples.length / 2);
    const [before, after] = [samples.slice(0, half), samples.slice(half)].map((part) => Math.max(...part));
    return [
      {
        what: `${summary.delivered.toLocaleString('en-US')} deliveries, every ${sampleEveryMs / 1000} s from the start: ${curve.join(', ')} MB`,
        goal: 'second half <= 1.15 x the first, at most',
        got: `${number(after / before)} x, ${curve[0]} MB after the start, ${curve.at(-1)} MB at the end`,
      },
    ];
  } finally {
    await receiver.stop();
  }
}

/** Sends them all, and looks at the memory of the process from time to time. */
async function watch(url) {
  const flags = ['--repeat', requests, '--concurrency', 32, '--json', '--url', url];
  const sender = spawn(process.execPath, [bin, 'send', 'fixture', 'test_request', ...flags].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  sender.stdout.on('data', (chunk) => (output += chunk));
  const ended = new Promise((resolve) => {
    sender.once('close', resolve);
  });
  const samples = [];
  await wait(startMs);
  while (sender.exitCode === null) {
    samples.push(rssMb(sender.pid));
    await Promise.race([ended, wait(sampleEveryMs)]);
  }
  await ended;
  return { samples, summary: JSON.parse(output) };
}

function rssMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

// Does our own suite notice? Puts one fault after the other into a copy of this tree, runs the tests that should catch
// it, and tells which faults none of them caught. With words: only faults whose file or reason has one of them.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutations } from './mutations.js';

const root = join(import.meta.dirname, '..');
const left = new Set(['node_modules', '.git', 'coverage']);
/** A fault that makes a test hang is caught, too. */
const patienceMs = 120_000;

const words = process.argv.slice(2);
const chosen = mutations.filter(({ file, reason }) =>
  words.length === 0 ? true : words.some((word) => `${file} ${reason}`.includes(word)),
);

/** A copy of the tree that faults may be put into. */
function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'suvvy-hook-mutate-'));
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(path.slice(root.length + 1)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * @param {string} cwd @param {string[]} tests @param {'ignore' | 'inherit'} output
 * @returns {Promise<'passed' | 'failed' | 'hung'>}
 */
function runTests(cwd, tests, output = 'ignore') {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--bail', '1', '--reporter', 'dot', ...tests];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', output, output], detached: true });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      // The whole group: vitest has workers.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      resolve('hung');
    }, patienceMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'passed' : 'failed');
    });
  });
}

/** @param {string} text @param {string} find */
const timesIn = (text, find) => text.split(find).length - 1;

/** @param {string} copy @param {import('./mutations.js').Mutation} mutation */
async function tryFault(copy, { file, find, replace, tests }) {
  const missing = tests.filter((name) => !existsSync(join(copy, name)));
  if (missing.length > 0) return `stale: there is no ${missing.join(', ')}`;
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  const times = timesIn(sound, find);
  if (times !== 1) return `stale: "${find}" stands ${times} times in it`;
  writeFileSync(
    path,
    sound.replace(find, () => replace),
  );
  try {
    const result = await runTests(copy, tests);
    return result === 'passed' ? 'SURVIVED' : result === 'hung' ? 'caught, by hanging' : 'caught';
  } finally {
    writeFileSync(path, sound);
  }
}

const copies = Array.from({ length: Math.min(2, availableParallelism()) }, copyTree);
const survivors = [];
try {
  const named = [...new Set(chosen.flatMap(({ tests }) => tests))];
  // Where a test fails without any fault, every fault would look caught.
  if ((await runTests(copies[0], named, 'inherit')) !== 'passed') throw new Error('the suite fails without any fault');
  const waiting = [...chosen];
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const result = await tryFault(copy, next);
        const line = `${result.padEnd(9)} ${next.file}: ${next.reason}`;
        process.stdout.write(`${line}\n`);
        if (!result.startsWith('caught')) survivors.push(line);
      }
    }),
  );
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`\n${chosen.length} faults, ${chosen.length - survivors.length} caught\n`);
if (survivors.length > 0) process.stdout.write(`${survivors.join('\n')}\n`);
process.exitCode = survivors.length > 0 ? 1 : 0;

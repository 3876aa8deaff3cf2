import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { packAndInstall, root, type Installed } from '../helpers/package.ts';
import { cells, type Cell, type Runner } from './runner-cells.ts';

let installed: Installed;
beforeAll(() => void (installed = packAndInstall()));

/** Brings a runner once. Gives why it cannot be brought, or null. */
function bring({ folder, packages }: Runner): string | null {
  const prefix = join(root, '.cache', folder);
  const done = join(prefix, `${packages.join('+').replaceAll('/', '-')}.done`);
  if (existsSync(done)) return null;
  try {
    mkdirSync(prefix, { recursive: true });
    writeFileSync(join(prefix, 'package.json'), '{"private":true}\n');
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, ...packages], {
      stdio: 'pipe',
    });
    writeFileSync(done, '');
    return null;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  }
}

/** A project of its own, with the packed library in it, and the runner. */
function projectOf({ runner, files }: Cell): string {
  const modules = join(root, '.cache', runner.folder, 'node_modules');
  rmSync(join(modules, 'suvvy-hook'), { recursive: true, force: true });
  cpSync(join(installed.folder, 'node_modules/suvvy-hook'), join(modules, 'suvvy-hook'), { recursive: true });
  const project = mkdtempSync(join(root, '.cache', runner.folder, 'cell-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  writeFileSync(join(project, 'package.json'), '{"private":true}\n');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  symlinkSync(modules, join(project, 'node_modules'));
  return project;
}

test.each(Object.entries(cells))('%s', async (_, cell) => {
  const missing = bring(cell.runner);
  expect(missing, 'a runner comes from npm').toBe(null);
  const cwd = projectOf(cell);
  const [program = '', ...words] = cell.run;
  const env = { PATH: process.env['PATH'], HOME: cwd, CI: '1', NO_COLOR: '1', ...cell.env };
  const file = program === 'node' ? process.execPath : join(cwd, program);
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(file, words, { cwd, env, timeout: 60_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, output: stdout + stderr }),
    );
  });
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(output).not.toMatch(/did not exit|TimeoutOverflowWarning|ExperimentalWarning: (?!VM Modules)/);
});

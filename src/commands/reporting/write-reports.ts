import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckReport } from '../../checks/report.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { reporters } from '../../reporters/index.ts';
import { redactorOf } from '../guard.ts';
import { asTyped } from '../as-typed.ts';
import type { GlobalOptions } from '../context.ts';
import { writeWhole } from '../write-whole.ts';
import type { ReportPlan } from './plan-reports.ts';

/**
 * Writes the reports: files first, whole or not at all; then what goes to stdout; then the human text, on stderr if stdout
 * is taken.
 *
 * @throws HookError (exit 3) for a report, or a file of GitHub's, that cannot be written, once all others are
 */
export async function writeReports(
  raw: CheckReport,
  plans: readonly ReportPlan[],
  flags: GlobalOptions,
  host: Host,
): Promise<void> {
  // Before it is put into any form: markup and JSON keep theirs.
  const report = redactorOf(host).leaves(raw);
  const plain = await host.style(host.stdout, { color: false });
  const view = { style: plain, verbose: flags.verbose ?? false };
  const problems: HookError[] = [];
  const paths: string[] = [];
  for (const { reporter, path } of plans) {
    if (path === null) continue;
    const problem = await writeReport(path, reporter.render(report, view));
    if (problem) problems.push(problem);
    else paths.push(path);
  }
  const onStdout = flags.json
    ? reporters.find(({ name }) => name === 'ndjson')
    : plans.find(({ path }) => path === null)?.reporter;
  if (onStdout) host.stdout.writeCleared(onStdout.render(report, view));
  if (plans.some(({ reporter }) => reporter.name === 'github'))
    for (const problem of await writeGithubFiles(report, paths, host)) problems.push(problem);
  await writeHumanText(report, onStdout !== undefined, flags, host);
  if (problems[0]) throw problems[0];
}

async function writeHumanText(
  report: CheckReport,
  stdoutIsTaken: boolean,
  flags: GlobalOptions,
  host: Host,
): Promise<void> {
  const pretty = reporters.find(({ name }) => name === 'pretty');
  // Where nothing ever connected there is no list of failures: the one line comes as the error.
  if (!pretty || flags.json || neverRan(report) || (stdoutIsTaken && flags.quiet)) return;
  const output = stdoutIsTaken ? host.stderr : host.stdout;
  const text = pretty.render(report, { style: await host.style(output, flags), verbose: flags.verbose ?? false });
  output.writeCleared(asTyped(text, host));
}

/** Nothing was ever sent, so there is nothing to list. */
export function neverRan({ summary }: CheckReport): boolean {
  return summary.exitCode === ExitCode.unable && summary.skip === summary.total;
}

async function writeReport(path: string, text: string): Promise<HookError | null> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, text);
    return null;
  } catch (error) {
    if (error instanceof HookError) return error;
    return new HookError(`cannot write ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

/** A step's summary and its outputs are files that GitHub names in the environment. Gives what could not be written. */
async function writeGithubFiles(report: CheckReport, paths: readonly string[], { env }: Host): Promise<HookError[]> {
  const { outputs, stepSummary } = await import('../../reporters/github-files.ts');
  const problems = [
    await appendTo('GITHUB_STEP_SUMMARY', env, stepSummary(report)),
    await appendTo('GITHUB_OUTPUT', env, outputs(report, paths)),
  ];
  return problems.filter((problem) => problem !== null);
}

async function appendTo(variable: string, env: Host['env'], text: string): Promise<HookError | null> {
  const path = env[variable];
  if (!path) return null;
  try {
    await appendFile(path, text);
    return null;
  } catch (error) {
    return new HookError(`cannot write ${path}, which ${variable} names: ${systemReason(error)}`, {
      hint: `the steps after this one would miss it: is ${variable} set by GitHub?`,
      exitCode: ExitCode.unable,
      cause: error,
    });
  }
}

import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckReport } from '../../checks/report.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { reporters } from '../../reporters/index.ts';
import { redactorOf } from '../guard.ts';
import { writeWhole } from '../write-whole.ts';
import type { CheckFlags } from './flags.ts';
import type { ReportPlan } from './plan.ts';

/**
 * Writes the reports: files first, whole or not at all; then what goes to stdout; then the human text, on stderr if stdout
 * is taken.
 *
 * @throws HookError (exit 3) for a report that cannot be written, once all others are
 */
export async function writeReports(
  raw: CheckReport,
  plans: readonly ReportPlan[],
  flags: CheckFlags,
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
  if (plans.some(({ reporter }) => reporter.name === 'github')) await writeGithubFiles(report, paths, host);
  await writeHumanText(report, onStdout !== undefined, flags, host);
  if (problems[0]) throw problems[0];
}

async function writeHumanText(
  report: CheckReport,
  stdoutIsTaken: boolean,
  flags: CheckFlags,
  host: Host,
): Promise<void> {
  const pretty = reporters.find(({ name }) => name === 'pretty');
  // Where nothing ever connected there is no list of failures: the one line comes as the error.
  if (!pretty || flags.json || neverRan(report) || (stdoutIsTaken && flags.quiet)) return;
  const output = stdoutIsTaken ? host.stderr : host.stdout;
  output.writeCleared(
    pretty.render(report, { style: await host.style(output, flags), verbose: flags.verbose ?? false }),
  );
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

/** A step's summary and its outputs are files that GitHub names in the environment. */
async function writeGithubFiles(report: CheckReport, paths: readonly string[], { env }: Host): Promise<void> {
  const { outputs, stepSummary } = await import('../../reporters/github-files.ts');
  const { GITHUB_STEP_SUMMARY: summaryPath, GITHUB_OUTPUT: outputPath } = env;
  if (summaryPath) await appendFile(summaryPath, stepSummary(report)).catch(() => {});
  if (outputPath) await appendFile(outputPath, outputs(report, paths)).catch(() => {});
}

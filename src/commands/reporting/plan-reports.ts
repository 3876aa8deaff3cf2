import { resolve } from 'node:path';
import { closestMatch } from 'leven';
import { Option } from 'commander';
import { HookError } from '../../errors.ts';
import { reporters, type Reporter } from '../../reporters/index.ts';
import { collect } from '../flags/option-parsers.ts';

/** A report to write. */
export interface ReportPlan {
  reporter: Reporter;
  /** Null is stdout. */
  path: string | null;
}

/** `--report`, for whatever makes a report. */
export function reportOption(): Option {
  return new Option(
    '--report <format[=path]>',
    'also write a report; without a path, or with -, to stdout; repeatable',
  ).argParser(collect);
}

/**
 * The reports that flags ask for.
 *
 * @throws HookError (exit 2) for a format that there is not, and for what cannot be written together
 */
export async function planReports(
  texts: readonly string[],
  json: boolean | undefined,
  resolvePath: (path: string) => string | Promise<string>,
): Promise<ReportPlan[]> {
  const plans = await Promise.all(texts.map((text) => planReport(text, resolvePath)));
  const onStdout = plans.filter(({ path }) => path === null).length + (json ? 1 : 0);
  if (onStdout > 1)
    throw new HookError('only one report can go to stdout', {
      hint: 'give the others a path: --report junit=report.xml',
    });
  const twice = plans.find(({ path }, at) => path !== null && plans.findIndex((one) => one.path === path) < at);
  if (twice) throw new HookError(`two reports cannot go to ${twice.path}`, { hint: 'give each a path of its own' });
  return plans;
}

/** A path of the command line: it begins in the current folder. */
export function pathFrom(cwd: string): (path: string) => string {
  return (path) => resolve(cwd, path);
}

async function planReport(text: string, resolvePath: (path: string) => string | Promise<string>): Promise<ReportPlan> {
  const [format = '', ...rest] = text.split('=');
  const path = rest.join('=');
  const reporter = reporters.find(({ name }) => name === format);
  if (reporter) return { reporter, path: path === '' || path === '-' ? null : await resolvePath(path) };
  const names = reporters.map(({ name }) => name);
  const nearest = closestMatch(format, names, { maxDistance: 3 });
  throw new HookError(`there is no report format "${format}"`, {
    hint: nearest ? `did you mean "${nearest}"?` : `it is one of ${names.join(', ')}`,
  });
}

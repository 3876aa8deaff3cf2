import { HookError } from '../errors.ts';
import { durationMs, maxDurationMs } from '../text/units.ts';

/** One step of a script: what to do with a request, after how long, and how many times in a row. */
export interface ScriptStep {
  /** The status of an answer, or none at all. */
  action: number | 'hang' | 'reset';
  /** The file that the answer's body is read from. */
  file: string | null;
  delayMs: number;
  times: number;
}

/** Shown when a script cannot be read. */
const example = '503x3,200@1.5s';

// The count and the delay are taken from the end, so that a file name may contain both letters.
const stepParts = /^(?<verb>[^:@]*?)(?::(?<file>"[^"]*"?|.*?))?(?:@(?<delay>[^@":]*?))?(?:x(?<times>\d+))?$/s;

/**
 * Reads a script such as `503x3,200:body.json@1.5s`. The steps are separated by commas. Each is a status from 200 to
 * 599, `hang` or `reset`; then optionally `:FILE` (in double quotes if it has a comma, or ends like a delay or a
 * count), `@DELAY`, `xTIMES`.
 *
 * @throws HookError (exit 2) that names the column and the text
 */
export function parseScript(text: string): ScriptStep[] {
  return splitSteps(text).map(({ step, column }) => parseStep(step, column));
}

/** Writes a step as a user would type it. Reading it again gives the same step. */
export function formatStep({ action, file, delayMs, times }: ScriptStep): string {
  const body = file === null ? '' : `:"${file}"`;
  return `${action}${body}${delayMs > 0 ? `@${formatDelay(delayMs)}` : ''}${times > 1 ? `x${times}` : ''}`;
}

function formatDelay(ms: number): string {
  return ms >= 1000 ? `${ms / 1000}s` : `${ms}ms`;
}

/** The steps without the spaces around them, and the columns where they begin (the first column is 1). */
function splitSteps(text: string): { step: string; column: number }[] {
  const steps: { step: string; column: number }[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (at < text.length && (text[at] !== ',' || quoted)) continue;
    const step = text.slice(start, at);
    steps.push({ step: step.trim(), column: start + 1 + (step.length - step.trimStart().length) });
    start = at + 1;
  }
  return steps;
}

function parseStep(step: string, column: number): ScriptStep {
  const fail = (problem: string, part = step, at = step.lastIndexOf(part)): never => {
    throw unreadable(part, column + at, problem);
  };
  if (step === '') return fail('a step is missing');
  const { verb = '', file, delay, times } = stepParts.exec(step)?.groups ?? {};
  const action = verb === 'hang' || verb === 'reset' ? verb : statusOf(verb);
  if (action === null && /\dx\d+$/.test(verb) && delay !== undefined)
    return fail('the count comes last, after the delay', verb, 0);
  if (action === null)
    return fail('a step begins with a status from 200 to 599, hang or reset', /^[^:@]+/.exec(step)?.[0] ?? step, 0);
  if (file !== undefined) checkFile(action, file, fail);
  const delayMs = delay === undefined ? 0 : durationMs(delay);
  if (delayMs === null) return fail('a delay looks like 500ms, 1.5s or 2m', `@${delay}`);
  if (delayMs > maxDurationMs) return fail('a delay is at most 24 days', `@${delay}`);
  if (delay !== undefined && action === 'hang') return fail('hang takes no delay: it never answers', `@${delay}`);
  const count = Number(times ?? 1);
  if (count < 1 || !Number.isSafeInteger(count)) return fail('a count is a whole number, 1 or more', `x${times}`);
  return { action, file: file?.replaceAll('"', '') ?? null, delayMs: Math.round(delayMs), times: count };
}

function statusOf(text: string): number | null {
  return /^[2-5]\d\d$/.test(text) ? Number(text) : null;
}

function checkFile(action: ScriptStep['action'], file: string, fail: (problem: string, part: string) => never): void {
  const part = `:${file}`;
  if (typeof action !== 'number') fail(`${action} takes no file: there is no answer to have a body`, part);
  if (action === 204 || action === 304) fail(`a ${action} has no body`, part);
  if (file === '' || file === '""') fail('the name of the file is missing', part);
  if (file.includes('\0')) fail('a file name cannot contain NUL', part);
  if (file.includes('"') && !/^"[^"]*"$/.test(file)) fail('a quoted file name ends with a quote', part);
}

function unreadable(part: string, column: number, problem: string): HookError {
  const shown = part.length > 40 ? `${part.slice(0, 40)}…` : part;
  const place = part === '' ? `column ${column}` : `column ${column}, "${shown}"`;
  return new HookError(`the --respond script cannot be read at ${place}: ${problem}, as in ${example}`);
}

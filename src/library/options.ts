import { closestMatch } from 'leven';
import { secretProblem } from '../contract/bearer.ts';
import { parseTarget } from '../delivery/target.ts';
import { HookError } from '../errors.ts';

/**
 * The URL of a webhook: as on the command line, `localhost:3000/x` and `:3000/x` are http too.
 *
 * @throws HookError for what is not an http(s) URL, or carries credentials
 */
export function targetOf(url: string | URL): URL {
  return parseTarget(String(url));
}

/** @throws HookError for a secret, or a token, that no header can carry; it is not quoted */
export function verifySecret(secret: string | null | undefined, name = 'secret'): void {
  const problem = secret ? secretProblem(secret) : null;
  if (problem) throw new HookError(`the ${name} cannot be sent: ${problem}`);
}

/** @throws HookError for times that are no numbers of milliseconds, by their names */
export function verifyMs(times: Readonly<Record<string, number | undefined>>): void {
  for (const [name, ms] of Object.entries(times))
    if (ms !== undefined && !(typeof ms === 'number' && ms >= 0))
      throw new HookError(`${name} is a number of milliseconds, 0 or more: not ${shown(ms)}`);
}

/** @throws HookError for what is no status, such as `204`, and no class of them, such as `2xx` */
export function verifyStatus(name: string, pattern: string | undefined): void {
  if (pattern === undefined || (typeof pattern === 'string' && /^[1-9](\d\d|\dx|xx)$/.test(pattern))) return;
  throw new HookError(`${name} is a status such as "204", or a class such as "2xx": not ${shown(pattern)}`);
}

/** @throws HookError for what is none of the choices, with all of them and the nearest one */
export function verifyChoice(name: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  const nearest = closestMatch(String(value), [...choices], { maxDistance: 3 });
  throw new HookError(`${name} is one of ${choices.join(', ')}: not ${shown(value)}`, {
    hint: nearest ? `did you mean "${nearest}"?` : undefined,
  });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

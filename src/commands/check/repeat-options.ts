import type { Redact } from '../../contract/redact.ts';
import { shellWord } from '../../text/shell-quote.ts';
import type { GivenOption } from './flags.ts';

/** Flags that a command for one case does without; every other one is repeated. */
const notRepeated = new Set([
  // The command names the target and the case by itself, and the secret by its variable.
  '--url',
  '--profile',
  '--only',
  '--secret',
  '--secret-file',
  '--env-file',
  // With it a case that is repeated together with others might not be sent.
  '--bail',
  // It would write over the report of the whole run.
  '--report',
  // Nothing is judged with these.
  '--list',
  '--explain',
  '--dry-run',
]);

/**
 * What repeats a run on a command line, beside URL, secret and cases: `--chat-id 42 --strict`.
 *
 * @param redact takes the secret out of a value
 */
export function repeatOptions(given: readonly GivenOption[], redact: Redact): string {
  return given.flatMap((one) => repeated(one, redact)).join(' ');
}

function repeated({ option, value }: GivenOption, redact: Redact): string[] {
  const name = option.long ?? option.flags;
  // No secret at all, whatever the variable holds.
  if (name === '--secret' && value === '') return [`--secret ''`];
  if (notRepeated.has(name)) return [];
  if (value === null) return [name];
  // Where a value may be left out, only the = makes sure that it is taken for one.
  return [`${name}${option.required ? ' ' : '='}${shellWord(redact(value))}`];
}

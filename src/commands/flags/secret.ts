import { parseEnv } from 'node:util';
import { Option, type Command } from 'commander';
import { secretProblem } from '../../contract/bearer.ts';
import { secretWarning } from '../../contract/redact.ts';
import { HookError } from '../../errors.ts';
import { readInputFile, type FileWords } from '../../fixtures/read-input.ts';
import type { Host } from '../../host.ts';
import { decodeTextFile } from '../../text/encoding.ts';
import { talker, type GlobalOptions } from '../context.ts';

const variable = 'SUVVY_WEBHOOK_SECRET';

export interface SecretOptions extends GlobalOptions {
  secret?: string;
  secretFile?: string;
  envFile?: string;
}

/** Adds `--secret`, `--secret-file` and `--env-file`. */
export function addSecretOptions(command: Command): Command {
  return command
    .addOption(new Option('--secret <secret>', `the webhook secret (or ${variable})`))
    .addOption(new Option('--secret-file <file>', 'read the secret from a file'))
    .addOption(new Option('--env-file <file>', `read ${variable} from a .env file`));
}

/**
 * The webhook secret: the flag wins over the file, then the environment, then the .env file. The first one that is
 * given counts, and the others are not read. An empty environment variable counts as not given. If none is given: null,
 * no secret.
 *
 * @throws HookError: exit 2 for a source without a secret, and for a secret that a header cannot carry; exit 3 for a
 *   file that cannot be read
 */
export async function resolveSecret(options: SecretOptions, host: Host): Promise<string | null> {
  const found = await findSecret(options, host);
  if (!found) return null;
  const { value, from } = found;
  const problem = secretProblem(value);
  host.secrets.add(value);
  if (problem) throw new HookError(`the secret from ${from} cannot be sent: ${problem}`, { hint: repair(problem) });
  const warning = secretWarning(value);
  if (warning) talker(host, options)(`! ${warning}`);
  return value;
}

async function findSecret(options: SecretOptions, host: Host): Promise<{ value: string; from: string } | null> {
  const { secret, secretFile, envFile } = options;
  if (secret !== undefined) return { value: given(secret, '--secret is empty'), from: '--secret' };
  if (secretFile !== undefined) {
    // Not named by its path: if somebody has mixed up the two flags, the path is the secret itself.
    const text = await readText(secretFile, { cwd: host.cwd, name: 'the file of --secret-file' });
    return { value: given(text.replace(/\r?\n$/, ''), 'the file of --secret-file is empty'), from: secretFile };
  }
  const inherited = host.env[variable];
  if (inherited) return { value: inherited, from: variable };
  if (envFile === undefined) return null;
  const value = parseEnv(await readText(envFile, { cwd: host.cwd }))[variable];
  const problem = value === undefined ? `there is no ${variable} in ${envFile}` : `${variable} is empty in ${envFile}`;
  return { value: given(value, problem), from: envFile };
}

/** A user who names a source means to send a secret. Without one, a receiver that checks no secret would look fine. */
function given(value: string | undefined, problem: string): string {
  if (value) return value;
  throw new HookError(`${problem}: to send no secret, remove the flag`);
}

function repair(problem: string): string {
  return problem.includes('space') || problem.includes('line break')
    ? 'remove it: copying a secret often adds a space or a line break'
    : 'choose a secret of ASCII letters, digits and punctuation in the panel';
}

async function readText(path: string, words: FileWords): Promise<string> {
  return decodeTextFile(await readInputFile(path, words));
}

import { parseEnv } from 'node:util';
import { Option, type Command } from 'commander';
import { secretProblem } from '../../contract/bearer.ts';
import { secretWarning } from '../../contract/redact.ts';
import { HookError } from '../../errors.ts';
import { readInputFile, type FileWords } from '../../fixtures/read-input.ts';
import type { Host } from '../../host.ts';
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
 * The webhook secret: flag over file over environment over .env file; empty is none.
 *
 * @throws HookError: exit 2 for a secret that no header can carry, exit 3 for a file that cannot be read
 */
export async function resolveSecret(options: SecretOptions, host: Host): Promise<string | null> {
  const { value, from } = await findSecret(options, host);
  if (!value) return null;
  const problem = secretProblem(value);
  host.secrets.add(value);
  if (problem) throw new HookError(`the secret from ${from} cannot be sent: ${problem}`, { hint: repair(problem) });
  const warning = secretWarning(value);
  if (warning) talker(host, options)(`! ${warning}`);
  return value;
}

async function findSecret(options: SecretOptions, host: Host): Promise<{ value: string | undefined; from: string }> {
  if (options.secret !== undefined) return { value: options.secret, from: '--secret' };
  if (options.secretFile !== undefined) {
    // Not by its path, which is the secret itself where somebody has mixed up the two flags.
    const text = await readText(options.secretFile, { cwd: host.cwd, name: 'the file of --secret-file' });
    return { value: text.replace(/\r?\n$/, ''), from: options.secretFile };
  }
  const inherited = host.env[variable];
  if (inherited !== undefined) return { value: inherited, from: variable };
  if (options.envFile !== undefined) {
    const text = await readText(options.envFile, { cwd: host.cwd });
    return { value: parseEnv(text)[variable], from: options.envFile };
  }
  return { value: undefined, from: '' };
}

function repair(problem: string): string {
  return problem.includes('blank') || problem.includes('line break')
    ? 'remove it: a blank or a line break comes along easily when a secret is copied'
    : 'choose a secret of ASCII letters, digits and punctuation in the panel';
}

async function readText(path: string, words: FileWords): Promise<string> {
  return (await readInputFile(path, words)).toString('utf8');
}

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
  return accept(await findSecret(options, host), 'the secret', options, host);
}

interface Found {
  value: string | undefined;
  from: string;
}

/** A secret that can travel, known to every way out from now on; null where there is none. */
function accept({ value, from }: Found, what: string, options: GlobalOptions, host: Host): string | null {
  if (!value) return null;
  const problem = secretProblem(value);
  host.secrets.add(value);
  if (problem) throw new HookError(`${what} from ${from} cannot be sent: ${problem}`, { hint: repair(problem) });
  const warning = secretWarning(value)?.replace('the secret', what);
  if (warning) talker(host, options)(`! ${warning}`);
  return value;
}

async function findSecret(options: SecretOptions, host: Host): Promise<Found> {
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

const tokenVariable = 'SUVVY_API_TOKEN';

export interface TokenOptions extends GlobalOptions {
  token?: string;
  tokenFile?: string;
}

/** Adds `--token` and `--token-file`. */
export function addTokenOptions(command: Command): Command {
  return command
    .addOption(new Option('--token <token>', `the token of the API (or ${tokenVariable}; default: any)`))
    .addOption(new Option('--token-file <file>', 'read the token from a file'));
}

/**
 * The token of the API: flag over file over environment; empty is none.
 *
 * @throws HookError: exit 2 for a token that no header can carry, exit 3 for a file that cannot be read
 */
export async function resolveToken(options: TokenOptions, host: Host): Promise<string | null> {
  return accept(await findToken(options, host), 'the token', options, host);
}

async function findToken({ token, tokenFile }: TokenOptions, host: Host): Promise<Found> {
  if (token !== undefined) return { value: token, from: '--token' };
  if (tokenFile === undefined) return { value: host.env[tokenVariable], from: tokenVariable };
  const text = await readText(tokenFile, { cwd: host.cwd, name: 'the file of --token-file' });
  return { value: text.replace(/\r?\n$/, ''), from: tokenFile };
}

function repair(problem: string): string {
  return problem.includes('blank') || problem.includes('line break')
    ? 'remove it: a blank or a line break comes along easily when a secret is copied'
    : 'choose a secret of ASCII letters, digits and punctuation in the panel';
}

async function readText(path: string, words: FileWords): Promise<string> {
  return (await readInputFile(path, words)).toString('utf8');
}

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
  return accept(await findSecret(options, host), 'the secret', { options, host });
}

interface Found {
  value: string;
  from: string;
}

/** What can travel, known to every way out from now on. */
function accept(
  found: Found | null,
  what: string,
  { options, host }: { options: GlobalOptions; host: Host },
): string | null {
  if (!found) return null;
  const { value, from } = found;
  const problem = secretProblem(value);
  host.secrets.add(value);
  if (problem) throw new HookError(`${what} from ${from} cannot be sent: ${problem}`, { hint: repair(problem) });
  const warning = secretWarning(value)?.replace('the secret', what);
  if (warning) talker(host, options)(`! ${warning}`);
  return value;
}

async function findSecret({ secret, secretFile, envFile }: SecretOptions, host: Host): Promise<Found | null> {
  const named = await findNamed(secret, secretFile, 'secret', host);
  if (named) return named;
  const inherited = host.env[variable];
  if (inherited) return { value: inherited, from: variable };
  if (envFile === undefined) return null;
  const value = parseEnv(await readText(envFile, { cwd: host.cwd }))[variable];
  const problem = value === undefined ? `there is no ${variable} in ${envFile}` : `${variable} is empty in ${envFile}`;
  return { value: given(value, problem, 'send no secret'), from: envFile };
}

/** What a flag gives, or the file that a flag names; null where neither is given. */
async function findNamed(
  word: string | undefined,
  file: string | undefined,
  flag: 'secret' | 'token',
  { cwd }: Host,
): Promise<Found | null> {
  const without = flag === 'secret' ? 'send no secret' : 'take any token';
  if (word !== undefined) return { value: given(word, `--${flag} is empty`, without), from: `--${flag}` };
  if (file === undefined) return null;
  // Not named by its path: if somebody has mixed up the two flags, the path is the secret itself.
  const name = `the file of --${flag}-file`;
  const text = await readText(file, { cwd, name });
  return { value: given(text.replace(/\r?\n$/, ''), `${name} is empty`, without), from: file };
}

/** A user who names a source means to use a secret. Without one, a receiver that checks no secret would look fine. */
function given(value: string | undefined, problem: string, without: string): string {
  if (value) return value;
  throw new HookError(`${problem}: to ${without}, remove the flag`);
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
 * The token of the API: flag over file over environment; an empty variable counts as not given. None given is null: any
 * token is taken.
 *
 * @throws HookError: exit 2 for a source that has no token, and for a token that no header can carry; exit 3 for a file
 *   that cannot be read
 */
export async function resolveToken(options: TokenOptions, host: Host): Promise<string | null> {
  const inherited = host.env[tokenVariable];
  const found =
    (await findNamed(options.token, options.tokenFile, 'token', host)) ??
    (inherited ? { value: inherited, from: tokenVariable } : null);
  return accept(found, 'the token', { options, host });
}

function repair(problem: string): string {
  return problem.includes('space') || problem.includes('line break')
    ? 'remove it: copying a secret often adds a space or a line break'
    : 'choose a secret of ASCII letters, digits and punctuation in the panel';
}

async function readText(path: string, words: FileWords): Promise<string> {
  return decodeTextFile(await readInputFile(path, words));
}

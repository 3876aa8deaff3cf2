import { lstat, open, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { closestMatch } from 'leven';
import { ExitCode, HookError, errorCode, systemReason, isError } from '../errors.ts';
import { shellWord } from '../text/shell-quote.ts';
import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

export const configName = 'suvvy-hook.config.json';

/** A config and where it was found. Its paths start there. */
export interface LoadedConfig {
  path: string;
  folder: string;
  /** Nobody named it, and it is in a folder above the current one: it may not choose where a secret is sent. */
  above: boolean;
  config: Config;
}

/** Who reads the config: the user id of the process, or null if the system has none. */
export interface ConfigReader {
  uid: number | null;
}

/**
 * Reads the config: the named file, or the nearest one from `cwd` upwards; null if there is none. The search ends with
 * the project: at the first folder that has a `.git` or a `package.json`.
 *
 * @throws HookError: exit 2 for invalid content, with its place in the file, and for a file above `cwd` that another
 *   user owns; exit 3 for a file that cannot be read
 */
export async function loadConfig(
  cwd: string,
  file: string | undefined,
  reader: ConfigReader,
): Promise<LoadedConfig | null> {
  if (file === undefined) return findUpwards(resolve(cwd), reader);
  const path = resolve(cwd, file);
  const text = await read(path, null);
  if (text === null) throw new HookError(`cannot read ${file}: no such file or folder`, { exitCode: ExitCode.unable });
  return { path, folder: dirname(path), above: false, config: await parseConfig(text, path) };
}

async function findUpwards(cwd: string, { uid }: ConfigReader): Promise<LoadedConfig | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, configName);
    const above = folder !== cwd;
    const text = await read(path, above ? uid : null);
    if (text !== null) return { path, folder, above, config: await parseConfig(text, path) };
    if (folder === dirname(folder) || (await isProjectRoot(folder))) return null;
  }
}

async function isProjectRoot(folder: string): Promise<boolean> {
  const marks = await Promise.all(['.git', 'package.json'].map((name) => isThere(join(folder, name))));
  return marks.includes(true);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** @param owner the user who must own the file, and the link to it if it is one; null for any user */
async function read(path: string, owner: number | null): Promise<string | null> {
  let file: FileHandle | undefined;
  try {
    // Checked before opening: a pipe of another user would block us.
    if (owner !== null) verifyOwner(path, (await lstat(path)).uid, owner);
    file = await open(path);
    // Checked again on the open file, because that is what we read: the path may have been a link.
    if (owner !== null) verifyOwner(path, (await file.stat()).uid, owner);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof HookError) throw error;
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return null;
    throw new HookError(`cannot read ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  } finally {
    await file?.close();
  }
}

/** Like git: a user who can write to a folder above could otherwise decide what runs here. */
function verifyOwner(path: string, owner: number, uid: number): void {
  if (owner === uid) return;
  throw new HookError(`${path} belongs to another user (uid ${owner}; this program runs as uid ${uid})`, {
    hint: `if you trust it, give its path: --config ${shellWord(path)}`,
  });
}

async function parseConfig(text: string, path: string): Promise<Config> {
  const value = parseJson(text, path);
  // Loading zod takes a third of the start-up time, so it is loaded only if there is a config.
  const { configSchema } = await import('./schema.ts');
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    throw unknownKey(issue.keys[0]!, place, path, Object.keys(configSchema.shape));
  throw new HookError(`${path}: ${place || 'the whole file'} ${words(issue.message)}`, {
    hint: 'its schema is schemas/config.schema.json in the package',
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new HookError(`${path} is not JSON: ${isError(error) ? error.message : String(error)}`, {
      hint: 'JSON has no comments, and no comma before a closing bracket',
      cause: error,
    });
  }
}

function unknownKey(key: string, place: string, path: string, keys: readonly string[]): HookError {
  const name = place ? `${place}.${key}` : key;
  if (/secret/i.test(key))
    return new HookError(`${path}: "${name}" does not belong here`, {
      hint: 'a secret in a file gets committed: set SUVVY_WEBHOOK_SECRET, or use --secret-file',
    });
  const nearest = place ? undefined : closestMatch(key, [...keys], { maxDistance: 3 });
  return new HookError(`${path}: there is no "${name}"`, {
    hint: nearest ? `did you mean "${nearest}"?` : `the keys are ${keys.join(', ')}`,
  });
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** Turns zod's sentence into the end of ours. */
function words(message: string): string {
  return message.startsWith('must ') ? message : `is wrong: ${message}`;
}

import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { closestMatch } from 'leven';
import { ExitCode, HookError, errorCode, systemReason } from '../errors.ts';
import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

export const configName = 'suvvy-hook.config.json';

/** A config and where it was found: its paths start there. */
export interface LoadedConfig {
  path: string;
  folder: string;
  config: Config;
}

/**
 * Reads the config: the file that was named, or the nearest one from `cwd` upwards; null if there is none.
 *
 * @throws HookError: exit 2 for what cannot be meant, with its place in the file; exit 3 for a file that cannot be read
 */
export async function loadConfig(cwd: string, file?: string): Promise<LoadedConfig | null> {
  const path = file === undefined ? null : resolve(cwd, file);
  const found = path === null ? await findUpwards(cwd) : { path, text: await read(path) };
  if (!found) return null;
  const { text } = found;
  if (text === null) throw new HookError(`cannot read ${file}: no such file or folder`, { exitCode: ExitCode.unable });
  return { path: found.path, folder: dirname(found.path), config: await parseConfig(text, found.path) };
}

async function findUpwards(cwd: string): Promise<{ path: string; text: string } | null> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, configName);
    const text = await read(path);
    if (text !== null) return { path, text };
    if (folder === dirname(folder)) return null;
  }
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return null;
    throw new HookError(`cannot read ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

async function parseConfig(text: string, path: string): Promise<Config> {
  const value = parseJson(text, path);
  // zod is a third of the start-up: who has no config does not wait for it.
  const { configSchema } = await import('./schema.ts');
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    throw unknownKey(issue.keys[0]!, place, path, Object.keys(configSchema.shape));
  throw new HookError(`${path}: ${place || 'the whole'} ${words(issue.message)}`, {
    hint: 'its schema is schemas/config.schema.json in the package',
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new HookError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'JSON has no comments, and no comma before a closing bracket',
      cause: error,
    });
  }
}

function unknownKey(key: string, place: string, path: string, keys: readonly string[]): HookError {
  const name = place ? `${place}.${key}` : key;
  if (/secret/i.test(key))
    return new HookError(`${path}: "${name}" does not belong here`, {
      hint: 'a secret in a file gets committed: give it in SUVVY_WEBHOOK_SECRET, or with --secret-file',
    });
  const nearest = place ? undefined : closestMatch(key, [...keys], { maxDistance: 3 });
  return new HookError(`${path}: there is no "${name}"`, {
    hint: nearest ? `did you mean "${nearest}"?` : `it knows ${keys.join(', ')}`,
  });
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** zod's sentence as the end of one of ours. */
function words(message: string): string {
  return message.startsWith('must ') ? message : `is wrong: ${message}`;
}

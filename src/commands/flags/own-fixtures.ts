import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { listFixtures } from '../../fixtures/list.ts';
import type { Host } from '../../host.ts';
import { collect } from './option-parsers.ts';

/** `--fixtures`: where the user's own fixtures are. */
export function ownFixturesOption(): Option {
  return new Option('--fixtures <path>', 'a file or folder of your own fixtures; repeatable').argParser(collect);
}

/** A folder of fixtures that the config names. */
export interface ConfiguredFolder {
  /** Absolute. */
  folder: string;
  /** The config's own path. */
  config: string;
}

/**
 * The folder of `"fixtures"` in the config, if it names one.
 *
 * @throws HookError (exit 2) for an invalid config, or a folder outside the config's own
 */
export async function configuredFixtures(host: Host): Promise<ConfiguredFolder | null> {
  const cwd = currentFolder(host);
  if (cwd === null) return null;
  // Few runs need a config, and the code that reads it takes a while to load.
  const { loadConfig } = await import('../../config/load.ts');
  const { resolveInside } = await import('../../config/inside.ts');
  const loaded = await loadConfig(cwd, undefined, host);
  if (loaded?.config.fixtures === undefined) return null;
  const hint = 'name a folder inside it, or use the command line: --fixtures DIR';
  return { folder: await resolveInside(loaded.config.fixtures, loaded, 'the fixtures', hint), config: loaded.path };
}

/** Null if the folder does not exist any more: then there is no config. */
function currentFolder(host: Host): string | null {
  try {
    return host.cwd;
  } catch {
    return null;
  }
}

/** Files and folders of the user's own fixtures, absolute: those of the flags, and that of the config if it exists. */
export async function ownFixtures(flags: readonly string[] | undefined, host: Host): Promise<string[]> {
  const configured = await configuredFixtures(host);
  const isThere = configured !== null && (await stat(configured.folder).catch(() => null)) !== null;
  return [...(isThere ? [configured.folder] : []), ...(flags ?? []).map((path) => resolve(host.cwd, path))];
}

/**
 * The same for these names only. If all of them are bundled, the config is not read, because reading it could only
 * fail.
 */
export async function ownFixturesFor(
  names: readonly string[],
  flags: readonly string[] | undefined,
  host: Host,
): Promise<string[]> {
  const bundled = new Set(['all', ...(await listFixtures()).map(({ name }) => name)]);
  const others = names.some((name) => !bundled.has(name) && !/[/\\]|\.json$/.test(name));
  return others ? ownFixtures(flags, host) : (flags ?? []).map((path) => resolve(host.cwd, path));
}

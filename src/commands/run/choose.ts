import { closestMatch } from 'leven';
import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { loadScenario, type ReadyScenario } from '../../scenario/load.ts';
import { slugOf } from '../../scenario/scenario.ts';
import { readInput } from '../flags/input.ts';

/**
 * The scenarios of these files, all understood before any is run.
 *
 * @throws HookError: exit 2 for what cannot be meant, exit 3 for a file that cannot be read
 */
export async function loadScenarios(
  paths: readonly string[],
  webhook: URL | null,
  host: Host,
): Promise<ReadyScenario[]> {
  const scenarios: ReadyScenario[] = [];
  for (const path of paths) {
    const scenario = await loadScenario(await readInput(path, host), path === '-' ? 'stdin' : path, {
      cwd: host.cwd,
      webhook,
    });
    const twin = scenarios.find((one) => slugOf(one) === slugOf(scenario));
    if (twin)
      throw new HookError(`${twin.path} and ${scenario.path} have the same name: "${scenario.name}"`, {
        hint: 'a report tells scenarios apart by their names',
      });
    scenarios.push(scenario);
  }
  return scenarios;
}

/** @throws HookError (exit 2) for a name that no scenario has, with the nearest one */
export function chooseScenarios(all: readonly ReadyScenario[], only: readonly string[] | undefined): ReadyScenario[] {
  if (!only) return [...all];
  const names = all.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return all.filter(({ name }) => only.includes(name));
  const nearest = closestMatch(unknown.slice(0, 100), names, { maxDistance: 10 });
  throw new HookError(`there is no scenario "${unknown}"`, {
    hint: nearest === undefined ? `there are ${names.join(', ')}` : `did you mean "${nearest}"?`,
  });
}

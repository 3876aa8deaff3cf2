import { ExitCode } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { scenarioOf } from '../../scenario/from-recording.ts';
import { safeLine } from '../../text/safe.ts';
import { allOf } from '../../text/words.ts';
import { talker, type GlobalOptions } from '../context.ts';
import { readInput } from '../flags/input.ts';

/** Prints the scenario that a recording makes. */
export async function printScenario(path: string, flags: GlobalOptions, host: Host): Promise<ExitCode> {
  const { text, files, bad } = scenarioOf(await readInput(path, host), path);
  host.stdout.write(text);
  const talk = talker(host, flags);
  if (bad > 0) talk(`! ${bad} lines of ${safeLine(path)} could not be read, and were left out`);
  if (files.length > 0)
    talk(`! files are not in a recording: put ${safeLine(allOf(files.slice(0, 10)))} beside the scenario`);
  return ExitCode.ok;
}

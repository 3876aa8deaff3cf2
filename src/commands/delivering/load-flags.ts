import { Option, type Command } from 'commander';
import { HookError } from '../../errors.ts';
import { reachOf } from '../../http/address.ts';
import { parseCount, parsePercent, parsePositiveDuration, parseRate } from '../flags/option-parsers.ts';

/** The flags of load mode, as commander hands them over. */
export interface LoadFlags {
  concurrency?: number;
  rate?: number;
  duration?: number;
  maxErrorRate?: number;
  allowRemote?: boolean;
}

/** Adds the flags that make many deliveries of a few. */
export function addLoadOptions(command: Command): Command {
  return command
    .optionsGroup('Load:')
    .addOption(new Option('--concurrency <n>', 'so many kept connections (default: 10)').argParser(parseCount))
    .addOption(new Option('--rate <n/s>', 'deliveries due at this rate, such as 100/s').argParser(parseRate))
    .addOption(new Option('--duration <duration>', 'begin none after so long').argParser(parsePositiveDuration))
    .addOption(
      new Option('--max-error-rate <percent>', 'pass with up to so many failures, such as 0.5%').argParser(
        parsePercent,
      ),
    )
    .addOption(new Option('--allow-remote', 'send it to a public address too'));
}

/** Whether the flags ask for load mode. `--repeat` alone does not: those are fresh deliveries, one after the other. */
export function isLoad({ concurrency, rate, duration }: LoadFlags): boolean {
  return concurrency !== undefined || rate !== undefined || duration !== undefined;
}

/** @throws HookError (exit 2) for flags that do not go together, and for a load on somebody else's machine */
export function checkLoad(options: LoadFlags & { expectFetch?: number | true }, url: URL): void {
  if (!isLoad(options)) {
    if (options.maxErrorRate === undefined) return;
    throw new HookError('--max-error-rate is for load mode', { hint: 'add --concurrency, --rate or --duration' });
  }
  if (options.expectFetch !== undefined)
    throw new HookError('--expect-fetch does not go with load mode', {
      hint: 'it waits for the files of one delivery: leave out --concurrency, --rate and --duration',
    });
  if (reachOf(url) === 'public' && !options.allowRemote)
    throw new HookError(`${url.hostname} is not on this machine or a private network: it gets no load by accident`, {
      hint: 'if it is yours to load, add --allow-remote',
    });
}

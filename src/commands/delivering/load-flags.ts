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
  export?: 'k6' | 'artillery';
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
    .addOption(new Option('--allow-remote', 'send it to a public address too'))
    .addOption(
      new Option('--export <engine>', 'print the load as a script for another engine, send nothing').choices([
        'k6',
        'artillery',
      ]),
    );
}

/** Whether the flags ask for load mode. `--repeat` alone does not: those are fresh deliveries, one after the other. */
export function isLoad({ concurrency, rate, duration }: LoadFlags): boolean {
  return concurrency !== undefined || rate !== undefined || duration !== undefined;
}

/** What an exported script cannot have, and why. */
const notExported: Record<string, string> = {
  repeat: 'the script goes on for --duration',
  expectFetch: 'it waits for the files of one delivery',
  assetHost: 'files are linked by --file-base-url',
  cacert: 'give the engine its certificates where it runs',
  dryRun: 'nothing is sent anyway',
  verbose: 'the engine shows what comes of it',
  json: 'the engine shows what comes of it',
};

/** @throws HookError (exit 2) for flags that --export does not go with, and for those that it needs */
export function checkExport(options: LoadFlags & Record<string, unknown>): void {
  for (const [name, why] of Object.entries(notExported))
    if (options[name] !== undefined && options[name] !== false)
      throw new HookError(`--export does not go with ${flagOf(name)}: ${why}`);
  if (options.rate === undefined || options.duration === undefined)
    throw new HookError('--export needs --rate and --duration', { hint: 'for example --rate 500/s --duration 10m' });
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
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

import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Host } from '../host.ts';

/** What a command is given. */
export interface Context {
  host: Host;
  /** Hands in the exit code. Node leaves by itself. */
  finish(code: ExitCode): void;
}

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;

/** Flags that every command knows. */
export interface GlobalOptions {
  color?: boolean;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

/** Writes talk to stderr, unless `--quiet`. */
export function talker(host: Host, { quiet }: GlobalOptions): (line: string) => void {
  return (line) => {
    if (!quiet) host.stderr.write(`${line}\n`);
  };
}

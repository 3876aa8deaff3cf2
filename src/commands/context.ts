import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Host } from '../host.ts';
import { asTyped } from './as-typed.ts';

/** What a command is given. */
export interface Context {
  host: Host;
  /** Every command, in the order of the help. */
  commands: readonly CommandEntry[];
  /** Hands in the exit code. Node leaves by itself. */
  finish(code: ExitCode): void;
}

/** A command as the list knows it: enough for help and suggestions without loading it. */
export interface CommandEntry {
  name: string;
  summary: string;
  load(): Promise<Register>;
}

/** Gives a command, which has its name and summary already, all else: flags, arguments, help, and what it does. */
export type Register = (command: Command, context: Context) => void;

/**
 * Adds every command to the program, but loads those alone that are wanted: that is what keeps the start quick. The
 * others are there for help and typos.
 */
export async function addCommands(
  program: Command,
  context: Context,
  isWanted: (name: string) => boolean,
): Promise<void> {
  for (const { name, summary, load } of context.commands) {
    const command = program.command(name).summary(summary);
    if (isWanted(name)) (await load())(command, context);
  }
}

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
    if (!quiet) host.stderr.write(`${asTyped(line, host)}\n`);
  };
}

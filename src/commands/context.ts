import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Host } from '../host.ts';
import { asTyped } from './as-typed.ts';

/** What every command gets. */
export interface Context {
  host: Host;
  /** Every command, in the order of the help. */
  commands: readonly CommandEntry[];
  /** Sets the exit code. Node then ends by itself. */
  finish(code: ExitCode): void;
}

/** An entry in the list of commands: enough for help and suggestions without loading the command. */
export interface CommandEntry {
  name: string;
  summary: string;
  load(): Promise<Register>;
}

/** Adds everything to a command that already has its name and summary: flags, arguments, help, and its action. */
export type Register = (command: Command, context: Context) => void;

/**
 * Adds every command to the program, but loads only those that are needed: this keeps the start fast. The others are
 * only there for help and typos.
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

/** Flags of every command. */
export interface GlobalOptions {
  color?: boolean;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

/** Writes messages to stderr, unless `--quiet` is given. */
export function talker(host: Host, { quiet }: GlobalOptions): (line: string) => void {
  return (line) => {
    if (!quiet) host.stderr.write(`${asTyped(line, host)}\n`);
  };
}

import type { Argument, Command, Option } from 'commander';
import type { Host } from '../../host.ts';
import { addCommands, type Context } from '../context.ts';
import { fallbackCommands, valuesOf, type Candidate, type TypedLine, type Values } from './values.ts';

/** What can come at the end of a line. */
export interface Completion {
  candidates: Candidate[];
  /** A file name is also possible. */
  files: boolean;
}

/** Where the cursor is: in which command, and after which flag. */
interface Place {
  command: Command;
  /** The flag whose value comes next, if there is one. */
  flag: Option | null;
  /** The arguments of the command before the cursor. */
  args: string[];
  /** After `--`, nothing is a flag. */
  argumentsOnly: boolean;
}

/** The commander tree with only the command of these words: loading all commands would take longer than a TAB may. */
export async function loadTree(words: readonly string[], program: Command, context: Context): Promise<Command> {
  const tree = program.createCommand(program.name()).copyInheritedSettings(program);
  for (const option of program.options) tree.addOption(option);
  await addCommands(tree, context, (name) => words.slice(0, -1).includes(name));
  return tree;
}

/**
 * Finds what can complete a line.
 *
 * @param words the words after the program's name. The last one is still being typed; it is empty after a space
 */
export async function completeLine(words: readonly string[], tree: Command, host: Host): Promise<Completion> {
  const typed = words.at(-1) ?? '';
  const place = walk(words.slice(0, -1), tree);
  const ended = place.flag?.variadic && typed.startsWith('-');
  const line = { args: place.args, host };
  if (place.flag && !ended) return fromValues(await valuesOf(place.command, place.flag, line));
  if (place.argumentsOnly || !typed.startsWith('-')) return argumentsAt(place, line);

  const [, name, equals] = /^(--[^=]+)(=?)/.exec(typed) ?? [];
  if (!name || !equals) return { candidates: flagsOf(place.command), files: false };
  const flag = findFlag(place.command, name);
  return flag ? fromValues(await valuesOf(place.command, flag, line), `${name}=`) : { candidates: [], files: false };
}

function walk(words: readonly string[], tree: Command): Place {
  const place: Place = { command: tree, flag: null, args: [], argumentsOnly: false };
  for (const word of words) {
    if (place.flag && (place.flag.required || !word.startsWith('-'))) {
      if (!place.flag.variadic) place.flag = null;
    } else if (word === '--' && !place.argumentsOnly) {
      place.argumentsOnly = true;
      place.flag = null;
    } else if (word.startsWith('-') && word !== '-' && !place.argumentsOnly) {
      const flag = findFlag(place.command, word);
      place.flag = flag?.required || flag?.variadic ? flag : null;
    } else stepInto(place, word);
  }
  return place;
}

function stepInto(place: Place, word: string): void {
  const next = place.args.length === 0 ? subcommand(place.command, word) : undefined;
  if (next) {
    place.command = next;
    return;
  }
  place.command = fallback(place.command) ?? place.command;
  place.args.push(word);
}

function subcommand(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((one) => one.name() === name);
}

/** The subcommand that takes words which are not a subcommand. */
function fallback(command: Command): Command | undefined {
  return command.commands.length === 0 ? undefined : subcommand(command, fallbackCommands[command.name()]);
}

async function argumentsAt({ command, args, argumentsOnly }: Place, line: TypedLine): Promise<Completion> {
  const holder = fallback(command) ?? command;
  const taken = holder.registeredArguments;
  const last = taken.at(-1);
  const argument: Argument | undefined = taken[args.length] ?? (last?.variadic ? last : undefined);
  const values = argument ? fromValues(await valuesOf(holder, argument, line)) : { candidates: [], files: false };
  if (args.length > 0 || argumentsOnly) return values;
  const subcommands = command.createHelp().visibleCommands(command);
  return {
    candidates: [
      ...subcommands.map((one) => ({ value: one.name(), about: one.summary() || one.description() })),
      ...values.candidates,
    ],
    files: values.files,
  };
}

function flagsOf(command: Command): Candidate[] {
  const help = command.createHelp();
  const flags = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  return flags.map(({ long, short, description }) => ({ value: (long ?? short)!, about: description }));
}

/** A flag of the command, or of a command above it. */
function findFlag(command: Command, name: string): Option | undefined {
  for (let one: Command | null = command; one; one = one.parent) {
    const found = one.options.find(({ long, short }) => long === name || short === name);
    if (found) return found;
  }
  return undefined;
}

function fromValues({ candidates, files }: Values, prefix = ''): Completion {
  return { candidates: candidates.map(({ value, about }) => ({ value: prefix + value, about })), files };
}

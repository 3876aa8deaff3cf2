import { Argument, type Command } from 'commander';
import { ExitCode } from '../../errors.ts';
import type { Context, Register } from '../context.ts';
import { completeLine, loadTree } from './complete-line.ts';
import { completionScripts, type Shell } from './scripts.ts';

export const registerCompletion: Register = (command, context) => {
  command
    .description(
      'Print the script for TAB completion of commands, flags, fixtures and cases. Source it in ~/.bashrc, or in ~/.zshrc after compinit.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(completionScripts)))
    // The scripts ask this at each TAB. Scripts with the words built in would be out of date after the next update.
    .argument('[words...]', 'after --: the words of a line, to print what can come next')
    .addHelpText(
      'after',
      `
Examples:
  $ source <(suvvy-hook completion bash)
  $ source <(suvvy-hook completion zsh)
  $ suvvy-hook completion fish > ~/.config/fish/completions/suvvy-hook.fish`,
    )
    .action(async (shell: Shell, words: string[]) => {
      context.host.stdout.write(words.length === 0 ? completionScripts[shell] : await answer(words, command, context));
      context.finish(ExitCode.ok);
    });
};

/** One candidate per line, its description after a tab, and `:files` if a file name is possible. */
async function answer(words: string[], command: Command, context: Context): Promise<string> {
  const { candidates, files } = await completeLine(
    words,
    await loadTree(words, command.parent!, context),
    context.host,
  );
  const lines = candidates.map(({ value, about }) => `${value}\t${about}\n`);
  return [...lines, ...(files ? [':files\n'] : [])].join('');
}

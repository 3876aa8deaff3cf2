import { HookError } from '../../errors.ts';
import type { Register } from '../context.ts';
import { addRunFlags, type RunFlags } from './flags.ts';

export const registerRun: Register = (command, { host, finish }) => {
  command
    .description(
      "Play both far sides of an app by a file: its messenger and Suvvy. What arrives, what must not, and what the bot says is held against the file's steps.",
    )
    .argument('[files...]', 'scenarios, in YAML or JSON; - is stdin');
  addRunFlags(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook run scenario.yaml --url http://localhost:3000/webhook
  $ suvvy-hook run scenario.yaml --start "npm start" --url http://localhost:3000/webhook
  $ suvvy-hook run scenario.yaml --report junit=report.xml --url http://localhost:3000/webhook
  $ suvvy-hook run --from chat.ndjson > case.yaml`,
  );
  command.action(async (files: string[]) => {
    const flags = command.optsWithGlobals<RunFlags>();
    if (flags.from !== undefined) {
      if (files.length > 0)
        throw new HookError('--from prints a scenario, and runs none', { hint: `leave ${files[0]} out` });
      const { printScenario } = await import('./from.ts');
      return finish(await printScenario(flags.from, flags, host));
    }
    if (files.length === 0)
      throw new HookError('there is no scenario to run', { hint: 'give a file, such as scenario.yaml' });
    const { runFiles } = await import('./run.ts');
    finish(await runFiles(files, flags, host));
  });
};

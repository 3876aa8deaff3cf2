import type { Context, Register } from '../context.ts';
import { oneUrl } from '../flags/target.ts';
import { addCheckFlags, noteGiven, type CheckFlags } from './flags.ts';

export const registerCheck: Register = (command, context) => {
  command
    .description(
      'Send a receiver what Suvvy sends, case by case, and say which sentence of its page is broken, why that matters, and what to change.',
    )
    .argument('[url]', 'the webhook to check (or --url, or SUVVY_WEBHOOK_URL, or the config)');
  addCheckFlags(command).addHelpText('after', examples);
  const given = noteGiven(command);
  command.action(async (url: string | undefined) => {
    const flags = command.optsWithGlobals<CheckFlags>();
    context.finish(await check({ ...flags, url: oneUrl(url, flags.url), given }, context));
  });
};

const examples = `
Examples:
  $ suvvy-hook check http://localhost:3000/webhook
  $ suvvy-hook check http://localhost:3000/webhook --secret "$SECRET" --profile full
  $ suvvy-hook check http://localhost:3000/webhook --only 'auth/*,event/unknown'
  $ suvvy-hook check http://localhost:3000/webhook --start "npm start" --report junit=report.xml
  $ suvvy-hook check --explain event/unknown`;

async function check(flags: CheckFlags, context: Context) {
  if (flags.list || flags.explain !== undefined || flags.dryRun) {
    const { showCases } = await import('./show.ts');
    return showCases(flags, context.host);
  }
  const { runCheck } = await import('./run.ts');
  return runCheck(flags, context.host);
}

import type { Register } from '../context.ts';
import { oneUrl } from '../flags/target.ts';
import { addMockFlags, type MockFlags } from './flags.ts';

export const registerMock: Register = (command, context) => {
  addMockFlags(command)
    .argument('[url]', 'the webhook of the app: short for --url')
    .description(
      "Suvvy on this machine: its API, which holds each message that an app posts against the table, and its bot, which replies to the app's webhook.",
    )
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook mock --url http://localhost:3000/webhook
  $ suvvy-hook mock --chat :3000/webhook
  $ suvvy-hook mock --ui --open --url http://localhost:3000/webhook
  $ suvvy-hook mock --reply fixture:image --reply-after 300ms --url http://localhost:3000/webhook
  $ suvvy-hook mock --respond '402x2,200' --url http://localhost:3000/webhook
  $ suvvy-hook mock --record chat.ndjson --fail-on-findings --url http://localhost:3000/webhook`,
    );
  command.action(async (url: string | undefined) => {
    const { runMock } = await import('./run.ts');
    const flags = command.optsWithGlobals<MockFlags>();
    const given = oneUrl(url, flags.url);
    context.finish(await runMock({ ...flags, ...(given === undefined ? {} : { url: given }) }, context.host));
  });
};

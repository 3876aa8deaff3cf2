import { Option } from 'commander';
import type { ScriptStep } from '../../receiver/parse-script.ts';
import { parseScript } from '../../receiver/parse-script.ts';
import type { GlobalOptions, Register } from '../context.ts';
import { parseCommand, parseCount, parseDuration, parsePort, parsePositiveDuration } from '../flags/option-parsers.ts';
import { addSecretOptions, addTokenOptions, type SecretOptions, type TokenOptions } from '../flags/secret.ts';
import { parseReply, type ReplyMode } from './bot-of.ts';

/** The port that bridges are told of in the docs. */
export const usualPort = 8090;

export interface MockFlags extends GlobalOptions, SecretOptions, TokenOptions {
  url?: string;
  port?: number;
  reply?: ReplyMode;
  replyAfter?: number;
  rules?: string;
  respond?: ScriptStep[];
  chat?: boolean;
  start?: string;
  record?: string;
  exitAfter?: number;
  timeout?: number;
  readyFile?: string;
  failOnFindings?: boolean;
}

export const registerMock: Register = (command, context) => {
  command
    .description(
      "Suvvy on this machine: its API, which holds each message that an app posts against the table, and its bot, which replies to the app's webhook.",
    )
    .addOption(new Option('--url <url>', 'the webhook of the app (or SUVVY_WEBHOOK_URL)'))
    .addOption(
      new Option('--port <port>', `of the API (default: ${usualPort}, or a free one if that is taken)`).argParser(
        parsePort,
      ),
    );
  addSecretOptions(addTokenOptions(command))
    .addOption(
      new Option(
        '--reply <reply>',
        'what the bot says: echo, fixture:NAME or silent (default: echo; silent with --chat or --rules)',
      ).argParser(parseReply),
    )
    .addOption(new Option('--reply-after <duration>', 'how long the bot thinks').argParser(parseDuration))
    .addOption(new Option('--rules <file>', 'what the bot does about which messages (YAML or JSON)'))
    .addOption(
      new Option('--respond <script>', 'answer messages by a script: 402x2,200 or 424 or hang').argParser(parseScript),
    )
    .addOption(new Option('--chat', 'type as the bot, line by line; /help lists what else can be typed'))
    .addOption(
      new Option(
        '--start <command>',
        'run the app, with SUVVY_API_URL, SUVVY_API_TOKEN and SUVVY_WEBHOOK_SECRET set, and end it again',
      ).argParser(parseCommand),
    )
    .addOption(new Option('--record <file>', 'write what goes either way into a file, a line each'))
    .addOption(new Option('--exit-after <n>', 'end after so many messages, and their replies').argParser(parseCount))
    .addOption(new Option('--timeout <duration>', 'end after this time').argParser(parsePositiveDuration))
    .addOption(new Option('--ready-file <file>', 'write the ready line there once messages can be posted'))
    .addOption(new Option('--fail-on-findings', 'exit 1 after a finding that is an error'))
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook mock --url http://localhost:3000/webhook
  $ suvvy-hook mock --chat --url http://localhost:3000/webhook
  $ suvvy-hook mock --reply fixture:image --reply-after 300ms --url http://localhost:3000/webhook
  $ suvvy-hook mock --respond '402x2,200' --url http://localhost:3000/webhook
  $ suvvy-hook mock --record chat.ndjson --fail-on-findings --url http://localhost:3000/webhook`,
    );
  command.action(async () => {
    const { runMock } = await import('./run.ts');
    context.finish(await runMock(command.optsWithGlobals<MockFlags>(), context.host));
  });
};

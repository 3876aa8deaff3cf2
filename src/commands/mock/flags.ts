import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseScript, type ScriptStep } from '../../receiver/parse-script.ts';
import type { GlobalOptions } from '../context.ts';
import { parseCommand, parseCount, parseDuration, parsePort, parsePositiveDuration } from '../flags/option-parsers.ts';
import { addSecretOptions, addTokenOptions, type SecretOptions, type TokenOptions } from '../flags/secret.ts';
import { usualPort } from '../start/app.ts';
import { addUiOptions, type UiFlags } from '../ui/ui-flags.ts';

export interface MockFlags extends GlobalOptions, SecretOptions, TokenOptions, UiFlags {
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

/** What the bot says where no rule fits. */
export type ReplyMode = { is: 'echo' | 'silent' } | { is: 'fixture'; name: string };

/** `echo`, `silent` or `fixture:NAME`. */
function parseReply(text: string): ReplyMode {
  if (text === 'echo' || text === 'silent') return { is: text };
  const [, name] = /^fixture:(.+)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It is echo, silent or fixture:NAME.');
  return { is: 'fixture', name };
}

/** Adds the flags of `mock`. */
export function addMockFlags(command: Command): Command {
  addAppFlags(command.optionsGroup('The app:'));
  addApiFlags(command.optionsGroup('The API:'));
  addBotFlags(command.optionsGroup('The bot:'));
  addUiOptions(command.optionsGroup('The page:'));
  return command
    .optionsGroup('When it ends:')
    .addOption(new Option('--exit-after <n>', 'end after so many messages, and their replies').argParser(parseCount))
    .addOption(new Option('--timeout <duration>', 'end after this time').argParser(parsePositiveDuration))
    .addOption(new Option('--fail-on-findings', 'exit 1 after a finding that is an error'))
    .optionsGroup('Files:')
    .addOption(new Option('--record <file>', 'write what goes either way into a file, a line each'))
    .addOption(
      new Option(
        '--ready-file <file>',
        'write the ready line there once messages can be posted; it is gone at the end',
      ),
    );
}

function addAppFlags(command: Command): void {
  addSecretOptions(
    command.addOption(new Option('--url <url>', 'the webhook of the app (or SUVVY_WEBHOOK_URL)')),
  ).addOption(
    new Option(
      '--start <command>',
      'run the app, with SUVVY_API_URL, SUVVY_API_TOKEN and SUVVY_WEBHOOK_SECRET set, and end it again',
    ).argParser(parseCommand),
  );
}

function addApiFlags(command: Command): void {
  addTokenOptions(
    command.addOption(
      new Option('--port <port>', `default: ${usualPort}, or a free one if that is taken`).argParser(parsePort),
    ),
  ).addOption(
    new Option('--respond <script>', 'answer messages by a script: 402x2,200 or 424 or hang').argParser(parseScript),
  );
}

function addBotFlags(command: Command): void {
  command
    .addOption(new Option('--chat', 'type as the bot, line by line; /help lists what else can be typed'))
    .addOption(
      new Option(
        '--reply <reply>',
        'what the bot says: echo, fixture:NAME or silent (default: echo; silent with --chat or --rules)',
      ).argParser(parseReply),
    )
    .addOption(new Option('--reply-after <duration>', 'how long the bot thinks').argParser(parseDuration))
    .addOption(new Option('--rules <file>', 'what the bot does about which messages (YAML or JSON)'));
}

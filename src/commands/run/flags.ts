import { Option, type Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { collect, parseCommand, parsePort, parsePositiveDuration } from '../flags/option-parsers.ts';
import { addSecretOptions, addTokenOptions, type SecretOptions, type TokenOptions } from '../flags/secret.ts';
import { reportOption } from '../reporting/plan-reports.ts';
import { usualPort } from '../start/app.ts';

export interface RunFlags extends GlobalOptions, SecretOptions, TokenOptions {
  url?: string;
  port?: number;
  start?: string;
  wait?: number;
  only?: string[];
  bail?: boolean;
  report?: string[];
  from?: string;
}

/** Adds the flags of `run`. */
export function addRunFlags(command: Command): Command {
  command
    .optionsGroup('Which scenarios:')
    .addOption(new Option('--only <name>', 'the scenario of this name; repeatable').argParser(collect))
    .addOption(new Option('--bail', 'run no further scenario after one that fails'))
    .addOption(new Option('--from <recording>', 'print a scenario made of what mock --record wrote, and run nothing'))
    .optionsGroup('The app:')
    .addOption(new Option('--url <url>', "instead of the scenario's webhook (or SUVVY_WEBHOOK_URL)"))
    .addOption(
      new Option(
        '--start <command>',
        'run the app, with SUVVY_API_URL, SUVVY_API_TOKEN and SUVVY_WEBHOOK_SECRET set, and end it again',
      ).argParser(parseCommand),
    )
    .addOption(
      new Option('--wait <duration>', 'wait so long until the app is up (default with --start: 30s)').argParser(
        parsePositiveDuration,
      ),
    );
  addSecretOptions(command);
  command
    .optionsGroup('The API:')
    .addOption(
      new Option('--port <port>', `default: ${usualPort}, or a free one if that is taken`).argParser(parsePort),
    );
  return addTokenOptions(command).optionsGroup('Reports:').addOption(reportOption());
}

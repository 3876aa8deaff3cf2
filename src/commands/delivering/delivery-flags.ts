import { Option, type Command } from 'commander';
import { defaultChatId } from '../../contract/limits.ts';
import type { RawHeader } from '../../http/headers.ts';
import type { GlobalOptions } from '../context.ts';
import {
  collect,
  collectHeader,
  parseCount,
  parseDuration,
  parseHost,
  parsePositiveDuration,
  parseStatusPattern,
} from '../flags/option-parsers.ts';
import { addSecretOptions, type SecretOptions } from '../flags/secret.ts';
import { addLoadOptions, type LoadFlags } from './load-flags.ts';

/** The flags that all of `send` and `replay` share, as commander hands them over. */
export interface DeliveryOptions extends GlobalOptions, SecretOptions, LoadFlags {
  url?: string;
  chatId?: string | false;
  set?: string[];
  header?: RawHeader[];
  timeout?: number;
  maxTime?: number;
  expectStatus?: string;
  repeat?: number;
  insecure?: boolean;
  cacert?: string;
  dryRun?: boolean;
  assetHost?: string;
  fileBaseUrl?: string;
  expectFetch?: number | true;
}

/** Adds the flags that all of `send` and `replay` share. */
export function addDeliveryOptions(command: Command): Command {
  command
    .optionsGroup('Where it goes:')
    .addOption(new Option('--url <url>', 'the webhook to send to (or SUVVY_WEBHOOK_URL)'));
  addSecretOptions(command)
    .addOption(new Option('--insecure', 'take any certificate'))
    .addOption(new Option('--cacert <file>', 'trust the certificates in a PEM file'))
    .addOption(new Option('--dry-run', 'print the request as curl, send nothing'))
    .optionsGroup('What is sent:')
    .addOption(
      new Option(
        '--chat-id <id>',
        `chat_id of new_messages, in place of what is there (ours: "${defaultChatId}"); may have {{n%100}}`,
      ),
    )
    .addOption(new Option('--no-chat-id', 'send no chat_id: it is removed where there is one').default(undefined))
    .addOption(
      new Option(
        '--set <path=value>',
        'change a value of the body, and no other byte; {{n}} and {{uuid}} differ in each request; repeatable',
      ).argParser(collect),
    )
    .addOption(new Option('--header <header>', 'add or replace a header; repeatable').argParser(collectHeader))
    .addOption(new Option('--repeat <n>', 'deliver each one so many times').argParser(parseCount))
    .optionsGroup('When it passes:')
    .addOption(
      new Option(
        '--timeout <duration>',
        'how long to wait; past 20 s it is undelivered all the same (default: 20s)',
      ).argParser(parsePositiveDuration),
    )
    .addOption(new Option('--max-time <duration>', 'a tighter limit of your own').argParser(parsePositiveDuration))
    .addOption(
      new Option('--expect-status <status>', 'pass on this status instead: 401, 2xx').argParser(parseStatusPattern),
    )
    .optionsGroup('Files:')
    .addOption(
      new Option(
        '--asset-host <host>',
        'where files are served, and what their links say (default: 127.0.0.1)',
      ).argParser(parseHost),
    )
    .addOption(new Option('--file-base-url <url>', 'link files to copies of yours there instead'))
    .addOption(
      new Option('--expect-fetch [duration]', 'wait for the files to be fetched, fail if not (default: 5s)').argParser(
        parseDuration,
      ),
    );
  return addLoadOptions(command);
}

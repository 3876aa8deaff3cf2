import { Option, type Command } from 'commander';
import { parseTarget } from '../../delivery/target.ts';
import type { GlobalOptions } from '../context.ts';
import { collect, parseCommand, parseCount, parseDuration, parsePositiveDuration } from '../flags/option-parsers.ts';
import { reportOption } from '../reporting/plan-reports.ts';
import { addSecretOptions, type SecretOptions } from '../flags/secret.ts';

/** A flag as it was typed; the value is null where it came without one. */
export interface GivenOption {
  option: Option;
  value: string | null;
}

/** What `check` was told on the command line. */
export interface CheckFlags extends GlobalOptions, SecretOptions {
  url?: string | undefined;
  profile?: 'smoke' | 'default' | 'full';
  only?: string[];
  skip?: string[];
  list?: boolean;
  explain?: string;
  dryRun?: boolean;
  strict?: boolean;
  lenient?: boolean;
  bail?: boolean;
  report?: string[];
  wait?: number;
  start?: string;
  warmup?: number | true;
  timeout?: number;
  maxP95?: number;
  maxLatency?: number;
  expectFetch?: number | true;
  expectCallback?: string | true;
  expectRead?: string;
  allowRemote?: boolean;
  config?: string;
  chatId?: string | false;
  insecure?: boolean;
  cacert?: string;
  assetHost?: string;
  fileBaseUrl?: string;
  /** Every flag as it was typed, in order. */
  given?: readonly GivenOption[];
}

/** Adds the flags of `check`. */
export function addCheckFlags(command: Command): Command {
  addSelectionFlags(command.optionsGroup('Which cases:'));
  addVerdictFlags(command.optionsGroup('When it passes:'));
  addReceiverFlags(command.optionsGroup('The receiver:'));
  return command
    .optionsGroup('What is sent:')
    .addOption(new Option('--chat-id <id>', 'chat_id of what is sent (default: "0")'))
    .addOption(new Option('--no-chat-id', 'send no chat_id').default(undefined))
    .addOption(new Option('--dry-run', 'print the requests as curl, send nothing'))
    .addOption(
      new Option('--warmup [n]', 'send so many texts before anything is judged (default: 1)').argParser(parseCount),
    )
    .optionsGroup('Files:')
    .addOption(new Option('--asset-host <host>', 'where files are served (default: 127.0.0.1)'))
    .addOption(new Option('--file-base-url <url>', 'link files to copies of yours there instead'))
    .optionsGroup('Reports:')
    .addOption(reportOption())
    .addOption(
      new Option('--config <file>', 'default: the nearest suvvy-hook.config.json, up to the root of the project'),
    );
}

function addSelectionFlags(command: Command): void {
  command
    .addOption(
      new Option('--profile <profile>', 'which cases run (default: default)').choices(['smoke', 'default', 'full']),
    )
    .addOption(
      new Option('--only <cases>', 'ids and globs instead of the profile, comma-separated; repeatable').argParser(
        collect,
      ),
    )
    .addOption(new Option('--skip <cases>', 'ids and globs to leave out; repeatable').argParser(collect))
    .addOption(new Option('--list', 'list the cases, send nothing'))
    .addOption(new Option('--explain <id>', 'explain one case, send nothing'));
}

function addVerdictFlags(command: Command): void {
  command
    .addOption(new Option('--strict', 'MAY fails the run too').conflicts('lenient'))
    .addOption(new Option('--lenient', 'only MUST fails the run'))
    .addOption(new Option('--bail', 'send nothing more after the first failure'))
    .addOption(
      new Option('--timeout <duration>', 'how long to wait for an answer (default: 20s)').argParser(
        parsePositiveDuration,
      ),
    )
    .addOption(
      new Option('--max-p95 <duration>', 'budget for perf/budget, which then counts').argParser(parsePositiveDuration),
    )
    .addOption(
      new Option('--max-latency <duration>', 'budget for perf/budget, which then counts').argParser(
        parsePositiveDuration,
      ),
    )
    .addOption(
      new Option('--expect-fetch [duration]', 'the files have to be downloaded (default: 5s)').argParser(parseDuration),
    )
    .addOption(
      new Option(
        '--expect-callback [address]',
        'PORT or HOST:PORT where the receiver sends a message on to (default: any port)',
      ),
    )
    .addOption(
      new Option(
        '--expect-read <url>',
        'where messages are kept to be polled; {chat_id} stands for the chat',
      ).argParser(parseReadUrl),
    );
}

/** The chat stands in it as `{chat_id}`, which a URL may have. */
function parseReadUrl(text: string): string {
  return parseTarget(text).href.replaceAll('%7Bchat_id%7D', '{chat_id}');
}

function addReceiverFlags(command: Command): void {
  command
    .addOption(new Option('--url <url>', 'the same as the argument').hideHelp())
    .addOption(
      new Option('--start <command>', 'run my server, wait for it, check it, stop it and its children').argParser(
        parseCommand,
      ),
    )
    .addOption(new Option('--wait <duration>', 'wait so long until the target is up').argParser(parsePositiveDuration))
    .addOption(new Option('--allow-remote', 'a public address is meant'));
  addSecretOptions(command)
    .addOption(new Option('--insecure', 'take any certificate'))
    .addOption(new Option('--cacert <file>', 'trust the certificates in a PEM file'));
}

/** Notes the flags of a command as they are typed: commander keeps only what was made of them. */
export function noteGiven(command: Command): readonly GivenOption[] {
  const given: GivenOption[] = [];
  for (const option of command.options)
    command.on(`option:${option.name()}`, (value?: string | null) => given.push({ option, value: value ?? null }));
  return given;
}

import { Option } from 'commander';
import type { Context, Register } from '../context.ts';
import { collect, parseCommand, parseCount, parseDuration, parsePositiveDuration } from '../flags/option-parsers.ts';
import { addSecretOptions } from '../flags/secret.ts';
import type { CheckFlags } from './flags.ts';

export const registerCheck: Register = (command, context) => {
  command
    .description(
      'Send a receiver what Suvvy sends, case by case, and say which sentence of its page is broken, why that matters, and what to change.',
    )
    .argument('[url]', 'the webhook to check (or --url, or SUVVY_WEBHOOK_URL, or the config)')
    .addOption(new Option('--url <url>', 'the same as the argument').hideHelp())
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
    .addOption(new Option('--explain <id>', 'explain one case, send nothing'))
    .addOption(new Option('--dry-run', 'print the requests as curl, send nothing'))
    .addOption(new Option('--strict', 'MAY fails the run too').conflicts('lenient'))
    .addOption(new Option('--lenient', 'only MUST fails the run'))
    .addOption(new Option('--bail', 'send nothing more after the first failure'))
    .addOption(
      new Option(
        '--report <format[=path]>',
        'also write a report; without a path, or with -, to stdout; repeatable',
      ).argParser(collect),
    )
    .addOption(new Option('--wait <duration>', 'wait so long until the target is up').argParser(parsePositiveDuration))
    .addOption(
      new Option('--start <command>', 'run my server, wait for it, check it, stop it and its children').argParser(
        parseCommand,
      ),
    )
    .addOption(
      new Option('--warmup [n]', 'send so many texts before anything is judged (default: 1)').argParser(parseCount),
    )
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
    .addOption(new Option('--allow-remote', 'a public address is meant'))
    .addOption(
      new Option('--config <file>', 'default: the nearest suvvy-hook.config.json, up to the root of the project'),
    );
  addSecretOptions(command)
    .addOption(new Option('--chat-id <id>', 'chat_id of what is sent (default: "0")'))
    .addOption(new Option('--no-chat-id', 'send no chat_id').default(undefined))
    .addOption(new Option('--insecure', 'take any certificate'))
    .addOption(new Option('--cacert <file>', 'trust the certificates in a PEM file'))
    .addOption(new Option('--asset-host <host>', 'where files are served (default: 127.0.0.1)'))
    .addOption(new Option('--file-base-url <url>', 'link files to copies of yours there instead'))
    .addHelpText('after', examples);
  command.action(async (url: string | undefined) => {
    const flags = command.optsWithGlobals<CheckFlags>();
    context.finish(await check({ ...flags, url: url ?? flags.url }, context));
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

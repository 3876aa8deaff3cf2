import { Option } from 'commander';
import { ExitCode } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { jsonLine, safeLine } from '../../text/safe.ts';
import { count } from '../../text/units.ts';
import { talker, type Context, type GlobalOptions, type Register } from '../context.ts';
import { parsePort } from '../flags/option-parsers.ts';
import { addSecretOptions, resolveSecret, type SecretOptions } from '../flags/secret.ts';
import { parseTarget } from '../../delivery/target.ts';
import { redactorOf } from '../guard.ts';
import { damage, openSource, requireEntries, type JournalSource } from '../journal-source.ts';
import { startInspector } from '../ui/start-inspector.ts';
import { addBrowserOptions, defaultUiPort, type UiFlags } from '../ui/ui-flags.ts';
import { follow } from './follow.ts';

interface InspectOptions extends GlobalOptions, SecretOptions, Omit<UiFlags, 'ui'> {
  follow?: boolean;
  url?: URL;
  port?: number;
}

export const registerInspect: Register = (command, context) => {
  command
    .description('Show a recording in the browser: the conversation, what breaks the contract, and the raw requests.')
    .argument('<journal>', 'what "listen --record" has written')
    .addOption(new Option('--follow', 'show what is appended as well'))
    .addOption(new Option('--url <url>', 'where the page sends events again').argParser((url) => parseTarget(url)))
    .addOption(
      new Option('--port <port>', `default: ${defaultUiPort}, or a free one if that is taken`).argParser(parsePort),
    );
  addBrowserOptions(addSecretOptions(command)).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook inspect events.ndjson --open
  $ suvvy-hook inspect events.ndjson --follow --url http://localhost:3000/webhook`,
  );
  command.action(async (journal: string) =>
    context.finish(await inspect(journal, command.optsWithGlobals<InspectOptions>(), context)),
  );
};

async function inspect(journal: string, options: InspectOptions, { host }: Context): Promise<ExitCode> {
  const { createArchive } = await import('../../inspector/archive.ts');
  const { createFeed } = await import('../../inspector/feed.ts');
  const source = await openSource(journal, host);
  const secret = await resolveSecret(options, host);
  const { signal } = host;
  const feed = createFeed();
  const archive = createArchive(source.path, feed);
  const counts = await archive.readOn(source.bytes, { isOver: !options.follow });
  if (!options.follow) requireEntries(source.name, counts);
  const talk = talker(host, options);
  for (const remark of damage(counts)) talk(`! ${remark}`);

  const targets = options.url ? [options.url] : [];
  const inspector = await startInspector(
    {
      source: 'journal',
      feed,
      archive,
      redactor: () => redactorOf(host),
      policy: { targets: () => targets, secret, allowRemote: options.allowRemote ?? false },
      journal: source.name,
      receiverUrl: () => null,
    },
    { ...options, port: options.port ?? null },
    host,
  );
  try {
    await printReady(inspector, source, counts.read, options, host);
    const ended = AbortSignal.any([signal, host.unread]);
    await (options.follow ? follow(source, archive, { signal: ended, talk }) : untilAborted(ended));
  } finally {
    await inspector.close();
  }
  return ExitCode.ok;
}

async function printReady(
  { url, port }: { url: string; port: number },
  source: JournalSource,
  events: number,
  options: InspectOptions,
  host: Host,
): Promise<void> {
  if (options.json) return void host.stdout.write(`${jsonLine({ type: 'ready', ui: url, port, events })}\n`);
  const style = await host.style(host.stderr, options);
  const talk = talker(host, options);
  talk(`${count(events, 'event')} of ${safeLine(source.name)}`);
  talk(style.bold(`inspector: ${url}`));
  talk(style.dim('Ctrl-C ends it\n'));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

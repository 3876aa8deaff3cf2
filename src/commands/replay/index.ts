import { InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import { composeBody } from '../../fixtures/compose.ts';
import type { RawHeader } from '../../http/headers.ts';
import { bodyOf, type JournalEntry } from '../../journal/entry.ts';
import { safeLine } from '../../text/safe.ts';
import { count, formatMs } from '../../text/units.ts';
import { talker, type Context, type Register } from '../context.ts';
import { addDeliveryOptions, type DeliveryOptions } from '../delivering/delivery-flags.ts';
import type { DraftSource } from '../delivering/draft.ts';
import { runDeliveries } from '../delivering/run-deliveries.ts';
import { collect, parseMoment } from '../flags/option-parsers.ts';
import { oneUrl } from '../flags/target.ts';
import { openSource } from '../journal-source.ts';
import { select, type ReplaySelection } from './selection.ts';

interface ReplayOptions extends DeliveryOptions {
  only?: string[];
  id?: string[];
  since?: Date;
  failed?: boolean;
  last?: boolean;
  pace: 'recorded' | 'max';
}

export const registerReplay: Register = (command, context) => {
  const { host } = context;
  command
    .description(
      'Deliver the events of a journal again, to the URL and with the secret of today: byte for byte, except for what --chat-id, --no-chat-id and --set change.',
    )
    .argument('<journal>', 'the file that "listen --record" wrote')
    .argument('[url]', 'short for --url')
    .addOption(new Option('--only <type>', 'only these event types; repeatable, or a,b').argParser(collectList))
    .addOption(new Option('--id <id>', 'the event with this id, or the start of it; repeatable').argParser(collect))
    .addOption(
      new Option(
        '--since <time>',
        'received then or later: 2026-01-31 (local time), 2026-01-31T12:00Z, or 10m ago',
      ).argParser((text) => parseMoment(text, host.clock.date())),
    )
    .addOption(new Option('--failed', 'only events that were answered outside 2xx, or not at all'))
    .addOption(new Option('--last', 'only the last of these events').conflicts('id'))
    .addOption(
      new Option('--pace <pace>', 'as they came, or one directly after the other')
        .choices(['recorded', 'max'])
        .default('max'),
    );
  addDeliveryOptions(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook replay events.ndjson --url http://localhost:3000/webhook
  $ suvvy-hook replay events.ndjson --last --url http://localhost:3000/webhook
  $ suvvy-hook replay events.ndjson --failed --since "10m ago" --url http://localhost:3000/webhook
  $ suvvy-hook replay events.ndjson --only new_messages --pace recorded --url http://localhost:3000/webhook
  $ suvvy-hook replay events.ndjson --chat-id 42 --url http://localhost:3000/webhook
  $ suvvy-hook replay events.ndjson --id mwsq0v910000n371 --dry-run --url http://localhost:3000/webhook`,
  );
  command.action(async (journal: string, url: string | undefined) => {
    const options = command.optsWithGlobals<ReplayOptions>();
    const target = oneUrl(url, options.url);
    context.finish(await replay(journal, { ...options, ...(target === undefined ? {} : { url: target }) }, context));
  });
};

async function replay(journal: string, options: ReplayOptions, { host }: Context): Promise<ExitCode> {
  const { only, id: ids, since, failed, last } = options;
  const selection = await select(await openSource(journal, host), { only, ids, since, failed, last });
  const talk = talker(host, options);
  for (const remark of selection.remarks) talk(`! ${remark}`);
  if (!options.json && !options.dryRun) talk(targetLine(journal, selection, options));
  return runDeliveries(sources(selection, options), options, host);
}

function targetLine(journal: string, { events, span }: ReplaySelection, { pace }: ReplayOptions): string {
  const lastDueMs = span.lastMs - span.firstMs;
  const paced = pace === 'recorded' && lastDueMs > 0 ? `, the last one in ${formatMs(lastDueMs)}` : '';
  return `${count(events, 'event')} of ${safeLine(journal)}${paced}`;
}

function sources(selection: ReplaySelection, { pace }: ReplayOptions): AsyncIterable<DraftSource> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const entry of selection) yield sourceOf(entry, pace === 'recorded' ? selection.span.firstMs : null);
    },
  };
}

function sourceOf(entry: JournalEntry, firstMs: number | null): DraftSource {
  const name = `${entry.id} ${entry.eventType ?? 'no event type'}`;
  return {
    name,
    compose: (how) => composeBody(name, bodyOf(entry) ?? Buffer.alloc(0), how),
    headers: contentTypes(entry),
    ...(firstMs === null ? {} : { dueMs: Date.parse(entry.receivedAt) - firstMs }),
  };
}

function contentTypes({ headers }: JournalEntry): RawHeader[] {
  const recorded = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'content-type');
  return recorded.flatMap(([name, values]) => [values].flat().map((value): RawHeader => [name, value]));
}

/** `a,b`; each call adds more. */
function collectList(text: string, before: string[] = []): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw new InvalidArgumentError('It is empty.');
  return [...before, ...items];
}

import type { Command } from 'commander';
import { ExitCode } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { JournalEntry } from '../../journal/entry.ts';
import { fromEntry } from '../../journal/from-entry.ts';
import { cardLines } from '../../sinks/card.ts';
import { jsonLine } from '../../text/safe.ts';
import { talker, type Context, type GlobalOptions, type Register } from '../context.ts';
import { damage, findEntry, openSource, requireEntries } from '../journal-source.ts';
import { entryFacts, entryRow } from './row.ts';

export const registerJournal: Register = (group, context) => {
  group
    .description('Look through a file that "listen --record" wrote.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ suvvy-hook journal list events.ndjson\n  $ suvvy-hook journal show events.ndjson',
    );
  registerList(group, context);
  registerShow(group, context);
};

function registerList(group: Command, { host, finish }: Context): void {
  const command = group
    .command('list')
    .summary('one line per event, with its id')
    .argument('<journal>', 'the file that "listen --record" wrote')
    .addHelpText(
      'after',
      '\nExamples:\n  $ suvvy-hook journal list events.ndjson\n  $ suvvy-hook journal list events.ndjson --json | jq .id',
    );
  command.action(async (journal: string) => {
    await list(journal, command.optsWithGlobals<GlobalOptions>(), host);
    finish(ExitCode.ok);
  });
}

async function list(journal: string, options: GlobalOptions, host: Host): Promise<void> {
  const source = await openSource(journal, host);
  const style = await host.style(host.stdout, options);
  const reading = source.read();
  for await (const entry of reading) {
    if (host.unread.aborted || host.signal.aborted) return;
    host.stdout.write(`${options.json ? jsonLine(entryFacts(entry)) : entryRow(entry, style)}\n`);
  }
  requireEntries(source.name, reading.counts);
  for (const remark of damage(reading.counts)) talker(host, options)(`! ${remark}`);
}

function registerShow(group: Command, { host, finish }: Context): void {
  const command = group
    .command('show')
    .summary('one whole event: headers, body, and the problems of the body')
    .argument('<journal>', 'the file that "listen --record" wrote')
    .argument('[id]', 'its id, or the start of it (default: the last event)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ suvvy-hook journal show events.ndjson\n  $ suvvy-hook journal show events.ndjson mwsq0v91',
    );
  command.action(async (journal: string, id: string | undefined) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    const entry = await findEntry(await openSource(journal, host), id);
    host.stdout.write(options.json ? `${jsonLine(entry)}\n` : await card(entry, options, host));
    finish(ExitCode.ok);
  });
}

async function card(entry: JournalEntry, options: GlobalOptions, host: Host): Promise<string> {
  const { received, answered } = fromEntry(entry);
  const style = await host.style(host.stdout, options);
  const lines = cardLines(received, answered, { style, secret: null, verbose: true, ids: true });
  return `${lines.join('\n')}\n`;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { defaultChatId } from '../contract/limits.ts';
import { errorCode, ExitCode, HookError, systemReason } from '../errors.ts';
import type { Host } from '../host.ts';
import { bodyOf, type JournalEntry } from '../journal/entry.ts';
import { parseBody } from '../receiver/parse-body.ts';
import { safeLine } from '../render/text.ts';
import { talker, type Context, type GlobalOptions } from './context.ts';
import { openSource, requireEntries, unknownId } from './journal-source.ts';

interface SaveOptions extends GlobalOptions {
  id: string;
  name: string;
  fixtures: string;
  force?: boolean;
}

/** Adds `fixtures save`. */
export function registerSave(group: Command, { host, finish }: Context): void {
  const command = group
    .command('save')
    .summary('turn a recorded event into a fixture of your own')
    .description(
      `Turn an event of a journal into a fixture: its chat_id becomes "${defaultChatId}"; texts and links stay as they are.`,
    )
    .argument('<journal>', 'what "listen --record" has written')
    .addOption(new Option('--id <id>', 'the event with this id').makeOptionMandatory())
    .addOption(new Option('--name <name>', 'what to call it').makeOptionMandatory())
    .addOption(new Option('--fixtures <dir>', 'the folder that it goes into').default('fixtures'))
    .addOption(new Option('--force', 'overwrite a fixture of that name'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ suvvy-hook fixtures save events.ndjson --id mwsq0v910000n371 --name refund\n' +
        '  $ suvvy-hook send fixture refund --fixtures fixtures --url http://localhost:3000/webhook',
    );
  command.action(async (journal: string) => {
    await save(journal, command.optsWithGlobals<SaveOptions>(), host);
    finish(ExitCode.ok);
  });
}

async function save(journal: string, options: SaveOptions, host: Host): Promise<void> {
  const { id, name, fixtures, force = false } = options;
  if (!/^[^/\\.][^/\\]*$/.test(name) || name.endsWith('.json') || safeLine(name) !== name)
    throw new HookError(`"${name}" cannot be the name of a fixture`, {
      hint: 'it becomes the name of a file: no slash, no control character, no dot in front, no .json',
    });
  const body = redacted(await findEntry(journal, id, host));
  const path = join(fixtures, `${name}.json`);
  await write(resolve(host.cwd, path), body, force, path);
  host.stdout.write(`${options.json ? JSON.stringify({ name, path }) : path}\n`);
  talker(host, options)('texts, links and unknown fields are as they came: look it over before you share it');
}

async function findEntry(journal: string, id: string, host: Host): Promise<JournalEntry> {
  const source = await openSource(journal, host);
  const reading = source.read();
  for await (const entry of reading) if (entry.id === id) return entry;
  requireEntries(source.name, reading.counts);
  throw await unknownId(source, id);
}

/** The body as a fixture: nobody's `chat_id`, easy to read. */
function redacted(entry: JournalEntry): string {
  const bytes = bodyOf(entry);
  if (!bytes)
    throw new HookError(`event ${entry.id} was refused unread: there is no body to save`, {
      hint: `it was answered ${entry.answer.status}`,
    });
  const body = parseBody(bytes);
  if (!body.ok) throw new HookError(`event ${entry.id} cannot be a fixture: ${body.message}`);
  const { value } = body;
  if (typeof value === 'object' && value !== null && 'chat_id' in value) value.chat_id = defaultChatId;
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function write(full: string, text: string, force: boolean, path: string): Promise<void> {
  try {
    await mkdir(join(full, '..'), { recursive: true });
    await writeFile(full, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && !force)
      throw new HookError(`${path} is there already`, { hint: 'choose another --name, or overwrite it with --force' });
    throw new HookError(`cannot write ${path}: ${systemReason(error)}`, { exitCode: ExitCode.unable, cause: error });
  }
}

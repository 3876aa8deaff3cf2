import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { ExitCode } from '../errors.ts';
import { bundledFolder, listFixtures } from '../fixtures/list.ts';
import { loadFixtures } from '../fixtures/load.ts';
import { readInputFile } from '../fixtures/read-input.ts';
import type { Host } from '../host.ts';
import { clip, jsonLine, padEnd, safe, safeLine, width } from '../render/text.ts';
import type { Context, GlobalOptions, Register } from './context.ts';
import { registerSave } from './fixtures-save.ts';
import { collect } from './option-parsers.ts';

interface FixturesOptions extends GlobalOptions {
  fixtures?: string[];
}

export const registerFixtures: Register = (program, context) => {
  const group = program
    .command('fixtures')
    .summary('list, show and save the events that can be sent')
    .description('List, show and save the events that "send fixture" can send.')
    .addHelpText('after', '\nExamples:\n  $ suvvy-hook fixtures list\n  $ suvvy-hook fixtures show image');
  registerList(group, context);
  registerShow(group, context);
  registerPath(group, context);
  registerSave(group, context);
};

function ownOption(): Option {
  return new Option('--fixtures <path>', 'a file or folder of your own fixtures; repeatable').argParser(collect);
}

function own(options: FixturesOptions, host: Host): string[] {
  return (options.fixtures ?? []).map((path) => resolve(host.cwd, path));
}

function registerList(group: Command, { host, finish }: Context): void {
  const command = group
    .command('list')
    .summary('the names, and what is in each')
    .addOption(ownOption())
    .addHelpText('after', '\nExamples:\n  $ suvvy-hook fixtures list\n  $ suvvy-hook fixtures list --json');
  command.action(async () => {
    const options = command.optsWithGlobals<FixturesOptions>();
    const style = await host.style(host.stdout, options);
    const entries = await listFixtures(own(options, host));
    const column = Math.max(...entries.map(({ name }) => width(safeLine(name))));
    for (const { name, path, bundled } of entries) {
      const about = clip(await readInputFile(path).then(summary, unreadable), 300);
      const line = options.json
        ? jsonLine({ name, path, bundled, about })
        : `${padEnd(safeLine(name), column)}  ${style.dim(safeLine(bundled ? about : `${about} (yours)`))}`;
      host.stdout.write(`${line}\n`);
    }
    finish(ExitCode.ok);
  });
}

function registerShow(group: Command, { host, finish }: Context): void {
  const command = group
    .command('show')
    .summary('the JSON of a fixture')
    .argument('<name>')
    .addOption(ownOption())
    .addHelpText('after', '\nExamples:\n  $ suvvy-hook fixtures show image\n  $ suvvy-hook fixtures show mixed | jq .');
  command.action(async (name: string) => {
    const [fixture] = await loadFixtures([name], own(command.optsWithGlobals<FixturesOptions>(), host));
    const text = fixture!.body.toString('utf8');
    host.stdout.write(host.stdout.isTTY ? safe(text) : text);
    finish(ExitCode.ok);
  });
}

function registerPath(group: Command, { host, finish }: Context): void {
  const command = group
    .command('path')
    .summary('where a fixture is on disk')
    .argument('[name]', 'without it, the folder of the bundled ones')
    .addOption(ownOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ suvvy-hook fixtures path image\n  $ cp "$(suvvy-hook fixtures path image)" my-image.json',
    );
  command.action(async (name?: string) => {
    const options = command.optsWithGlobals<FixturesOptions>();
    const path = name === undefined ? bundledFolder : (await loadFixtures([name], own(options, host)))[0]!.path;
    host.stdout.write(`${host.stdout.isTTY ? safeLine(path) : path}\n`);
    finish(ExitCode.ok);
  });
}

/** One file that cannot be read is no reason to hide the others. */
function unreadable(error: Error): string {
  return error.message;
}

/** `image from ai, text from ai`, or the event type. */
function summary(body: Buffer): string {
  try {
    const event = JSON.parse(body.toString('utf8')) as { event_type?: unknown; new_messages?: unknown };
    if (!Array.isArray(event.new_messages)) return `event ${String(event.event_type)}`;
    return (event.new_messages as { type?: unknown; message_sender?: unknown }[])
      .map((message) => `${String(message.type)} from ${String(message.message_sender)}`)
      .join(', ');
  } catch {
    return 'not JSON';
  }
}

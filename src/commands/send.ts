import { Option, type Command } from 'commander';
import { defaultChatId } from '../contract/limits.ts';
import { fileMessageTypes, messageSenders, messageTypes } from '../contract/message-types.ts';
import { parseBody } from '../contract/parse-body.ts';
import { looksLikeUrl } from '../delivery/target.ts';
import { HookError } from '../errors.ts';
import { composeBody, composeFixture } from '../fixtures/compose.ts';
import { listFixtures, pageFixtures } from '../fixtures/list.ts';
import { loadFixtures } from '../fixtures/load.ts';
import type { MessagePart } from '../fixtures/message.ts';
import type { Host } from '../host.ts';
import { safeLine } from '../text/safe.ts';
import { withArticle } from '../text/words.ts';
import { talker, type Context, type Register } from './context.ts';
import { addDeliveryOptions, type DeliveryOptions } from './delivering/delivery-flags.ts';
import type { DraftSource } from './delivering/draft.ts';
import { runDeliveries } from './delivering/run-deliveries.ts';
import { readInput } from './flags/input.ts';
import { ownFixturesFor, ownFixturesOption } from './flags/own-fixtures.ts';
import { takeUrl } from './flags/target.ts';

export const registerSend: Register = (send, context) => {
  send
    .description('Deliver events to a webhook the way Suvvy does, and say what Suvvy would conclude from the answer.')
    .usage('fixture|file|message [options]')
    .helpCommand(true)
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook send fixture text image --url http://localhost:3000/webhook
  $ suvvy-hook send file event.json --url http://localhost:3000/webhook
  $ suvvy-hook send message --text "Hello!" --url http://localhost:3000/webhook

Short: "send text :3000/webhook" is "send fixture text --url http://localhost:3000/webhook".`,
    );
  registerFixture(send, context);
  registerFile(send, context);
  registerMessage(send, context);
};

/**
 * `send text` means `send fixture text`: a word after `send` that is not a subcommand is the name of a fixture.
 *
 * @throws HookError (exit 2) for a first word that is neither
 */
async function requireFixture(send: Command, own: readonly string[]): Promise<void> {
  const [what] = send.args;
  if (what === undefined || what.startsWith('-')) return send.help({ error: true });
  if (what === 'all' || looksLikeUrl(what) || /[/\\]|\.json$/.test(what)) return;
  const fixtures = await listFixtures(own);
  if (fixtures.some(({ name }) => name === what)) return;
  const { closestMatch } = await import('leven');
  const names = ['fixture', 'file', 'message', ...fixtures.map(({ name }) => name)];
  const nearest = closestMatch(what, names, { maxDistance: 3 });
  throw new HookError(`unknown command "send ${what}"`, {
    hint: nearest ? `did you mean "send ${nearest}"?` : 'use send fixture, send file or send message',
  });
}

function registerFixture(send: Command, { host, finish }: Context): void {
  const command = send
    .command('fixture', { isDefault: true })
    .summary('deliver fixtures: bundled ones, or your own')
    .description(`Deliver fixtures to a webhook. Without a name, or with "all": ${pageFixtures.join(', ')}.`)
    .argument(
      '[names...]',
      'fixtures by name, as in "fixtures list"; a path is a file of your own; the last word may be a URL',
    )
    .optionsGroup('What is sent:')
    .addOption(ownFixturesOption());
  addDeliveryOptions(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook send fixture --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text image --url http://localhost:3000/webhook --secret "$SECRET"
  $ suvvy-hook send fixture image --expect-fetch=5s --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text --set 'new_messages[0].text=Hello' --json --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text --repeat 9 --set 'new_messages[0].text=order {{n}}' --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text --secret wrong --expect-status 401 --url http://localhost:3000/webhook`,
  );
  command.action(async (given: string[]) => {
    const flags = command.optsWithGlobals<DeliveryOptions & { fixtures?: string[] }>();
    const { words: names, ...target } = takeUrl(given, flags.url);
    const own = await ownFixturesFor(names, flags.fixtures, host);
    if (send.args[0] !== 'fixture') await requireFixture(send, own);
    const fixtures = await loadFixtures(names, own);
    for (const { bundled, path, body } of fixtures) if (!bundled) tellNotJson(path, body, flags, host);
    const sources = fixtures.map((fixture): DraftSource => ({
      name: fixture.name,
      chatId: fixture.bundled ? defaultChatId : undefined,
      compose: (how) => composeFixture(fixture, how),
    }));
    finish(await runDeliveries(sources, { ...flags, ...target }, host));
  });
}

function registerFile(send: Command, { host, finish }: Context): void {
  const command = send
    .command('file')
    .summary('deliver payload files, byte for byte')
    .description('Deliver payload files byte for byte; - is stdin.')
    .argument('<paths...>', 'JSON files, or - for stdin; the last word may be a URL');
  addDeliveryOptions(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook send file event.json --url http://localhost:3000/webhook
  $ jq -r .body captured.json | suvvy-hook send file - --url http://localhost:3000/webhook`,
  );
  command.action(async (given: string[]) => {
    const flags = command.optsWithGlobals<DeliveryOptions>();
    const { words: paths, ...target } = takeUrl(given, flags.url);
    if (paths.length === 0)
      throw new HookError('there is no file to send', { hint: 'give a file name, or - for stdin' });
    const sources: DraftSource[] = [];
    for (const path of paths) {
      const body = await readInput(path, host);
      const file = path === '-' ? undefined : path;
      const name = file ?? 'stdin';
      tellNotJson(name, body, flags, host);
      sources.push({ name, compose: (how) => composeBody(name, body, { ...how, path: file }), bodyFrom: path });
    }
    finish(await runDeliveries(sources, { ...flags, ...target }, host));
  });
}

/** A body that is not JSON is sent, because it may be on purpose. But it rarely is, so we say so. */
function tellNotJson(name: string, body: Buffer, options: DeliveryOptions, host: Host): void {
  const { set, chatId, dryRun } = options;
  if (set || chatId !== undefined || dryRun) return;
  const parsed = parseBody(body);
  if (parsed.ok) return;
  talker(host, options)(`! ${safeLine(`${name} is not JSON (${parsed.message})`)}: it is sent anyway`);
}

function registerMessage(send: Command, { host, finish }: Context): void {
  const parts: MessagePart[] = [];
  const command = send
    .command('message')
    .summary('compose one event from flags')
    .description('Compose one event from flags, and deliver it. The messages keep the order of the flags.')
    .argument('[text]', 'short for a first --text')
    .argument('[url]', 'short for --url')
    .optionsGroup('What is sent:');
  for (const [type, { carries }] of Object.entries(messageTypes)) {
    const value = carries === 'file' ? 'file' : 'text';
    const what = carries === 'file' ? `${withArticle(type)} from this machine` : 'this text';
    command.addOption(
      new Option(`--${type} <${value}>`, `a message with ${what}; repeatable`).argParser((content: string) => {
        parts.push({ type: type as MessagePart['type'], content });
        return parts.length;
      }),
    );
  }
  command.addOption(new Option('--sender <sender>', 'who sent it').choices(messageSenders).default('ai'));
  addDeliveryOptions(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook send message --text "Hello!" --url http://localhost:3000/webhook
  $ suvvy-hook send message --image photo.jpg --text "As on the photo" --url http://localhost:3000/webhook
  $ suvvy-hook send message --text "One moment, please" --sender employee --url http://localhost:3000/webhook`,
  );
  command.action(async (...given: unknown[]) => {
    const flags = command.optsWithGlobals<DeliveryOptions & { sender: (typeof messageSenders)[number] }>();
    const { words, ...target } = takeUrl(
      given.slice(0, 2).filter((word) => typeof word === 'string'),
      flags.url,
    );
    if (words.length > 1)
      throw new HookError(`"${words[1]}" is one word too many`, {
        hint: 'put a text with spaces in quotes, and give each further text with --text',
      });
    const all = [...words.map((content): MessagePart => ({ type: 'text', content })), ...parts];
    if (all.length === 0)
      throw new HookError('the message is empty', {
        hint: `give a text, or ${fileMessageTypes.map((type) => `--${type} FILE`).join(', ')}`,
      });
    const { composeMessages } = await import('../fixtures/message.ts');
    const source: DraftSource = {
      name: 'message',
      chatId: defaultChatId,
      compose: await composeMessages(all, { sender: flags.sender, cwd: host.cwd }),
    };
    finish(await runDeliveries([source], { ...flags, ...target }, host));
  });
}

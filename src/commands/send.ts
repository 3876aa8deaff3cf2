import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { defaultChatId } from '../contract/limits.ts';
import { fileMessageTypes, messageSenders, messageTypes } from '../contract/message-types.ts';
import { HookError } from '../errors.ts';
import { composeBody, composeFixture } from '../fixtures/compose.ts';
import { listFixtures, pageFixtures } from '../fixtures/list.ts';
import { loadFixtures } from '../fixtures/load.ts';
import type { MessagePart } from '../fixtures/message.ts';
import { withArticle } from '../text/words.ts';
import type { Context, Register } from './context.ts';
import { addDeliveryOptions, type DeliveryOptions } from './delivering/delivery-flags.ts';
import type { DraftSource } from './delivering/draft.ts';
import { runDeliveries } from './delivering/run-deliveries.ts';
import { readInput } from './flags/input.ts';
import { collect } from './flags/option-parsers.ts';

export const registerSend: Register = (send, context) => {
  send
    .description('Deliver events to a webhook the way Suvvy does, and say what Suvvy would conclude from the answer.')
    .argument('[what]')
    .usage('fixture|file|message [options]')
    .helpCommand(true)
    .addHelpText(
      'after',
      `
Examples:
  $ suvvy-hook send fixture text image --url http://localhost:3000/webhook
  $ suvvy-hook send file event.json --url http://localhost:3000/webhook
  $ suvvy-hook send message --text "Hello!" --url http://localhost:3000/webhook`,
    )
    .action(async (what?: string) => rejectSend(what, send));
  registerFixture(send, context);
  registerFile(send, context);
  registerMessage(send, context);
};

async function rejectSend(what: string | undefined, send: Command): Promise<never> {
  if (what === undefined) return send.help({ error: true });
  const fixtures = await listFixtures();
  if (what === 'all' || fixtures.some(({ name }) => name === what))
    throw new HookError(`unknown command "send ${what}"`, { hint: `did you mean "send fixture ${what}"?` });
  const { closestMatch } = await import('leven');
  const nearest = closestMatch(what, ['fixture', 'file', 'message'], { maxDistance: 3 });
  throw new HookError(`unknown command "send ${what}"`, {
    hint: nearest ? `did you mean "send ${nearest}"?` : 'it is one of send fixture, send file and send message',
  });
}

function registerFixture(send: Command, { host, finish }: Context): void {
  const command = send
    .command('fixture')
    .summary('deliver fixtures: bundled ones, or your own')
    .description(`Deliver fixtures to a webhook. Without a name, or with "all": ${pageFixtures.join(', ')}.`)
    .argument('[names...]', 'fixtures by name, as in "fixtures list"; a path is a file of your own')
    .optionsGroup('What is sent:')
    .addOption(new Option('--fixtures <path>', 'a file or folder of your own fixtures; repeatable').argParser(collect));
  addDeliveryOptions(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook send fixture --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text image --url http://localhost:3000/webhook --secret "$SECRET"
  $ suvvy-hook send fixture image --expect-fetch=5s --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text --set 'new_messages[0].text=Hello' --json --url http://localhost:3000/webhook
  $ suvvy-hook send fixture text --secret wrong --expect-status 401 --url http://localhost:3000/webhook`,
  );
  command.action(async (names: string[]) => {
    const options = command.optsWithGlobals<DeliveryOptions & { fixtures?: string[] }>();
    const own = (options.fixtures ?? []).map((path) => resolve(host.cwd, path));
    const fixtures = await loadFixtures(names, own);
    const sources = fixtures.map((fixture): DraftSource => ({
      name: fixture.name,
      chatId: fixture.bundled ? defaultChatId : null,
      compose: (how) => composeFixture(fixture, how),
    }));
    finish(await runDeliveries(sources, options, host));
  });
}

function registerFile(send: Command, { host, finish }: Context): void {
  const command = send
    .command('file')
    .summary('deliver payload files, byte for byte')
    .description('Deliver payload files byte for byte; - is stdin.')
    .argument('<paths...>', 'JSON files, or - for stdin');
  addDeliveryOptions(command).addHelpText(
    'after',
    `
Examples:
  $ suvvy-hook send file event.json --url http://localhost:3000/webhook
  $ jq -r .body captured.json | suvvy-hook send file - --url http://localhost:3000/webhook`,
  );
  command.action(async (paths: string[]) => {
    const options = command.optsWithGlobals<DeliveryOptions>();
    const sources: DraftSource[] = [];
    for (const path of paths) {
      const body = await readInput(path, host);
      sources.push({
        name: path === '-' ? 'stdin' : path,
        chatId: null,
        compose: (how) => composeBody(path, body, how),
        bodyFrom: path,
      });
    }
    finish(await runDeliveries(sources, options, host));
  });
}

function registerMessage(send: Command, { host, finish }: Context): void {
  const parts: MessagePart[] = [];
  const command = send
    .command('message')
    .summary('compose one event from flags')
    .description('Compose one event from flags, and deliver it. The messages keep the order of the flags.')
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
  command.action(async () => {
    const options = command.optsWithGlobals<DeliveryOptions & { sender: (typeof messageSenders)[number] }>();
    if (parts.length === 0)
      throw new HookError('there is nothing in the message', {
        hint: `give --text, or ${fileMessageTypes.map((type) => `--${type} FILE`).join(', ')}`,
      });
    const { composeMessages } = await import('../fixtures/message.ts');
    const source: DraftSource = {
      name: 'message',
      chatId: defaultChatId,
      compose: await composeMessages(parts, { sender: options.sender, cwd: host.cwd }),
    };
    finish(await runDeliveries([source], options, host));
  });
}

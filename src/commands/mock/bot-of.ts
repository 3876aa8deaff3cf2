import { isObject } from '../../contract/field-path.ts';
import type { Host } from '../../host.ts';
import { createBot, echoReply, type Bot, type BotOptions, type Compose, type Rule } from '../../platform/bot.ts';
import { safeLine } from '../../text/safe.ts';
import { talker } from '../context.ts';
import { readInput } from '../flags/input.ts';
import type { MockFlags, ReplyMode } from './flags.ts';

/**
 * The bot that the flags describe.
 *
 * @throws HookError: exit 2 for a fixture that is not there, or a rule that cannot be meant; exit 3 for a file that cannot
 *   be read
 */
export async function createFlaggedBot(flags: MockFlags, host: Host): Promise<Bot> {
  const spoken = flags.chat === true || flags.rules !== undefined;
  const mode: ReplyMode = flags.reply ?? { is: spoken ? 'silent' : 'echo' };
  const slow = new Set<string>();
  return createBot({
    reply: await replyOf(mode, host),
    replyAfterMs: flags.replyAfter ?? 0,
    rules: flags.rules === undefined ? [] : await readRules(flags.rules, host),
    onSlow(expression) {
      if (!slow.has(expression))
        talker(
          host,
          flags,
        )(`! the expression ${safeLine(expression)} takes too long on some texts: taken for no match`);
      slow.add(expression);
    },
  });
}

async function readRules(path: string, host: Host): Promise<Rule[]> {
  const bytes = await readInput(path, host);
  // Only now: nobody else needs a parser of YAML.
  const [{ readYaml }, { compileRules, parseRules }] = await Promise.all([
    import('../../config/read-yaml.ts'),
    import('../../platform/rules.ts'),
  ]);
  const file = readYaml(bytes, path);
  return compileRules(parseRules(file), file, host.cwd);
}

async function replyOf(mode: ReplyMode, { cwd }: Host): Promise<BotOptions['reply']> {
  if (mode.is === 'silent') return null;
  if (mode.is === 'fixture') {
    const compose = await composeNamed(mode.name);
    return () => compose;
  }
  return echoReply(cwd);
}

async function composeNamed(name: string): Promise<Compose> {
  const [{ loadFixtures }, { composeFixture }] = await Promise.all([
    import('../../fixtures/load.ts'),
    import('../../fixtures/compose.ts'),
  ]);
  const [fixture] = await loadFixtures([name]);
  const compose: Compose = (chatId) => {
    // One of the user's own may name a chat already: the reply goes to the chat that it replies to.
    const edits = hasChat(fixture!.body) ? [{ path: ['chat_id'], value: chatId }] : [];
    return composeFixture(fixture!, { chatId, edits });
  };
  await compose('0');
  return compose;
}

function hasChat(body: Buffer): boolean {
  try {
    const event: unknown = JSON.parse(body.toString('utf8'));
    return isObject(event) && Object.hasOwn(event, 'chat_id');
  } catch {
    return false;
  }
}

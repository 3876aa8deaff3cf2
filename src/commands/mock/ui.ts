import { HookError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { AnswerControl } from '../../inspector/answer-switch.ts';
import { createFeed } from '../../inspector/feed.ts';
import { platformItem } from '../../inspector/platform-item.ts';
import type { PlatformEvent } from '../../platform/events.ts';
import { lineOf } from '../../platform/records.ts';
import type { Platform } from '../../platform/start-platform.ts';
import { createIds } from '../../receiver/capture.ts';
import { formatStep, parseScript, type ScriptStep } from '../../receiver/parse-script.ts';
import { redactorOf } from '../guard.ts';
import { startInspector, type RunningInspector } from '../ui/start-inspector.ts';
import type { MockFlags } from './flags.ts';

/** What `--ui` adds to a run of `mock`. */
export interface MockUi {
  see(event: PlatformEvent): void;
  /** @throws HookError (exit 3) where its port cannot be bound */
  start(run: { platform: Platform; webhook: URL; secret: string | null; endpoint: string }): Promise<RunningInspector>;
}

export function prepareMockUi(flags: MockFlags, host: Host): MockUi {
  const feed = createFeed();
  const nextId = createIds();
  return {
    see: (event) => feed.add(platformItem(event, nextId(host.clock.date()), redactorOf(host))),
    start({ platform, webhook, secret, endpoint }) {
      const say = (message: Record<string, unknown>): Promise<object> => speak(message, platform, host);
      return startInspector(
        {
          source: 'mock',
          feed,
          redactor: () => redactorOf(host),
          policy: { targets: () => [webhook], secret, allowRemote: flags.allowRemote ?? false },
          answers: answersOf(platform, flags.respond ?? []),
          say,
          receiverUrl: () => endpoint,
        },
        { ...flags, port: typeof flags.ui === 'number' ? flags.ui : null },
        host,
      );
    },
  };
}

/**
 * Speaks for the bot, or for an employee.
 *
 * @returns the object of `mock --json`
 * @throws HookError (exit 2) for what is no such message
 */
async function speak(message: Record<string, unknown>, platform: Platform, host: Host): Promise<object> {
  const { chatId, text, sender = 'ai' } = message;
  if (typeof chatId !== 'string' || chatId === '') throw new HookError('"chatId" is a text: the chat to speak in');
  if (typeof text !== 'string' || text === '') throw new HookError('"text" is a text: what is said');
  if (sender !== 'ai' && sender !== 'employee') throw new HookError('"sender" is "ai" or "employee"');
  return lineOf(await platform.say(chatId, [{ type: 'text', content: text }], { sender }), redactorOf(host));
}

/** @param base the script of the command line */
function answersOf(platform: Platform, base: readonly ScriptStep[]): AnswerControl {
  let script: string | null = null;
  return {
    script: () => script,
    set(text) {
      const steps = text === null ? base : parseScript(text);
      if (steps.some(({ file }) => file !== null))
        throw new HookError('the API answers with bodies of its own: a script has no files here');
      platform.answerWith(steps);
      script = text === null ? null : steps.map(formatStep).join(',');
    },
  };
}

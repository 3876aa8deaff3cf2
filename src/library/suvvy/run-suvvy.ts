import { randomBytes } from 'node:crypto';
import { messageSenders } from '../../contract/message-types.ts';
import { createRedactor } from '../../contract/redact.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import { currentDate, monotonicMs } from '../../http/clock.ts';
import { parseApiScript } from '../../platform/api/script.ts';
import { createBot, echoReply } from '../../platform/bot.ts';
import type { PlatformNotice } from '../../platform/events.ts';
import { createPlatform, type Platform } from '../../platform/start-platform.ts';
import { atCaller, atCallerNow } from '../caller.ts';
import { verifyChoice } from '../options.ts';
import { veilDelivery } from '../shown.ts';
import { openWebhook } from '../webhook.ts';
import { createCustomers } from './customers.ts';
import { partsOf } from './parts.ts';
import type { RunningSuvvy, StartSuvvyOptions } from './running-suvvy.ts';

/**
 * Opens the webhook and the API, as `startSuvvy` says.
 *
 * @param caller whose argument the webhook is, for the error
 */
export async function runSuvvy(options: StartSuvvyOptions, caller: string): Promise<RunningSuvvy> {
  const { secret, token = randomBytes(24).toString('base64url'), path, unref } = options;
  const unsent: string[] = [];
  const customers = createCustomers({ redactor: createRedactor([secret, token]), troubles: () => unsent });
  const webhook = await openWebhook(options.webhook, { path, caller, unref });
  const platform = createPlatform({
    webhook: webhook.url,
    secret: secret ?? null,
    token,
    bot: createBot({ reply: options.reply === 'echo' ? echoReply('.') : null }),
    cwd: '.',
    clock: { now: monotonicMs, date: currentDate },
    timeoutMs: options.timeoutMs,
    unref,
    onEvent: customers.see,
    onNotice: (notice) => unsent.push(...troubleOf(notice)),
  });
  const { url, port } = await listen(platform, options).catch(async (error: unknown) => {
    await webhook.close();
    throw error;
  });
  const close = async function close(): Promise<void> {
    await atCaller(close, async () => {
      await platform.close();
      await webhook.close();
      customers.close();
      const [first] = unsent.splice(0);
      if (first !== undefined) throw new HookError(first, { exitCode: ExitCode.failed });
    });
  };
  const { findings, waitForCustomer, expectNothing } = customers;
  const running = { url, port, findings, waitForCustomer, expectNothing, ...speaking(platform), close };
  return Object.defineProperties(running, {
    // Not enumerable: so it is in nothing that is printed or copied.
    token: { value: token },
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: { value: close },
  }) as RunningSuvvy;
}

/** What the test itself does. */
function speaking(platform: Platform): Pick<RunningSuvvy, 'say' | 'sendTest' | 'answerWith' | 'idle'> {
  return {
    say: async function say(chatId, parts, { sender } = {}) {
      return atCaller(say, async () => {
        if (typeof chatId !== 'string' || chatId === '')
          throw new HookError(`chatId is a string that is not empty: not ${JSON.stringify(chatId)}`);
        verifyChoice('sender', sender, messageSenders);
        const { delivery } = await platform.say(chatId, partsOf(parts), sender === undefined ? {} : { sender });
        return veilDelivery(delivery);
      });
    },
    sendTest: async function sendTest() {
      return atCaller(sendTest, async () => veilDelivery((await platform.sendTest()).delivery));
    },
    answerWith: function answerWith(answer) {
      atCallerNow(answerWith, () => platform.answerWith(answer === null ? [] : parseApiScript(String(answer))));
    },
    idle: async () => void (await platform.idle()),
  };
}

async function listen(platform: Platform, { port = 0, host = '127.0.0.1' }: StartSuvvyOptions) {
  return platform.listen({ port, host }).catch((error: unknown) => {
    const message = `cannot listen on ${host}:${port}: ${systemReason(error)}`;
    throw new HookError(message, { exitCode: ExitCode.unable, cause: error });
  });
}

/** What the server of the API has to say costs nobody an answer that a test waits for. */
function troubleOf(notice: PlatformNotice): string[] {
  return notice.kind === 'unsent' ? [`a reply was not sent: ${systemReason(notice.error)}`] : [];
}

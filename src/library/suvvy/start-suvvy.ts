import { randomBytes } from 'node:crypto';
import { messageSenders, type MessageSender } from '../../contract/message-types.ts';
import { createRedactor } from '../../contract/redact.ts';
import type { Delivery } from '../../delivery/attempt.ts';
import { ExitCode, HookError, systemReason } from '../../errors.ts';
import { currentDate, monotonicMs } from '../../http/clock.ts';
import type { App } from '../../http/serve-app.ts';
import { parseApiScript } from '../../platform/api/script.ts';
import { createBot, echoReply } from '../../platform/bot.ts';
import type { PlatformNotice } from '../../platform/events.ts';
import type { Finding } from '../../platform/findings/finding.ts';
import { createPlatform, type Platform } from '../../platform/start-platform.ts';
import { atCaller, atCallerNow } from '../caller.ts';
import { verifyChoice, verifyMs, verifySecret } from '../options.ts';
import { veilDelivery } from '../shown.ts';
import { openWebhook } from '../webhook.ts';
import { createCustomers, type CustomerWaiting } from './customers.ts';
import { partsOf, type SaidPart } from './parts.ts';

/** Which app `startSuvvy` talks to, and how. */
export interface StartSuvvyOptions {
  /**
   * The webhook of your app: a URL, or an app, which then listens on a free port of loopback until `close`. It may be
   * started later: nothing is sent before somebody says something.
   */
  webhook: string | URL | App;
  /** Where an app has its webhook; a slash in front of it may be left out. Default `/`. */
  path?: string | undefined;
  /** Sent to the webhook as `Authorization: Bearer <secret>` (R7); none sends no header. */
  secret?: string | null | undefined;
  /** The token that the API wants of your app. Default: a random one, in `token` of what is given back. */
  token?: string | undefined;
  /** The port of the API; 0 is any free one. Default 0. */
  port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`. */
  host?: string | undefined;
  /**
   * What the bot says to each message that is taken: nothing (`silent`), because the test speaks with `say`; or `echo`: the
   * text behind `echo: `. Default `silent`.
   */
  reply?: 'silent' | 'echo' | undefined;
  /** How long the webhook may take to answer, in milliseconds. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** Let the process end although all this is open. Default: it stays until `close`. */
  unref?: boolean | undefined;
}

/** Suvvy, running: its API for your app, its bot in the hands of the test, and what was found. */
export interface RunningSuvvy extends CustomerWaiting {
  /** The host of the API, without a slash at the end: messages are posted to `/api/webhook/custom/message` below it. */
  url: string;
  port: number;
  /** The token that your app has to send to the API. It is not among what is printed. */
  token: string;
  /**
   * Says something in a chat as the bot: one event (R12), and its delivery to the webhook, as `send` does it.
   *
   * @param parts a text, or messages in order; paths begin in the current folder. Links to files stay good until `close`
   * @param options `sender`: who says it (R14); default `ai`
   * @returns the request, what came back, and the verdict; printed, it has no secret in it
   * @throws HookError for what cannot be sent; never for what the webhook does
   * @example const { verdict } = await suvvy.say('42', [{ text: 'Here you are' }, { image: 'photo.jpg' }]);
   */
  say(
    chatId: string,
    parts: string | SaidPart | readonly SaidPart[],
    options?: { sender?: MessageSender | undefined },
  ): Promise<Delivery>;
  /**
   * Sends what the test button of Suvvy's panel sends (R10).
   *
   * @example expect((await suvvy.sendTest()).verdict.delivered).toBe(true);
   */
  sendTest(): Promise<Delivery>;
  /**
   * What the API answers from now on: a status, or a script as `mock --respond` takes it; its last step stays. 402 (negative
   * balance) and 424 (the channel is disabled) come before all that is wrong with a message; any other step takes the place
   * of a 200. `200` and null are the API's own answers again.
   *
   * @throws HookError for what is no script, or a step with a file
   * @example suvvy.answerWith('402x2,200');
   */
  answerWith(answer: number | string | null): void;
  /** Resolves when no answer and no reply of the bot is due or under way. */
  idle(): Promise<void>;
  /** What was found in both directions so far, in order. */
  findings: readonly Finding[];
  /**
   * Finishes what is in flight, for 2 s at the most, and closes the app if it was given one; who still waits is told so.
   *
   * @throws HookError for a reply of the bot that could not be sent at all
   */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts Suvvy in the test: its API, strict, on a free port of loopback, and its bot, which says what the test says. Your
 * app posts customers' messages to `url` with `token`, and gets the bot's words at its webhook. The first half of what
 * comes wrong is in the verdicts, the other half in `findings`: the bot's words sent back as a customer's before all.
 *
 * @throws TypeError for a webhook that is none; HookError for an option that cannot be meant, or a port that is taken
 * @example
 * const suvvy = await startSuvvy({ webhook: app, path: '/suvvy', secret: 's3cret' });
 * app.customerWrites('Hello', { apiUrl: suvvy.url, apiToken: suvvy.token });
 * const { chatId } = await suvvy.waitForCustomer({ text: 'Hello' });
 * const { verdict } = await suvvy.say(chatId, 'Hi');
 * await suvvy.expectNothing('customer', { forMs: 500 });
 * await suvvy.close();
 */
export async function startSuvvy(options: StartSuvvyOptions): Promise<RunningSuvvy> {
  return atCaller(startSuvvy, () => start(options));
}

async function start(options: StartSuvvyOptions): Promise<RunningSuvvy> {
  verifyOptions(options);
  const { secret, token = randomBytes(24).toString('base64url'), path, unref } = options;
  const unsent: string[] = [];
  const customers = createCustomers({ redactor: createRedactor([secret, token]), troubles: () => unsent });
  const webhook = await openWebhook(options.webhook, { path, caller: startSuvvy.name, unref });
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

function verifyOptions({ secret, token, reply, timeoutMs }: StartSuvvyOptions): void {
  verifySecret(secret);
  verifySecret(token, 'token');
  if (token === '') throw new HookError('the token is empty: leave it out for a random one');
  verifyChoice('reply', reply, ['silent', 'echo']);
  verifyMs({ timeoutMs });
}

/** What the server of the API has to say costs nobody an answer that a test waits for. */
function troubleOf(notice: PlatformNotice): string[] {
  return notice.kind === 'unsent' ? [`a reply was not sent: ${systemReason(notice.error)}`] : [];
}

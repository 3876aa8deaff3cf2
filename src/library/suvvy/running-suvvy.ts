import type { MessageSender } from '../../contract/message-types.ts';
import type { Delivery } from '../../delivery/attempt.ts';
import type { App } from '../../http/serve-app.ts';
import type { Finding } from '../../platform/findings/finding.ts';
import type { CustomerWaiting } from './customers.ts';
import type { SaidPart } from './parts.ts';

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

import type { MessageSender } from '../contract/message-types.ts';
import { deadlineMs, isAcknowledged } from '../contract/limits.ts';
import { composeBody } from '../fixtures/compose.ts';
import { composeMessages, type MessagePart } from '../fixtures/message.ts';
import type { Clock } from '../host.ts';
import { createHappenings } from '../http/until.ts';
import type { ScriptStep } from '../receiver/parse-script.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import { createTurns } from '../receiver/script.ts';
import { createProtocolServer, type Receiver, type ServerOptions } from '../receiver/server.ts';
import { answerStep, apiProtocol, type ApiRequest } from './api/protocol.ts';
import { problemsOf } from './api/refusals.ts';
import type { Bot, Compose, Holder } from './bot.ts';
import { createCourier, type Reply } from './courier.ts';
import type { CustomerEvent, DeliveryEvent, PlatformEvent, PlatformNotice } from './events.ts';
import { createBoundedMap } from './findings/bounded-map.ts';
import type { Finding } from './findings/finding.ts';
import { invalidFinding, undeliveredFinding } from './findings/of-traffic.ts';
import { createFindingsWatch } from './findings/watch.ts';

export interface PlatformOptions {
  /** The webhook of the app. */
  webhook: URL;
  /** Sent to the webhook (R7). */
  secret?: string | null;
  /** Of the API; null takes any. */
  token?: string | null;
  bot: Bot;
  /** Where the paths of files begin. */
  cwd: string;
  /** Answers by a script from the start. */
  respond?: readonly ScriptStep[];
  clock: Clock;
  /** Awaited before the answer to a request goes out. If it rejects, the answer is 500. */
  keep?: ((request: ApiRequest, answered: Answered) => Promise<unknown>) | undefined;
  /** Told of all that happens, each when it is over. What it throws is ignored. */
  onEvent?: ((event: PlatformEvent) => void) | undefined;
  onNotice?: ((notice: PlatformNotice) => void) | undefined;
  /** Requests keep their bodies, for whoever shows them: they are large. */
  keepBodies?: boolean | undefined;
  patience?: ServerOptions<ApiRequest>['patience'];
  /** How long the webhook may take, in milliseconds. Default: Suvvy's 20 s (R2). */
  timeoutMs?: number | undefined;
  /** Let the process end although we listen. */
  unref?: boolean | undefined;
}

interface SayOptions {
  /** Default: the bot. */
  sender?: MessageSender;
  /** The files have to be downloaded within this time after the answer, in milliseconds. */
  expectFetchMs?: number | undefined;
}

export interface Platform {
  /** Binds the port of the API. */
  listen: Receiver['listen'];
  /**
   * Sends messages to a chat, as the bot or an employee does.
   *
   * @throws HookError for a file that cannot be sent; never for what the webhook does
   */
  say(chatId: string, parts: readonly MessagePart[], options?: SayOptions): Promise<DeliveryEvent>;
  /** Sends what the test button of the panel sends. */
  sendTest(): Promise<DeliveryEvent>;
  /** Who holds a dialogue from now on. */
  handOver(chatId: string, holder: Holder): void;
  holderOf(chatId: string): Holder;
  /** What the API answers from now on; no steps are its own answers. */
  answerWith(steps: readonly ScriptStep[]): void;
  /** Resolves when no answer and no reply is due or under way (true), or when the signal aborts (false). */
  idle(signal?: AbortSignal): Promise<boolean>;
  /** Stops accepting, gives what is in flight `graceMs` (default 2000), then ends it. */
  close(options?: { graceMs?: number }): Promise<void>;
}

/** 25 MB of attachments in base64 come in one body. */
const maxApiBodyBytes = 30 * 1024 * 1024;

const maxHeldChats = 10_000;

/** Suvvy's API and its bot: judges what an app posts, and replies to its webhook. */
export function createPlatform(options: PlatformOptions): Platform {
  const { bot, clock, cwd, onNotice = () => {} } = options;
  const watch = createFindingsWatch();
  const holders = createBoundedMap<string, Holder>(maxHeldChats);
  const quiet = createHappenings();
  let turns = createTurns(options.respond ?? []);
  const tell = (event: PlatformEvent): void => {
    try {
      options.onEvent?.(event);
    } catch {
      // Who watches is never in the way of who is answered.
    }
  };
  const courier = createCourier({
    ...options,
    timeoutMs: options.timeoutMs ?? deadlineMs,
    onSaid: watch.said,
    onNotice,
    onDone: () => quiet.happened(),
    onDelivery(event, reply, said) {
      tell(event);
      const finding = undeliveredFinding(event, reply, said);
      if (finding) tell({ kind: 'finding', finding });
    },
  });
  const handOver = (chatId: string, holder: Holder): void =>
    holder === 'bot' ? holders.delete(chatId) : holders.set(chatId, holder);
  const holderOf = (chatId: string): Holder => holders.get(chatId) ?? 'bot';

  // Between a look at a request and the end of its answer: a reply may follow.
  const open = new Set<ApiRequest>();
  const protocol = apiProtocol({
    token: options.token ?? null,
    turns: () => turns,
    bot,
    wasServed: watch.wasServed,
    clock,
    maxBodyBytes: maxApiBodyBytes,
    keepBodies: options.keepBodies ?? false,
    onLooked: (request) => open.add(request),
  });
  const server = createProtocolServer(protocol, {
    clock,
    maxBodyBytes: maxApiBodyBytes,
    patience: options.patience,
    unref: options.unref,
    answer: answerStep,
    keep: options.keep,
    onNotice,
    onReceived: (request, { status }) => {
      const { event, findings, reply } = conclude(request, status);
      tell(event);
      for (const finding of findings) tell({ kind: 'finding', finding });
      // Last, so that a reply is told of after what it replies to (`reply-after-answer`).
      reply?.();
      open.delete(request);
      quiet.happened();
    },
  });

  /** What a request comes to, once its answer is out. */
  const conclude = (
    request: ApiRequest,
    status: number | null,
  ): { event: CustomerEvent; findings: Finding[]; reply?: () => void } => {
    const problems = problemsOf(request, status);
    const message = request.decision?.message ?? null;
    const invalid = problems.length > 0 ? [invalidFinding(request, status, problems)] : [];
    if (!message) return { event: { kind: 'customer', request, status, problems, silent: null }, findings: invalid };
    const isTaken = status !== null && isAcknowledged(status);
    const { digests, atMs, receivedAt: at } = request;
    const { findings, silent } = watch.seen({ message, digests, atMs, at }, isTaken);
    const held = holderOf(message.chatId);
    const why = silent ?? (held === 'bot' ? null : holderWords[held]);
    const event: CustomerEvent = { kind: 'customer', request, status, problems, silent: isTaken ? why : null };
    const plan = why === null ? bot.replyTo(message, request.rule) : null;
    if (!plan) return { event, findings };
    const reply = (): void => {
      const { chatId, messageId: inReplyTo } = message;
      for (const compose of plan.replies)
        courier.sendLater({ chatId, inReplyTo, compose, message: { message, at } }, plan.afterMs);
      if (plan.handOver) handOver(chatId, plan.handOver);
    };
    return { event, findings, reply };
  };

  const send = (chatId: string | null, compose: Compose, expectFetchMs?: number): Promise<DeliveryEvent> =>
    courier.send({ chatId, inReplyTo: null, compose, message: null, expectFetchMs } satisfies Reply);
  return {
    listen: server.listen,
    // Composed when its turn has come: so what is said first goes first, also where a file has to be looked at.
    say: (chatId, parts, { sender = 'ai', expectFetchMs } = {}) =>
      send(chatId, async (chat) => (await composeMessages(parts, { sender, cwd }))({ chatId: chat }), expectFetchMs),
    sendTest: () =>
      send(null, () => composeBody('test_request', Buffer.from('{"event_type":"test_request"}'), { chatId: null })),
    handOver,
    holderOf,
    answerWith: (steps) => {
      turns = createTurns(steps);
    },
    async idle(signal) {
      const isIdle = (): boolean => courier.waiting() + open.size === 0;
      return quiet.until(isIdle, { timeoutMs: 2 ** 31 - 1, signal });
    },
    async close({ graceMs = 2000 } = {}) {
      await Promise.all([server.close({ graceMs }), courier.close(graceMs)]);
    },
  };
}

const holderWords: Record<Exclude<Holder, 'bot'>, string> = {
  employee: 'an employee holds this dialogue',
  silent: 'a rule has silenced the bot here',
};

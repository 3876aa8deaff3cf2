import { setMaxListeners } from 'node:events';
import { timeoutPassed as sleep } from '../http/clock.ts';
import { deliverDraft } from '../delivery/deliver-draft.ts';
import { createTurnClock } from '../delivery/timing.ts';
import { HookError } from '../errors.ts';
import { createAssetServer, type AssetLease, type AssetServer } from '../fixtures/asset-server.ts';
import type { Clock } from '../host.ts';
import { createHappenings } from '../http/until.ts';
import type { CustomerMessage } from './api/validate.ts';
import type { Compose } from './bot.ts';
import type { SaidEvent } from './findings/said.ts';
import { createOutbox } from './outbox.ts';
import { createSaidReader, type SaidContent } from './said-event.ts';
import type { DeliveryEvent, PlatformNotice } from './events.ts';

/** An event that is to go out. */
export interface Reply {
  /** Null for what goes to no chat. */
  chatId: string | null;
  inReplyTo: string | null;
  compose: Compose;
  /** What it replies to, and when that came. */
  message: { message: CustomerMessage; at: Date } | null;
  /** How long its files may take to be downloaded; without it they need not be. */
  expectFetchMs?: number | undefined;
}

export interface CourierOptions {
  webhook: URL;
  secret?: string | null;
  clock: Clock;
  timeoutMs: number;
  /** Let the process end although files are served. */
  unref?: boolean | undefined;
  /** Told before an event leaves. */
  onSaid(event: SaidEvent): void;
  onDelivery(event: DeliveryEvent, reply: Reply, said: SaidContent): void;
  onNotice(notice: PlatformNotice): void;
  /** Told whenever one is done, however. */
  onDone(): void;
}

/** Takes events to the webhook: in order within a chat, as `send` does each of them. */
export interface Courier {
  /** @throws what composing throws; HookError where too many are waiting */
  send(reply: Reply): Promise<DeliveryEvent>;
  /** As `send`, after a time; what goes wrong is a notice. */
  sendLater(reply: Reply, afterMs: number): void;
  /** How many are due, wait or are under way. */
  waiting(): number;
  /** Drops what has not left, gives what is under way `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** A receiver may fetch a file after it has answered: the links of so many events stay good. */
const maxLeases = 500;

/** So many may be due later: each has its timer. */
const maxDue = 10_000;

/** What goes to no chat waits for no chat either: no chat_id that comes is so long. */
const noChat = '\0'.repeat(1001);

export function createCourier(options: CourierOptions): Courier {
  const { clock, onSaid, onDelivery, onNotice, onDone } = options;
  /** What has not left stays here. */
  const stopping = new AbortController();
  /** What is under way is given up. */
  const closing = new AbortController();
  for (const { signal } of [stopping, closing]) expectListeners(signal);
  const done = createHappenings();
  const isDone = (): void => {
    done.happened();
    onDone();
  };
  const outbox = createOutbox(isDone);
  const readSaid = createSaidReader();
  const turnClock = createTurnClock();
  const leases: AssetLease[] = [];
  let assets: Promise<AssetServer> | undefined;
  let due = 0;

  const deliverOne = async (reply: Reply): Promise<DeliveryEvent> => {
    const { chatId, inReplyTo, compose } = reply;
    if (stopping.signal.aborted) throw new HookError('it is closed already');
    const draft = await compose(chatId ?? '');
    const said = await readSaid(draft);
    const server =
      draft.files.length > 0 ? await (assets ??= createAssetServer(undefined, { unref: options.unref })) : null;
    if (chatId !== null) onSaid({ ...said, chatId, atMs: clock.now(), at: clock.date() });
    const { delivery, lease } = await deliverDraft(draft, {
      request: { secret: options.secret },
      assets: server,
      url: options.webhook,
      timeoutMs: options.timeoutMs,
      expectFetchMs: reply.expectFetchMs,
      signal: closing.signal,
      keepLinks: true,
      clock: turnClock,
    });
    if (lease && leases.push(lease) > maxLeases) leases.shift()!.end();
    const event: DeliveryEvent = { kind: 'delivery', delivery, chatId, inReplyTo };
    onDelivery(event, reply, said);
    return event;
  };
  const send = async (reply: Reply): Promise<DeliveryEvent> => {
    const sent = outbox.add(reply.chatId ?? noChat, () => deliverOne(reply));
    if (sent) return sent;
    throw tooMany();
  };
  const sendQuietly = async (reply: Reply): Promise<void> => {
    try {
      await send(reply);
    } catch (error) {
      if (!stopping.signal.aborted) onNotice({ kind: 'unsent', error });
    }
  };
  const sendAfter = async (reply: Reply, afterMs: number): Promise<void> => {
    due += 1;
    await sleep(afterMs, undefined, { signal: stopping.signal }).catch(() => {});
    due -= 1;
    if (stopping.signal.aborted) isDone();
    else await sendQuietly(reply);
  };
  return {
    send,
    sendLater(reply, afterMs) {
      if (due >= maxDue) return onNotice({ kind: 'unsent', error: tooMany() });
      void (afterMs > 0 ? sendAfter(reply, afterMs) : sendQuietly(reply));
    },
    waiting: () => due + outbox.size(),
    async close(graceMs) {
      stopping.abort();
      const isEmpty = (): boolean => outbox.size() === 0;
      await done.until(isEmpty, { timeoutMs: graceMs });
      closing.abort();
      await done.until(isEmpty, { timeoutMs: graceMs });
      await (await assets)?.close({ graceMs: 0 });
    },
  };
}

/** Each event that is due or under way listens to them: no leak, however many they are. */
function expectListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // jsdom has signals of its own, which Node does not know and nobody counts.
  }
}

function tooMany(): HookError {
  return new HookError('too many events are waiting for the webhook', { hint: 'does it answer at all?' });
}

import { isAcknowledged } from '../contract/limits.ts';
import type { Clock } from '../host.ts';
import type { CustomerMessage } from '../platform/api/validate.ts';
import { createBot } from '../platform/bot.ts';
import type { CustomerEvent, PlatformEvent, PlatformNotice } from '../platform/events.ts';
import type { Finding } from '../platform/findings/finding.ts';
import { createInbox, type Inbox } from '../platform/inbox.ts';
import { createPlatform, type Platform } from '../platform/start-platform.ts';
import { openMessenger, type Messenger, type Sent } from './messenger.ts';

export interface RoomOptions {
  webhook: URL;
  secret: string | null;
  token: string | null;
  /** Where the paths of files begin. */
  cwd: string;
  clock: Clock;
  onNotice?: ((notice: PlatformNotice) => void) | undefined;
}

/** Both far sides of the app, for one scenario: Suvvy, and the messenger. */
export interface Room {
  webhook: URL;
  /** Suvvy's API. */
  listen: Platform['listen'];
  /** @throws the system's error if the port cannot be bound */
  openMessenger(port: number): Promise<void>;
  /** Customers' messages that Suvvy took. */
  customers: Inbox<CustomerMessage>;
  /** What the app sent to the messenger. */
  sent: Inbox<Sent>;
  /** What the API refused, or took as an employee's. */
  others: readonly CustomerEvent[];
  findings: readonly Finding[];
  /** The chat of the last customer that Suvvy took a message of. */
  lastChat(): string | null;
  say: Platform['say'];
  close(graceMs: number): Promise<void>;
}

const maxOthers = 100;
/** Each has its body. */
const maxSent = 1000;
const maxFindings = 1000;

/** A room where nothing listens yet. The bot says what steps say, and nothing else. */
export function createRoom({ webhook, secret, token, cwd, clock, onNotice }: RoomOptions): Room {
  const customers = createInbox<CustomerMessage>();
  const sent = createInbox<Sent>(maxSent);
  const others: CustomerEvent[] = [];
  const findings: Finding[] = [];
  let lastChat: string | null = null;
  let messenger: Messenger | null = null;
  const onEvent = (event: PlatformEvent): void => {
    if (event.kind === 'finding' && findings.length < maxFindings) findings.push(event.finding);
    if (event.kind !== 'customer') return;
    const message = event.request.decision?.message ?? null;
    const isTaken = event.status !== null && isAcknowledged(event.status);
    if (isTaken && message?.sender === 'customer') {
      lastChat = message.chatId;
      customers.add(message);
    } else if (others.length < maxOthers) others.push(event);
  };
  const platform = createPlatform({
    webhook,
    secret,
    token,
    bot: createBot({ reply: null }),
    cwd,
    clock,
    onEvent,
    onNotice,
  });
  return {
    webhook,
    listen: platform.listen,
    async openMessenger(port) {
      messenger = await openMessenger(port, sent);
    },
    customers,
    sent,
    others,
    findings,
    lastChat: () => lastChat,
    say: platform.say,
    close: async (graceMs) => {
      await Promise.all([platform.close({ graceMs }), messenger?.close()]);
    },
  };
}

import type { Delivery } from '../delivery/attempt.ts';
import type { ReceiverNotice } from '../receiver/limits/notices.ts';
import type { ApiRequest } from './api/protocol.ts';
import type { ApiProblem } from './api/validate.ts';
import type { Finding } from './findings/finding.ts';

/** What happened between an integrator's app and us, in order. */
export type PlatformEvent = CustomerEvent | DeliveryEvent | { kind: 'finding'; finding: Finding };

/** A request to the API, and what was answered: a customer's message, if it was one. */
export interface CustomerEvent {
  kind: 'customer';
  request: ApiRequest;
  /** Null where no answer went out. */
  status: number | null;
  /** Why it was refused. */
  problems: ApiProblem[];
  /** Why the bot says nothing to it; null where it may. */
  silent: string | null;
}

/** An event that we sent to the webhook, and what came of it. */
export interface DeliveryEvent {
  kind: 'delivery';
  delivery: Delivery;
  /** Null for what goes to no chat (`test_request`). */
  chatId: string | null;
  /** `message_id` of what it replies to; null where we began. */
  inReplyTo: string | null;
}

/** Trouble of ours that the user should know of. `unsent`: a reply could not be made, or too many wait already. */
export type PlatformNotice = ReceiverNotice | { kind: 'unsent'; error: unknown };

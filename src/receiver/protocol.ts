import type { Auth } from '../contract/bearer.ts';
import { inspect, type Received } from './inspect.ts';
import type { Answer } from './answer.ts';
import type { Capture } from './capture.ts';
import { crowdedOut, refuse, reply, tooLarge } from './reply.ts';

/** What a server makes of its requests: how they are read is the server's own, what they mean is not. */
export interface Protocol<Seen extends Capture> {
  /** What `Authorization` says, from all its values. */
  auth(values: readonly string[]): Auth;
  /** The refusal that the head of a request earns before its body is read, or null. */
  refuse(head: Capture, auth: Auth): Answer | null;
  /** The answer where the body came to more than the limit, or had to go because others came with too much. */
  refuseBody(why: 'too-large' | 'crowded-out'): Answer;
  /** Looks at a capture; its body is null where it was refused unread. Never throws, whatever the bytes. */
  inspect(capture: Capture, auth: Auth): Seen;
  /** The answer to a request that was read. Where it is a 200, the server's own `answer` may take its place. */
  reply(seen: Seen): Answer;
}

export interface WebhookOptions {
  /** Answer 422 to what breaks the contract. */
  strict?: boolean | undefined;
  /** The one path that is answered. */
  path?: string | undefined;
}

/** The webhook of an integrator, as Suvvy wants it. */
export function webhookProtocol(
  { strict = false, path }: WebhookOptions,
  { auth, maxBodyBytes }: { auth: Protocol<Received>['auth']; maxBodyBytes: number },
): Protocol<Received> {
  return {
    auth,
    refuse: (head, verdict) => refuse(head, { auth: verdict, path, maxBodyBytes }),
    refuseBody: (why) => (why === 'too-large' ? tooLarge(maxBodyBytes) : crowdedOut),
    inspect: (capture, verdict) => inspect(capture, { auth: verdict }),
    reply: (received) => reply(received, { strict }),
  };
}

import type { SuvvyEvent, UnknownEvent } from '../contract/event-types.ts';
import { isAcknowledged } from '../contract/limits.ts';
import type { Received } from '../receiver/inspect.ts';
import { safeLine } from '../text/safe.ts';

/**
 * A request that was answered. Printed, it has no secret in it.
 *
 * @template Event what `event` is: narrower where it was waited for by its type
 */
export interface Arrival<Event = SuvvyEvent | UnknownEvent | null> {
  /** The request, and what was found in it. */
  received: Received;
  /** The status that it was answered with; null where no answer was given: hang, reset, or the sender had left. */
  status: number | null;
  /**
   * The event as it came; null where the body is no event at all. Where `received.issues` is not empty it breaks the
   * contract there, whatever its type says.
   */
  event: Event;
}

/** What an error says of an arrival, and why it was not what was waited for: `POST / 401: the secret was wrong`. */
export function describeArrival(arrival: Arrival, more: { given: boolean; path: string | undefined }): string {
  const { received, status } = arrival;
  const line = `${received.method} ${received.path} ${status ?? 'no answer'}`;
  const type = received.eventType === null ? '' : ` ${received.eventType}`;
  const why = more.given ? 'an earlier call was given it' : whyNot(arrival, more.path);
  return safeLine(`${line}${type}${why ? `: ${why}` : ''}`);
}

function whyNot({ received, status }: Arrival, path: string | undefined): string | null {
  if (status === null) return 'the connection was reset, or the sender left';
  const [issue, ...others] = received.issues;
  const breach = issue && `${issue.path} ${issue.message} (${issue.rule})`;
  if (issue && (isAcknowledged(status) || status === 422))
    return `it breaks the contract: ${breach}${others.length > 0 ? `, and ${others.length} more` : ''}`;
  if (status === 401) return received.auth === 'missing' ? 'there was no secret' : 'the secret was wrong';
  if (status === 404 && path !== undefined) return `this receiver answers on ${path}`;
  if (status === 400) return 'the body is not JSON';
  return reasons[status] ?? null;
}

const reasons: Readonly<Record<number, string>> = {
  403: 'it came from a web page',
  405: 'it was no POST',
  413: 'the body was too large',
  415: 'the body was not sent as JSON',
};

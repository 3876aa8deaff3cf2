import { headerValues, type RawHeaders } from '../../http/headers.ts';

/**
 * The header with the ids of all listeners that passed an event on, the first one first: `Suvvy-Hook-Via: 5f3a...,
 * 81c2...`.
 */
export const viaHeader = 'Suvvy-Hook-Via';

/** How often an event may be passed on. A longer chain is a circle, or soon will be. */
const maxHops = 10;

/** The listeners that have passed an event on. */
export function hopsOf(rawHeaders: RawHeaders): string[] {
  return headerValues(rawHeaders, viaHeader.toLowerCase()).flatMap((value) => value.split(',').map((id) => id.trim()));
}

/** Why an event must not be passed on again, in words for its sender; null if it may. */
export function refuseHops(hops: readonly string[], ownId: string): string | null {
  if (hops.includes(ownId)) return 'this receiver has already passed this event on: it came back in a circle';
  return hops.length >= maxHops ? `this event was passed on ${hops.length} times already` : null;
}

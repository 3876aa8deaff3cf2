import type { Trial } from '../case.ts';
import { kindOf } from './kind.ts';

const noWords = new Set(['error', 'fail', 'failed', 'failure']);

/** What the body of a 2xx says against it, such as `"success": false`; null if nothing. */
export function denialOf({ delivery, probe }: Trial): string | null {
  if (!delivery.verdict.delivered) return null;
  // A receiver may decline any other request.
  if (['other-event', 'no-event'].includes(kindOf(probe))) return null;
  const fields = Object.entries(objectIn(delivery.outcome.response?.body));
  for (const [name, value] of fields) {
    const word = typeof value === 'string' ? value.toLowerCase() : value;
    if (['success', 'ok'].includes(name.toLowerCase()) && (word === false || word === 'false'))
      return `"${name.toLowerCase()}": false`;
    if (name.toLowerCase() === 'status' && typeof word === 'string' && noWords.has(word)) return `"status": "${word}"`;
  }
  return null;
}

function objectIn(body: Uint8Array | undefined): object {
  if (!body) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

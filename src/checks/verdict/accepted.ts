import type { Trial } from '../case.ts';
import { kindOf } from './kind.ts';

const noWords = new Set(['error', 'fail', 'failed', 'failure']);

/** What a 2xx says against itself in its body, such as `"success": false`; null if it does not. */
export function denialOf({ delivery, probe }: Trial): string | null {
  if (!delivery.verdict.delivered) return null;
  // Whatever else a request asks for may well be declined.
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

/** Puts other things in the place of what belongs to people: the same for the same, so that a chat stays one. */
export interface Scrubber {
  text(text: string): string;
  id(chatId: string): string;
}

/** Shorter, a word is any word. */
const shortestName = 3;
const shortestNumber = 5;

const phone = /(?<![\p{L}\p{N}])\+?\d(?:[\s().-]{0,2}\d){8,14}(?![\p{L}\p{N}])/gu;

const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/gu;

/** @param customers the messages of a recording: `chatId`, `messageId`, `clientName`, `clientPhone` */
export function createScrubber(customers: readonly Record<string, unknown>[]): Scrubber {
  const ids = numbered(customers, 'chatId', (id, at) => (/^\d+$/.test(id) ? String(1000 + at) : `chat-${at}`));
  const phones = numbered(customers, 'clientPhone', (_, at) => phoneOf(at));
  const emails = new Map<string, string>();
  const known = new Map([
    ...numbered(customers, 'messageId', (_, at) => `m-${at}`),
    ...ids,
    ...phones,
    ...namesOf(customers),
  ]);
  const words = [...known.keys()].filter(isTelling).toSorted((a, b) => b.length - a.length);
  const pattern =
    words.length > 0
      ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, 'giu')
      : null;
  const lower = new Map([...known].map(([from, to]) => [from.toLowerCase(), to]));
  const replaceKnown = (text: string): string =>
    pattern === null ? text : text.replaceAll(pattern, (found) => lower.get(found.toLowerCase()) ?? found);
  const addTo = (map: Map<string, string>, found: string, make: (at: number) => string): string => {
    if (!map.has(found)) map.set(found, make(map.size + 1));
    return map.get(found)!;
  };
  const stands = new Set(phones.values());
  return {
    text: (text) =>
      replaceKnown(
        text.replaceAll(email, (found) => addTo(emails, found, (at) => `person${at}@example.com`)),
      ).replaceAll(phone, (found) => (stands.has(found) ? found : addTo(phones, found, phoneOf))),
    id: (chatId) => addTo(ids, chatId, (at) => (/^\d+$/.test(chatId) ? String(1000 + at) : `chat-${at}`)),
  };
}

/** A chat of the number 1 does not make every 1 an id. */
function isTelling(word: string): boolean {
  return word.length >= (/^\d+$/.test(word) ? shortestNumber : shortestName);
}

/** In no country's plan. */
function phoneOf(at: number): string {
  return `+0000000${String(at).padStart(4, '0')}`;
}

function numbered(
  lines: readonly Record<string, unknown>[],
  field: string,
  make: (value: string, at: number) => string,
): Map<string, string> {
  const values = new Set(lines.map((line) => line[field]).filter((value) => typeof value === 'string' && value !== ''));
  return new Map(([...values] as string[]).map((value, index) => [value, make(value, index + 1)]));
}

/** Each name, and each word of it: a text says the first name alone. */
function namesOf(lines: readonly Record<string, unknown>[]): [string, string][] {
  return [...numbered(lines, 'clientName', (_, at) => `Client${at}`)].flatMap(([name, stand]) =>
    [name, ...name.split(/[^\p{L}\p{N}]+/u)]
      .filter((word) => word.length >= shortestName)
      .map((word): [string, string] => [word, stand]),
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

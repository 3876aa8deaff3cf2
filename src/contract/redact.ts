import { eventTypes, messageSenders, messageTypeNames } from './message-types.ts';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Takes the secrets of a run out of everything that we write or send. */
export interface Redactor extends Redact {
  /**
   * Whether there is anything to take out. It does not matter whether bytes are read as `latin1` or as UTF-8: a secret
   * is ASCII, in every spelling.
   */
  finds(text: string | Uint8Array): boolean;
  /** For a text that was cut at its end: also takes out what may be the beginning of a secret there. */
  cut: Redact;
  /** A JSON value with the secrets taken out of its strings. Other values stay as they are. */
  leaves<Value>(value: Value): Value;
}

/** What is shown in place of a secret. */
const redacted = '***';

/** A shorter secret, in characters, may also be an ordinary word of the text. */
const tellingLength = 8;

/** If a secret was cut, fewer characters than these reveal nothing. */
const tellingStart = 4;

/** Words that every event contains. Such a word is not secret, and taking it out would falsify the output. */
const publicWords: ReadonlySet<string> = new Set([...eventTypes, ...messageSenders, ...messageTypeNames]);

/**
 * Finds secrets in every spelling: each character as itself, or escaped as JSON, JavaScript, Python, PHP, a URL or HTML
 * would do it, once or twice, and wrapped over lines; also base64 and hex of the whole secret. A secret under 8
 * characters is found only as a word of its own, and after `Bearer`.
 */
export function createRedactor(secrets: Secrets): Redactor {
  const list = [...new Set([secrets].flat())].filter((secret) => typeof secret === 'string' && secret !== '');
  if (list.length === 0) return nothingToRedact;
  const words = (list as string[]).toSorted((a, b) => b.length - a.length);
  // Created only when a text may contain a secret, which is rare: creating them takes longer than checking most texts.
  const all = once(() => new RegExp(words.flatMap(patternsOf).join('|'), 'g'));
  const starts = once(() => new RegExp(`(?:${words.filter(isTelling).map(startPattern).join('|') || '(?!)'})$`));
  const filter = once(() => createFilter(words));
  const redact = (text: string): string => (filter()(text) ? text.replace(all(), redacted) : text);
  return Object.assign(redact, {
    finds: (text: string | Uint8Array) => {
      const plain = typeof text === 'string' ? text : latin1(text);
      return filter()(plain) && plain.search(all()) !== -1;
    },
    cut: (text: string) => redact(text).replace(starts(), redacted),
    // A report has thousands of strings: one look at all of them is quicker than one at each.
    leaves: <Value>(value: Value) =>
      filter()(textsOf(value).join('\0')) ? (redactLeaves(value, redact) as Value) : value,
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

export type Secrets = string | null | undefined | readonly (string | null | undefined)[];

/** The same for one or two texts. */
export function redactSecret(text: string, secrets: Secrets): string {
  return createRedactor(secrets)(text);
}

/** Why a secret can only be hidden in part, in words for the user; null if it can be hidden. */
export function secretWarning(secret: string): string | null {
  if (publicWords.has(secret)) return 'the secret is a word that every event has: it cannot be hidden. Choose another';
  return isTelling(secret)
    ? null
    : `the secret is shorter than ${tellingLength} characters: it is easy to guess, and is hidden only as a word of its own`;
}

const nothingToRedact: Redactor = Object.assign((text: string) => text, {
  finds: () => false,
  cut: (text: string) => text,
  leaves: <Value>(value: Value) => value,
});

function isTelling(secret: string): boolean {
  return secret.length >= tellingLength;
}

function patternsOf(secret: string): string[] {
  const whole = joined(secret);
  const afterBearer = `(?<=[Bb]earer\\s+)${whole}`;
  if (publicWords.has(secret)) return [afterBearer];
  if (!isTelling(secret)) return [`${wordStart}${whole}(?!\\w)`, afterBearer];
  const encoded = base64Cores(secret).map((core) => `${joined(core)}[\\w+/-]{0,2}={0,2}`);
  return [whole, ...encoded, joined(Buffer.from(secret).toString('hex'), true), `${startPattern(secret)}${cutMark}`];
}

// What stands before may be an escape that ends like a word: %20, \n.
const wordStart = '(?:(?<!\\w)|(?<=%[0-9A-Fa-f]{2}|\\\\[nrt]|\\\\u[0-9A-Fa-f]{4}))';

/** Character by character. Our own layout may have broken the line between any two of them. */
function joined(text: string, anyCase = false): string {
  return Array.from(text, (char) => charPattern(char, anyCase)).join(lineBreak);
}

// In bytes that were read as latin1, the bar is three characters.
const lineBreak = '(?:\\r?\\n[ \\t│|<>\\x80-\\xff]{0,80})?';

// The mark of a clipped or folded text. In bytes that were read as latin1, it is three characters.
const cutMark = '(?=[\\s│|<>]{0,80}(?:…|\\xe2\\x80\\xa6))';

/** As much of the secret as is left, from its beginning. */
function startPattern(secret: string): string {
  const [first, rest] = [secret.slice(0, tellingStart), secret.slice(tellingStart)];
  const more = Array.from(rest).reduceRight(
    (inner, char) => `(?:${lineBreak}${charPattern(char, false)}${inner})?`,
    '',
  );
  // The cut may have been inside an escape.
  return `${joined(first)}${more}(?:[\\\\%&][\\w#;]{0,6})?`;
}

/** One character in all its spellings. A backslash or a percent sign may itself be escaped. */
function charPattern(char: string, anyCase: boolean): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = hexPattern(code.toString(16).padStart(2, '0'));
  const itself = anyCase ? `[${char.toLowerCase()}${char.toUpperCase()}]` : literal(char);
  const entity = entities[char] ? `|${entities[char]}` : '';
  const space = char === ' ' ? '|\\+' : '';
  const backslashes = char === '\\' ? '\\\\{1,15}' : '\\\\{0,15}';
  const escaped = [
    `\\\\{1,15}(?:u(?:00|\\{0{0,4})${hex}\\}?|x${hex}|${code.toString(8).padStart(3, '0')})`,
    `%(?:25){0,3}${hex}`,
    `&(?:amp;){0,3}(?:#0{0,5}${code}|#[xX]0{0,5}${hex}${entity});`,
  ];
  return `(?:${escaped.join('|')}|${char === '\\' ? backslashes : `${backslashes}${itself}`}${space})`;
}

const entities: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

function hexPattern(hex: string): string {
  return Array.from(hex, (digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join('');
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

/**
 * The part of the base64 form that does not depend on where the secret begins: `user:secret` is encoded in one piece.
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const end = (before + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
    const core = whole.slice(before === 0 ? 0 : before + 1, end);
    const urlSafe = core.replaceAll('+', '-').replaceAll('/', '_');
    return urlSafe === core ? [core] : [core, urlSafe];
  });
}

/**
 * A quick check that is enough for almost every text. Building and running the whole expression takes a hundred times
 * as long.
 */
function createFilter(words: readonly string[]): (text: string) => boolean {
  const literals = words.map((word) => word.slice(0, quickLength));
  const begins = createBeginsFinder(literals);
  const encoded = words.filter(isTelling).flatMap((word) => {
    const hex = Buffer.from(word).toString('hex');
    return [...base64Cores(word), hex, hex.toUpperCase()].map((core) => longestRun(core).slice(0, 8));
  });
  return (text) =>
    literals.some((begin) => text.includes(begin)) || begins(text) || encoded.some((needle) => text.includes(needle));
}

const quickLength = 3;

/** Each spelling of a beginning that is not the plain one has such a sign in it, after at most `quickLength` characters. */
const signs = ['\\', '%', '&', '\n'];
const nearby = [0, 1, 2, quickLength];

/** If there is more than one sign in so many characters, to look at all of the text is quicker. */
const charactersPerSign = 256;

function createBeginsFinder(literals: readonly string[]): (text: string) => boolean {
  const pattern = literals.map((begin) => joined(begin)).join('|');
  const anywhere = new RegExp(pattern);
  const here = new RegExp(pattern, 'y');
  const wanted = literals.some((begin) => begin.includes(' ')) ? [...signs, '+'] : signs;
  const startsAt = (text: string, at: number): boolean => {
    here.lastIndex = at;
    return at >= 0 && here.test(text);
  };
  return (text) => {
    const places = placesOf(wanted, text, text.length / charactersPerSign);
    return places === null ? anywhere.test(text) : places.some((at) => nearby.some((by) => startsAt(text, at - by)));
  };
}

/** Where these stand in a text, at the speed of memchr; null if there are more than `max`. */
function placesOf(characters: readonly string[], text: string, max: number): number[] | null {
  const places: number[] = [];
  for (const character of characters)
    for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) {
      if (places.length >= max) return null;
      places.push(at);
    }
  return places;
}

/** Letters and digits: nothing escapes them. */
function longestRun(core: string): string {
  return (core.match(/[A-Za-z0-9]+/g) ?? [core]).reduce((longest, run) =>
    run.length > longest.length ? run : longest,
  );
}

/** Every name and every string of a JSON value. */
function textsOf(value: unknown, found: string[] = []): string[] {
  if (typeof value === 'string') found.push(value);
  else if (Array.isArray(value)) for (const item of value) textsOf(item, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      found.push(key);
      textsOf(item, found);
    }
  return found;
}

function redactLeaves(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => redactLeaves(item, redact));
  // Not an assignment: `__proto__` is an ordinary key here.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redactKey(key, redact), redactLeaves(item, redact)]),
  );
}

/** If a name is exactly a secret, it is a field of ours, and a bad secret must not break it. */
function redactKey(key: string, redact: Redact): string {
  const shown = redact(key);
  return shown === redacted && /^[A-Za-z][A-Za-z_]*$/.test(key) ? key : shown;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

import { fingerprint, redactAuthorization, type Auth } from '../contract/bearer.ts';
import { isObject } from '../contract/field-path.ts';
import { messageTypeNames, messageTypes, messageSenders } from '../contract/message-types.ts';
import { shownHeaders } from '../contract/shown-headers.ts';
import type { Style } from '../host.ts';
import { headerValues } from '../http/headers.ts';
import type { Received } from '../receiver/inspect.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import { indentJson } from '../text/indent-json.ts';
import { block, padEnd, type BlockOptions } from '../text/layout.ts';
import { clip, clipText, safeLine } from '../text/safe.ts';
import { count, formatBytes } from '../text/units.ts';
import { noteLines } from './notes.ts';

export interface CardView {
  style: Style;
  secret: string | null;
  /** Headers and the whole body as well. */
  verbose: boolean;
  /** The id as well, where a journal has it. */
  ids?: boolean | undefined;
}

/** How many lines of one text are shown before it folds. */
const textLines = 8;

/** A body can hold a million messages: no more are shown, and none that begins after so many lines. */
const maxMessages = 50;
const maxMessageLines = 200;

const senderWidth = Math.max(...messageSenders.map((sender) => sender.length));

/** How much of a type that nobody knows is shown, in characters. */
const maxType = 40;

/** What arrived, in lines for a person: when, the answer, what kind of event, then a line a message. */
export function cardLines(received: Received, answer: Answered, view: CardView): string[] {
  const { style, secret, verbose } = view;
  const say = (text: string, indent = '  '): string[] => block(text, { indent, columns: style.columns, maxLines: 6 });
  return [
    ...headLines(received, answer, view),
    ...(verbose ? requestLines(received, style) : []),
    ...(received.json?.ok ? messageListLines(received.json.value, style) : []),
    ...received.issues.flatMap(({ path, message, rule }) => say(`✘ ${path} ${message} (${rule})`).map(style.red)),
    ...received.unknownFields.flatMap((path) => say(`? ${path} is not on Suvvy's page`).map(style.yellow)),
    ...noteLines(received, answer, secret).flatMap((note) => say(note).map(style.yellow)),
  ];
}

function headLines(received: Received, { status }: Answered, { style, secret, ids }: CardView): string[] {
  const time = received.receivedAt.toTimeString().slice(0, 8);
  const accepted = status !== null && status >= 200 && status <= 299;
  const mark = accepted ? style.green(`✔ ${status}`) : style.red(`✘ ${status ?? 'no answer'}`);
  const facts = [
    eventName(received),
    ...chatOf(received),
    authWords[received.auth],
    ...credentials(received, secret),
    ...(ids ? [safeLine(received.id)] : []),
  ];
  const plainStart = `${time}  ✔ ${status ?? 'no answer'}  `;
  const [first = '', ...rest] = block(facts.join(' · '), {
    indent: ' '.repeat(plainStart.length),
    columns: style.columns,
    maxLines: 4,
  });
  return [`${style.dim(time)}  ${mark}  ${style.bold(first.trimStart())}`, ...rest.map(style.bold)];
}

function eventName({ eventType, method, target, parsed }: Received): string {
  if (eventType === null) return `${method} ${safeLine(clip(target, 200))}`;
  const name = safeLine(clip(eventType, 80));
  return parsed?.ok && !parsed.known ? `${name} (not on Suvvy's page: answered, otherwise ignored)` : name;
}

function chatOf({ parsed, json }: Received): string[] {
  const body = parsed?.ok ? parsed.event : json?.ok ? json.value : null;
  const chatId = isObject(body) ? body['chat_id'] : undefined;
  return chatId === undefined ? [] : [`chat ${safeLine(textOf(chatId, 80))}`];
}

const authWords: Record<Auth, string> = {
  ok: 'secret ok',
  missing: 'no secret came',
  wrong: 'wrong secret',
  unchecked: 'secret not checked',
};

/** Which secret came, and which was awaited: as fingerprints, so that neither is shown. */
function credentials({ auth, rawHeaders }: Received, secret: string | null): string[] {
  const values = headerValues(rawHeaders, 'authorization');
  if (auth === 'wrong') {
    const came = values.map((value) => safeLine(redactAuthorization(value))).join(' and ');
    const wanted = secret === null ? [] : [`awaited sha256:${fingerprint(secret)}`];
    return [[`came ${came || 'empty'}`, ...wanted].join(', ')];
  }
  return auth === 'unchecked' && values.length > 0 ? [`came ${safeLine(redactAuthorization(values[0]!))}`] : [];
}

function requestLines(received: Received, style: Style): string[] {
  const { method, target, httpVersion, rawHeaders, body } = received;
  const headers = shownHeaders(rawHeaders).map(([name, value]) => `${name}: ${value}`);
  const text = [`${method} ${target} HTTP/${httpVersion}`, ...headers].join('\n');
  return [text, indentJson(body?.toString('utf8') ?? '')]
    .flatMap((part) => block(part, { indent: '  < ', columns: style.columns, maxLines: 200 }))
    .map(style.dim);
}

/** The messages of an event, as far as they look like messages: what is wrong with them is said elsewhere. */
export function messageListLines(event: unknown, style: Style): string[] {
  if (!isObject(event) || !Array.isArray(event['new_messages'])) return [];
  const messages = event['new_messages'] as unknown[];
  const lines: string[] = [];
  let shown = 0;
  let index = 0;
  for (; index < messages.length && shown < maxMessages && lines.length < maxMessageLines; index += 1) {
    const message = messages[index];
    if (!isObject(message)) continue;
    for (const line of messageLines(message, style)) lines.push(line);
    shown += 1;
  }
  const left = messages.length - index;
  if (left > 0) lines.push(style.yellow(`  … and ${count(left, 'more message')}`));
  return lines;
}

function messageLines(message: Record<string, unknown>, style: Style): string[] {
  const type = textOf(message['type'], maxType);
  const known = messageTypeNames.find((name) => name === type);
  const icon = known ? messageTypes[known].icon : '❔';
  const sender = padEnd(safeLine(textOf(message['message_sender'] ?? '?', 20)), senderWidth);
  const start = `  ${icon} ${sender}  `;
  // The icons are two columns wide.
  const indent = ' '.repeat(2 + 2 + 1 + Math.max(senderWidth, sender.length) + 2);
  const lines = contentLines(message, known ? null : type, indent, style);
  const [first = indent, ...rest] = lines;
  return [`${start}${first.slice(indent.length)}`, ...rest];
}

function contentLines(
  message: Record<string, unknown>,
  unknownType: string | null,
  indent: string,
  style: Style,
): string[] {
  const shape = { indent, columns: style.columns, maxLines: textLines };
  const lines: string[] = [];
  if (unknownType !== null) lines.push(...block(`(${safeLine(unknownType)})`, shape));
  const { text, file } = message;
  if (typeof text === 'string') lines.push(...(text === '' ? [`${indent}(empty)`] : block(text, shape)));
  if (isObject(file)) {
    lines.push(...block(fileFacts(file), shape));
    if (typeof file['url'] === 'string') lines.push(...urlLines(file['url'], shape, style));
  }
  return lines;
}

/** How long a link may be that is shown in one piece. */
const longestLink = 2000;

/** A link in one piece, however long: cut by us it could be neither clicked nor copied. Without blanks it forges no line. */
function urlLines(url: string, shape: BlockOptions, style: Style): string[] {
  const whole = /^[\x21-\x7e]+$/.test(url) && url.length <= longestLink;
  return whole ? [shape.indent + style.cyan(style.link(url, url))] : block(url, shape).map(style.cyan);
}

function fileFacts({ name, size_bytes: size, mime_type: mimeType }: Record<string, unknown>): string {
  const facts = [safeLine(textOf(name ?? '(no name)', 300))];
  if (typeof size === 'number') facts.push(formatBytes(size));
  if (typeof mimeType === 'string') facts.push(safeLine(clip(mimeType, 100)));
  return facts.join('  ');
}

/** At most so many characters of a value as text. Not `String`: an object with a `toString` of its own would make it throw. */
function textOf(value: unknown, max: number): string {
  return typeof value === 'string' ? clip(value, max) : clipText(jsonStart(value, max + 1), max);
}

/** The JSON of a value, as far as it takes to have so many characters of it: there may be a million members. */
function jsonStart(value: unknown, enough: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, enough));
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  if (Array.isArray(value)) {
    let json = '[';
    for (let index = 0; index < value.length && json.length < enough; index += 1)
      json += (index > 0 ? ',' : '') + jsonStart(value[index], enough - json.length);
    return `${json}]`;
  }
  let json = '{';
  for (const key in value) {
    if (json.length >= enough) break;
    json += `${json.length > 1 ? ',' : ''}${jsonStart(key, enough)}:${jsonStart((value as Record<string, unknown>)[key], enough - json.length)}`;
  }
  return `${json}}`;
}

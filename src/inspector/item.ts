import { isObject } from '../contract/field-path.ts';
import type { Auth } from '../contract/bearer.ts';
import { observed, rules, type ObservedId, type RuleId } from '../contract/rules.ts';
import { decodeUtf8 } from '../contract/parse-body.ts';
import { headerObject, shownHeaders } from '../contract/shown-headers.ts';
import type { RawHeader, RawHeaders } from '../http/headers.ts';
import { bodyOf, type JournalEntry, type KeptAnswer } from '../journal/entry.ts';
import { keptAnswer } from '../journal/entry-line.ts';
import type { Received } from '../receiver/inspect.ts';
import type { Answered } from '../receiver/request-lifecycle.ts';
import { startOf } from '../text/safe.ts';

/**
 * One thing that happened, as the feed keeps it. `event` is what reached a receiver; the others are what the other side
 * tells (`mock --json`): a customer's message, a delivery of the bot's, a finding.
 */
export interface FeedItem {
  type: 'event' | 'customer' | 'delivery' | 'finding';
  id: string;
  /** What it takes of the memory, in bytes: about as much. */
  bytes: number;
  counts: { acknowledged: boolean; broken: boolean };
  /** The object of docs/ndjson.md, less a body that is large. Made when somebody asks. */
  frame(): object;
  /** All that is known, but the body. */
  detail(): object;
  /** The bytes that came; null where there are none. */
  body(): Buffer | null;
}

/** From this size on, in bytes, a body is not in the frame: whoever wants it asks for it. */
export const largeBody = 16 * 1024;

/** What an entry takes beside its body, in bytes: headers, and what was found. */
const overhead = 2048;

const maxChatId = 200;

/** A request as the inspector keeps it: without its parsed JSON, which takes many times its bytes. */
interface KeptEvent {
  id: string;
  receivedAt: Date | string;
  method: string;
  target: string;
  /** Null for what a journal tells: it does not keep them. */
  httpVersion: string | null;
  remoteAddress: string | null;
  rawHeaders: RawHeaders;
  body: Buffer | null;
  auth: Auth;
  eventType: string | null;
  chatId: string | null;
  issues: JournalEntry['issues'];
  unknownFields: string[];
  answer: KeptAnswer;
}

/** A request that has just been answered. */
export function eventItem(received: Received, answered: Answered): FeedItem {
  const { json } = received;
  return itemOf({
    id: received.id,
    receivedAt: received.receivedAt,
    method: received.method,
    target: received.target,
    httpVersion: received.httpVersion,
    remoteAddress: received.remoteAddress,
    rawHeaders: received.rawHeaders,
    body: received.body,
    auth: received.auth,
    eventType: received.eventType,
    chatId: chatIdOf(json?.ok ? json.value : null),
    issues: received.issues,
    unknownFields: received.unknownFields,
    answer: keptAnswer(answered),
  });
}

/** A line of a journal. */
export function entryItem(entry: JournalEntry): FeedItem {
  const { id, receivedAt, method, path, headers, auth, eventType, issues, unknownFields, answer } = entry;
  const body = bodyOf(entry);
  const rawHeaders = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): RawHeader => [name, value]),
  );
  // A journal may have been written by anybody.
  const kept = {
    id,
    receivedAt,
    method,
    rawHeaders,
    body,
    auth,
    eventType,
    issues: issues.filter(isIssue),
    unknownFields: unknownFields.filter(isText),
    answer: soundAnswer(answer),
  };
  const chatId = eventType === null ? null : chatIdOf(parsed(body));
  return itemOf({ ...kept, target: path, httpVersion: null, remoteAddress: null, chatId });
}

function isIssue(value: unknown): value is JournalEntry['issues'][number] {
  return isObject(value) && [value['path'], value['message'], value['rule']].every(isText);
}

function soundAnswer({ status, scripted, forwarded }: KeptAnswer): KeptAnswer {
  const isSound =
    isObject(forwarded) &&
    typeof forwarded['ms'] === 'number' &&
    (forwarded['status'] === null || Number.isInteger(forwarded['status'])) &&
    [forwarded['reason'], forwarded['message']].every((words) => words === null || isText(words));
  return { status, ...(isText(scripted) ? { scripted } : {}), ...(isSound && forwarded ? { forwarded } : {}) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function itemOf(event: KeptEvent): FeedItem {
  const { body, issues, answer } = event;
  const { status } = answer;
  return {
    type: 'event',
    id: event.id,
    bytes: (body?.length ?? 0) + overhead,
    counts: { acknowledged: status !== null && status >= 200 && status <= 299, broken: issues.length > 0 },
    frame: () => ({
      type: 'event',
      v: 1,
      ...facts(event),
      headers: headerObject(event.rawHeaders),
      ...(body !== null && body.length > largeBody ? {} : bodyText(body)),
    }),
    detail: () => ({
      type: 'event',
      ...facts(event),
      issues: issues.map((issue) => ({ ...shownIssue(issue), ...sentenceOf(issue.rule) })),
      httpVersion: event.httpVersion,
      remoteAddress: event.remoteAddress,
      rawHeaders: shownHeaders(event.rawHeaders),
    }),
    body: () => body,
  };
}

function facts(event: KeptEvent): object {
  const { id, receivedAt, method, target, auth, eventType, chatId, body, issues, unknownFields, answer } = event;
  return {
    id,
    receivedAt: typeof receivedAt === 'string' ? receivedAt : receivedAt.toISOString(),
    method,
    path: target,
    auth,
    eventType,
    chatId,
    bodyBytes: body?.length ?? null,
    issues: issues.map(shownIssue),
    unknownFields,
    answer,
  };
}

function shownIssue({ path, message, rule }: JournalEntry['issues'][number]): JournalEntry['issues'][number] {
  return { path, message, rule };
}

/** What the rule says in Suvvy's words; null where it was only seen in real integrations. */
function sentenceOf(rule: string): { quote: string | null; gist: string } {
  if (Object.hasOwn(rules, rule)) return rules[rule as RuleId];
  return { quote: null, gist: Object.hasOwn(observed, rule) ? observed[rule as ObservedId] : '' };
}

export function bodyText(body: Buffer | null): { body: string | null } | { bodyBase64: string } {
  if (body === null) return { body: null };
  const text = decodeUtf8(body);
  return text === null ? { bodyBase64: body.toString('base64') } : { body: text };
}

function chatIdOf(value: unknown): string | null {
  if (!isObject(value) || !Object.hasOwn(value, 'chat_id')) return null;
  const { chat_id: chatId } = value;
  if (typeof chatId === 'string' && chatId.length > maxChatId) return startOf(chatId, maxChatId);
  return typeof chatId === 'string' || typeof chatId === 'number' ? String(chatId) : null;
}

function parsed(body: Buffer | null): unknown {
  try {
    return body && JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

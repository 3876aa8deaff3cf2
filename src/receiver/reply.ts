import { verifyBearer, type Auth } from '../contract/bearer.ts';
import type { Issue } from '../contract/issue.ts';
import { observed, rules, type ObservedId, type RuleId } from '../contract/rules.ts';
import { headerValues } from '../http/headers.ts';
import { jsonAnswer, type Answer } from './answer.ts';
import type { Capture } from './capture.ts';
import type { Received } from './inspect.ts';

/** The answer to a request whose body was read: 200, 400, or with `strict` 422. An unknown event type gets a 200. */
export function reply(
  received: Pick<Received, 'json' | 'issues'>,
  { strict = false }: { strict?: boolean } = {},
): Answer {
  const { json, issues } = received;
  if (!json?.ok) return refusal(400, `the body is not JSON${json ? `: ${withoutQuotes(json.message)}` : ''}`);
  if (strict && issues.length > 0) return refusal(422, `the body breaks the contract: ${breach(issues)}`);
  return accepted;
}

export interface RefuseOptions {
  secret?: string | null | undefined;
  /** The result of `verifyBearer`, if it is already known. */
  auth?: Auth;
  /** The only path that gets an answer; without it, every path does. */
  path?: string | undefined;
  maxBodyBytes: number;
}

type HeadLines = Pick<Capture, 'method' | 'path' | 'rawHeaders'>;

/** The refusal that the head of a request already justifies: 404, 403, 405, 401, 415, 413; or null. */
export function refuse(head: HeadLines, options: RefuseOptions): Answer | null {
  return (
    refusePath(head, options.path) ??
    refuseOrigin(head) ??
    refuseMethod(head) ??
    refuseSender(head, options) ??
    refuseContent(head) ??
    refuseLength(head, options.maxBodyBytes)
  );
}

/** 413, by the declared length or by the number of bytes that came. */
export function tooLarge(maxBodyBytes: number): Answer {
  return refusal(413, `the body is larger than the limit of ${maxBodyBytes} bytes`);
}

/** 503: too much arrived at the same time, so this body was dropped. */
export const crowdedOut: Answer = refusal(503, 'too much is arriving at once: send it again later', {
  'Retry-After': '1',
});

/** 500: only for our own failures, never because of what a client sent. */
export function failed(error: string): Answer {
  return refusal(500, error);
}

const accepted: Answer = jsonAnswer(200, { ok: true });

function refusal(status: number, error: string, headers?: Record<string, string>): Answer {
  return jsonAnswer(status, { error }, headers);
}

function refusePath({ path }: HeadLines, only: string | undefined): Answer | null {
  return only === undefined || path === only ? null : refusal(404, `not found: this receiver answers only on ${only}`);
}

/**
 * Recognises a request of a web page in a browser: Suvvy's requests have neither header. Any `Origin` is refused,
 * because a host name that was made to point here (DNS rebinding) gives a page an origin that looks like ours.
 */
function refuseOrigin({ rawHeaders }: HeadLines): Answer | null {
  const crossSite = headerValues(rawHeaders, 'sec-fetch-site').some((value) => value.toLowerCase() === 'cross-site');
  const page = headerValues(rawHeaders, 'origin').length > 0;
  return crossSite || page ? refusal(403, 'the request comes from a web page') : null;
}

function refuseMethod({ method }: HeadLines): Answer | null {
  if (method === 'POST') return null;
  return refusal(405, `${method} is not accepted: an event is a POST (R6)`, { Allow: 'POST' });
}

function refuseSender({ rawHeaders }: HeadLines, { secret, auth }: RefuseOptions): Answer | null {
  const values = headerValues(rawHeaders, 'authorization');
  const verdict = auth ?? verifyBearer(values, secret);
  if (verdict === 'ok' || verdict === 'unchecked') return null;
  const found =
    verdict === 'missing'
      ? 'the Authorization header is missing'
      : values.length > 1
        ? 'there is more than one Authorization header'
        : 'the Authorization header does not match';
  return refusal(401, `${found}: it must be Bearer and the webhook secret (R7)`, { 'WWW-Authenticate': 'Bearer' });
}

function refuseContent({ rawHeaders }: HeadLines): Answer | null {
  if (!headerValues(rawHeaders, 'content-encoding').every(isIdentity)) {
    return refusal(415, 'Content-Encoding is not accepted: send the body as it is');
  }
  if (!headerValues(rawHeaders, 'content-type').every(isJsonType)) {
    return refusal(415, 'Content-Type must be application/json (R6)');
  }
  return null;
}

function isIdentity(encoding: string): boolean {
  return encoding === '' || encoding.toLowerCase() === 'identity';
}

function isJsonType(contentType: string): boolean {
  if (contentType === '' || contentType === 'application/json') return true;
  const semicolon = contentType.indexOf(';');
  const mediaType = (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  return mediaType === 'application/json' || (mediaType.includes('/') && mediaType.endsWith('+json'));
}

function refuseLength({ rawHeaders }: HeadLines, maxBodyBytes: number): Answer | null {
  const [length] = headerValues(rawHeaders, 'content-length');
  return length !== undefined && Number(length) > maxBodyBytes ? tooLarge(maxBodyBytes) : null;
}

/** The first problem, in the words of the contract. Values are left out: they may be anything, even the secret. */
function breach([first, ...others]: readonly Issue[]): string {
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return first ? `${first.path} (${first.rule}: ${gistOf(first.rule)})${more}` : '';
}

function gistOf(id: RuleId | ObservedId): string {
  return id in rules ? rules[id as RuleId].gist : observed[id as ObservedId];
}

/** The parser's message up to the point where it begins to quote the body. */
function withoutQuotes(message: string): string {
  const start = message.search(/,? (\.\.\.)?"/);
  return start === -1 ? message : message.slice(0, start);
}

import { verifyBearer, type Auth } from '../contract/bearer.ts';
import { parseEvent, type ParsedEvent } from '../contract/event.ts';
import type { SuvvyEvent, UnknownEvent } from '../contract/event-types.ts';
import type { Issue } from '../contract/issue.ts';
import { parseBody, type ParsedBody } from '../contract/parse-body.ts';
import { headerValues } from '../http/headers.ts';
import { assetLinkIssues } from './asset-links.ts';
import type { Capture } from './capture.ts';

/** A capture that was inspected. */
export interface Received extends Capture {
  auth: Auth;
  /** Null if there is no body to read. */
  json: ParsedBody | null;
  /** `event_type`, if it is a string, also in a body that breaks the contract. */
  eventType: string | null;
  /** The event as it came, wherever `eventType` is not null: also one that breaks the contract (see `issues`). */
  event: SuvvyEvent | UnknownEvent | null;
  /** Null where the body is not JSON. */
  parsed: ParsedEvent | null;
  /** The places where the body breaks the contract. */
  issues: Issue[];
  /** Paths of fields that Suvvy's page does not list. */
  unknownFields: string[];
}

export interface InspectOptions {
  /** The webhook secret; without one, nothing is checked (`no-secret-no-header`). */
  secret?: string | null | undefined;
  /** What `verifyBearer` said, where that is known already: it costs two hashes. */
  auth?: Auth | undefined;
}

/** Checks a capture against the contract. Never throws, whatever the bytes. */
export function inspect(capture: Capture, { secret, auth }: InspectOptions = {}): Received {
  const json = capture.body === null ? null : parseBody(capture.body);
  const eventType = json?.ok ? eventTypeOf(json.value) : null;
  const parsed = json?.ok ? parseEvent(json.value) : null;
  return {
    // Field by field: spreading takes as long as the rest of this function.
    id: capture.id,
    receivedAt: capture.receivedAt,
    method: capture.method,
    target: capture.target,
    path: capture.path,
    httpVersion: capture.httpVersion,
    rawHeaders: capture.rawHeaders,
    remoteAddress: capture.remoteAddress,
    body: capture.body,
    auth: auth ?? verifyBearer(headerValues(capture.rawHeaders, 'authorization'), secret),
    json,
    eventType,
    event: eventType !== null && json?.ok ? (json.value as SuvvyEvent | UnknownEvent) : null,
    parsed,
    issues: issuesOf(capture, json, parsed),
    unknownFields: parsed?.unknownFields ?? [],
  };
}

function issuesOf({ body }: Capture, json: ParsedBody | null, parsed: ParsedEvent | null): Issue[] {
  const issues = parsed?.ok === false ? parsed.issues : [];
  const links = body && json?.ok ? assetLinkIssues(body, json.value) : [];
  return links.length > 0 ? [...issues, ...links] : issues;
}

function eventTypeOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'event_type')) return null;
  const { event_type: eventType } = value as { event_type: unknown };
  return typeof eventType === 'string' ? eventType : null;
}

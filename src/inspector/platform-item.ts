import { isAcknowledged } from '../contract/limits.ts';
import type { Redactor } from '../contract/redact.ts';
import { headerObject, shownHeaders } from '../contract/shown-headers.ts';
import { wireHeaders } from '../delivery/payload.ts';
import type { CustomerEvent, DeliveryEvent, PlatformEvent } from '../platform/events.ts';
import { lineOf } from '../platform/records.ts';
import { formatStep } from '../receiver/parse-script.ts';
import { bodyText, largeBody, type FeedItem } from './item.ts';

/** What an item takes beside its body, in bytes. */
const overhead = 4096;

/**
 * What happened between an app and the other side: the object of `mock --json`, with the fields that every event of the
 * inspector has.
 *
 * @param id of the item, where the event has none of its own
 */
export function platformItem(event: PlatformEvent, id: string, redact: Redactor): FeedItem {
  switch (event.kind) {
    case 'customer':
      return customerItem(event, redact);
    case 'delivery':
      return deliveryItem(event, id, redact);
    case 'finding':
      return findingItem(event, id, redact);
  }
}

function customerItem(event: CustomerEvent, redact: Redactor): FeedItem {
  const { request, status, problems } = event;
  const { posted: body, step } = request;
  const facts = (): object => ({
    ...lineOf(event, redact),
    path: request.target,
    auth: request.auth,
    eventType: null,
    issues: problems.map(({ path, message, type }) => ({ path, message, rule: type })),
    unknownFields: [],
    answer: { status, ...(step ? { scripted: formatStep(step) } : {}) },
  });
  return {
    type: 'customer',
    id: request.id,
    bytes: (body?.length ?? 0) + overhead,
    // What breaks the table is told of by a finding as well.
    counts: { acknowledged: status !== null && isAcknowledged(status), broken: false },
    frame: () => ({
      ...facts(),
      headers: headerObject(request.rawHeaders),
      ...(body !== null && body.length > largeBody ? {} : bodyText(body)),
    }),
    detail: () => ({
      ...facts(),
      issues: problems.map(({ path, message, type, sentence }) => ({
        path,
        message,
        rule: type,
        quote: sentence,
        gist: '',
      })),
      httpVersion: request.httpVersion,
      remoteAddress: request.remoteAddress,
      rawHeaders: shownHeaders(request.rawHeaders),
    }),
    body: () => body,
  };
}

function deliveryItem(event: DeliveryEvent, id: string, redact: Redactor): FeedItem {
  const { payload, url, outcome, verdict } = event.delivery;
  const body = Buffer.from(payload.body);
  const headers = wireHeaders(payload, url);
  const status = outcome.response?.status ?? null;
  const facts = (): object => ({
    ...lineOf(event, redact),
    // Its body stands beside it.
    request: undefined,
    id,
    receivedAt: outcome.startedAt.toISOString(),
    method: payload.method,
    path: url.pathname + url.search,
    auth: 'unchecked',
    eventType: event.chatId === null ? 'test_request' : 'new_messages',
    bodyBytes: body.length,
    issues: [],
    unknownFields: [],
    answer: {
      status,
      forwarded: { status, ms: outcome.timing.totalMs, reason: verdict.reason, message: verdict.sentence },
    },
  });
  return {
    type: 'delivery',
    id,
    bytes: body.length + overhead,
    counts: { acknowledged: verdict.delivered, broken: false },
    frame: () => ({ ...facts(), headers: headerObject(headers), ...(body.length > largeBody ? {} : bodyText(body)) }),
    detail: () => ({ ...facts(), httpVersion: '1.1', remoteAddress: null, rawHeaders: shownHeaders(headers) }),
    body: () => body,
  };
}

function findingItem(event: Extract<PlatformEvent, { kind: 'finding' }>, id: string, redact: Redactor): FeedItem {
  const frame = (): object => lineOf(event, redact);
  return {
    type: 'finding',
    id,
    bytes: overhead,
    counts: { acknowledged: false, broken: event.finding.level === 'error' },
    frame,
    detail: frame,
    body: () => null,
  };
}

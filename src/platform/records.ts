import type { Redactor } from '../contract/redact.ts';
import { deliveryRecord } from '../delivery/record.ts';
import { formatStep } from '../receiver/parse-script.ts';
import type { CustomerEvent, DeliveryEvent, PlatformEvent } from './events.ts';
import type { Finding } from './findings/finding.ts';

/**
 * An event as a line of a recording: version 2 of the journal. Attachments are told of, not kept. A message is kept
 * before anybody knows whether the bot will answer it.
 */
export function recordOf(event: PlatformEvent, redact: Redactor): object {
  return { v: 2, kind: event.kind, ...fieldsOf(event, redact), silent: undefined };
}

/** An event as a line of `mock --json`. */
export function lineOf(event: PlatformEvent, redact: Redactor): object {
  return { type: event.kind, ...fieldsOf(event, redact) };
}

function fieldsOf(event: PlatformEvent, redact: Redactor): object {
  switch (event.kind) {
    case 'customer':
      return customerFields(event);
    case 'delivery':
      return deliveryFields(event, redact);
    case 'finding':
      return findingFields(event.finding);
  }
}

function customerFields({ request, status, problems, silent }: CustomerEvent): object {
  const { decision, step } = request;
  const message = decision?.message ?? null;
  return {
    id: request.id,
    receivedAt: request.receivedAt.toISOString(),
    method: request.method,
    path: request.target,
    bodyBytes: request.bodyBytes,
    chatId: decision?.chatId ?? null,
    messageId: decision?.messageId ?? null,
    sender: message?.sender ?? null,
    source: message?.source ?? null,
    text: message?.text ?? null,
    attachments: message?.attachments ?? [],
    clientName: message?.clientName ?? null,
    clientPhone: message?.clientPhone ?? null,
    status,
    ...(step ? { scripted: formatStep(step) } : {}),
    problems: problems.map(({ path, message: words, sentence, type }) => ({ path, message: words, sentence, type })),
    assumptions: decision?.assumptions ?? [],
    silent,
  };
}

function deliveryFields({ delivery, chatId, inReplyTo }: DeliveryEvent, redact: Redactor): object {
  const { type: _, ...fields } = deliveryRecord(delivery, redact) as { type: string };
  return { chatId, inReplyTo, ...fields };
}

function findingFields({ id, level, chatId, message, messages, assumptions }: Finding): object {
  return {
    id,
    level,
    chatId,
    message,
    messages: messages.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    assumptions,
  };
}

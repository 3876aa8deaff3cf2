import { isObject } from '../../contract/field-path.ts';
import { messageTypes } from '../../contract/message-types.ts';
import type { Delivery } from '../../delivery/attempt.ts';
import type { CustomerEvent, DeliveryEvent, PlatformEvent } from '../../platform/events.ts';
import type { Evidence, Finding } from '../../platform/findings/finding.ts';
import type { PlatformTally } from '../../platform/tally.ts';
import { isAcknowledged } from '../../contract/limits.ts';
import { formatStep } from '../../receiver/parse-script.ts';
import { messageListLines } from '../../sinks/card.ts';
import { block } from '../../text/layout.ts';
import { clip, safeLine } from '../../text/safe.ts';
import { count, formatBytes, grouped } from '../../text/units.ts';
import { deliveryLines, type DeliveryView } from '../delivering/lines.ts';

export type ConversationView = Omit<DeliveryView, 'nameWidth'>;

/** From this width on, in columns, the bot stands on the right. */
const wide = 72;

/** So far to the right at the most, in columns: a pipe has no width at all. */
const maxLeft = 40;

const maxText = 8;
const maxList = 10;

/** What happened, in lines for a person: the customer on the left, we on the right. A finding belongs to what is above. */
export function conversationLines(event: PlatformEvent, view: ConversationView): string[] {
  switch (event.kind) {
    case 'customer':
      return ['', ...customerLines(event, view)];
    case 'delivery':
      return ['', ...deliveryCard(event, view)];
    case 'finding':
      return findingLines(event.finding, view);
  }
}

function customerLines(event: CustomerEvent, { style }: ConversationView): string[] {
  const { request, status, problems, silent } = event;
  const message = request.decision?.message ?? null;
  const isTaken = status !== null && isAcknowledged(status);
  const mark = isTaken ? style.green(`✔ ${status}`) : style.red(`✘ ${status ?? 'no answer'}`);
  const plainMark = `✔ ${status ?? 'no answer'}`;
  const time = timeOf(request.receivedAt);
  const say = (text: string, maxLines = 3): string[] => block(text, { indent: '  ', columns: style.columns, maxLines });
  const [first = '', ...rest] = block(factsOf(event).join(' · '), {
    indent: ' '.repeat(time.length + plainMark.length + 4),
    columns: style.columns,
    maxLines: 3,
  });
  const attachments = message?.attachments ?? [];
  const files = attachments
    .slice(0, maxList)
    .flatMap(({ fileType, fileName, bytes, mimeType }) =>
      say(`${messageTypes[fileType].icon} ${safeLine(clip(fileName, 200))}  ${formatBytes(bytes)}  ${mimeType}`),
    );
  const notes = silent === null ? [] : [`→ no reply: ${silent}`];
  if (status === 403 && !request.decision) notes.push('→ it has an Origin: a web page may not post here');
  const scripted = request.step ? formatStep({ ...request.step, times: 1 }) : '200';
  // A 200 is what there is without a script too.
  if (scripted !== '200') notes.push(`→ a script or a rule says ${scripted}`);
  if (request.decision?.assumptions.includes('api-check-order'))
    notes.push(`→ ${status} comes before what is wrong with the body (assumed: api-check-order)`);
  return [
    `${style.dim(time)}  ${mark}  ${style.bold(first.trimStart())}`,
    ...rest.map(style.bold),
    ...(message?.text ? say(message.text, maxText) : []),
    ...files,
    ...(attachments.length > maxList ? [`  … and ${count(attachments.length - maxList, 'more file')}`] : []),
    ...problems
      .slice(0, maxList)
      .flatMap(({ path, message: words, sentence }) =>
        say(`✘ ${path} ${words}${sentence === null ? '' : ` (${sentence})`}`).map(style.red),
      ),
    ...(problems.length > maxList ? [`  … and ${count(problems.length - maxList, 'more problem')}`] : []),
    ...notes.flatMap((note) => say(note).map(style.yellow)),
  ];
}

function factsOf({ request }: CustomerEvent): string[] {
  const { decision, method, target } = request;
  if (!decision) return [`${method} ${safeLine(clip(target, 200))}`];
  const { message, chatId, messageId } = decision;
  const facts: string[] = [message?.sender ?? 'message'];
  if (message?.clientName) facts.push(safeLine(clip(message.clientName, 60)));
  if (chatId !== null) facts.push(`chat ${safeLine(clip(chatId, 60))}`);
  if (messageId !== null) facts.push(safeLine(clip(messageId, 60)));
  if (message) facts.push(safeLine(clip(message.source, 40)));
  return facts;
}

function deliveryCard({ delivery, chatId }: DeliveryEvent, view: ConversationView): string[] {
  const { style } = view;
  const left = style.columns >= wide ? Math.min(maxLeft, Math.floor(style.columns * 0.4)) : 4;
  // Narrower by what stands before it.
  const narrow: ConversationView = { ...view, style: { ...style, columns: style.columns - left } };
  const event = bodyOf(delivery);
  const sender = senderOf(event);
  const facts = [sender, ...(chatId === null ? [] : [`chat ${safeLine(clip(chatId, 60))}`])].join(' · ');
  const [head = '', ...more] = block(facts, { indent: '', columns: style.columns - left - 10, maxLines: 3 });
  const lines = [
    `${style.dim(timeOf(delivery.outcome.startedAt))}  ${style.bold(head)}`,
    ...more.map((line) => ' '.repeat(10) + style.bold(line)),
    ...messageListLines(event, narrow.style),
    ...deliveryLines(
      { ...delivery, payload: { ...delivery.payload, name: 'webhook' } },
      { ...narrow, nameWidth: 'webhook'.length },
    ),
  ];
  return lines.map((line) => ' '.repeat(left) + line);
}

function bodyOf({ payload }: Delivery): unknown {
  try {
    return JSON.parse(Buffer.from(payload.body).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function senderOf(event: unknown): string {
  if (!isObject(event)) return 'an event';
  if (event['event_type'] === 'test_request') return 'the test button';
  const [first] = Array.isArray(event['new_messages']) ? (event['new_messages'] as unknown[]) : [];
  return isObject(first) && first['message_sender'] === 'employee' ? 'employee' : 'bot';
}

function findingLines({ id, level, message, messages }: Finding, { style }: ConversationView): string[] {
  const [mark, paint] = { error: ['✘', style.red], warning: ['!', style.yellow], note: ['·', style.dim] }[level] as [
    string,
    (text: string) => string,
  ];
  const shape = { columns: style.columns, maxLines: 4 };
  // The card of the message has said what is wrong with it.
  const isSaid = id === 'message/invalid';
  const evidence = level === 'error' && !isSaid ? messages : [];
  const remedy = id === 'loop/self-talk' ? ['→ leave out what your own bot wrote, before you post to Suvvy'] : [];
  return [
    ...block(`${mark} ${id}: ${isSaid ? 'it never reaches the bot' : message}`, { ...shape, indent: '  ' }).map(paint),
    ...evidence.flatMap((one) => block(evidenceText(one), { ...shape, indent: '      ', maxLines: 2 })).map(style.dim),
    ...remedy.flatMap((line) => block(line, { ...shape, indent: '  ' })).map(style.yellow),
  ];
}

function evidenceText({ at, from, messageId, text }: Evidence): string {
  const id = messageId === null ? '' : ` ${safeLine(clip(messageId, 40))}`;
  return `${timeOf(at)} ${from}${id}: ${safeLine(clip(text, 120))}`;
}

function timeOf(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

/** `3 messages taken · 1 refused (422 1) · 3 replies sent, 3 delivered · 1 error, 0 warnings`, and each kind found. */
export function totalLines(tally: PlatformTally, { style }: ConversationView): string[] {
  const { requests, accepted, refused, sent, delivered, findings, found } = tally;
  const statuses = Object.entries(refused).map(([status, times]) => `${status} ${grouped(times)}`);
  const parts = [`${count(accepted, 'message')} taken`];
  if (requests > accepted) parts.push(`${grouped(requests - accepted)} refused (${statuses.join(', ')})`);
  parts.push(`${count(sent, 'event')} sent, ${grouped(delivered)} delivered`);
  parts.push(`${count(findings.error, 'error')}, ${count(findings.warning, 'warning')}`);
  const kinds = Object.entries(found).map(([id, times]) => `  ${id} (${grouped(times)}x)`);
  const [first = '', ...rest] = block(parts.join(' · '), { indent: '  ', columns: style.columns, maxLines: 10 });
  return ['', first.trimStart(), ...rest, ...kinds];
}

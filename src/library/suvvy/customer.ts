import { isAcknowledged } from '../../contract/limits.ts';
import type { Redactor } from '../../contract/redact.ts';
import type { CustomerMessage } from '../../platform/api/validate.ts';
import type { CustomerEvent } from '../../platform/events.ts';
import type { Finding } from '../../platform/findings/finding.ts';
import { clipText, safeLine } from '../../text/safe.ts';
import { veil } from '../../text/veil.ts';

/** A message that the app posted to Suvvy's API, and that the API could read. Printed, it has no secret in it. */
export interface CustomerArrival extends CustomerMessage {
  /** When it came. */
  receivedAt: Date;
  /** The status that it was answered with; null where no answer went out: hang, reset, or the app had left. */
  status: number | null;
  /** Why the bot says nothing to it, in a sentence; null where it may. */
  silent: string | null;
}

/** A request to the API: a message, or what the API could not read as one. */
export interface ApiArrival {
  event: CustomerEvent;
  /** Null where the API refused it for what it is. */
  message: CustomerArrival | null;
  /** What was found in it. */
  findings: Finding[];
}

export function apiArrival(event: CustomerEvent, redactor: Redactor): ApiArrival {
  const { request, status, silent } = event;
  const message = request.decision?.message ?? null;
  if (!message) return { event, message, findings: [] };
  const arrival: CustomerArrival = { ...message, receivedAt: request.receivedAt, status, silent };
  const show = (): unknown => redactor.leaves({ ...arrival, receivedAt: arrival.receivedAt.toISOString() });
  return { event, message: veil(arrival, show), findings: [] };
}

/** A finding that is printed without a secret. */
export function veilFinding(finding: Finding, redactor: Redactor): Finding {
  return veil(finding, () =>
    redactor.leaves({
      ...finding,
      messages: finding.messages.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    }),
  );
}

/** What an error says of it, and why it was not what was waited for: `POST /… 401: Authorization is missing`. */
export function describeApiArrival(arrival: ApiArrival, isGiven: boolean): string {
  const why = isGiven ? 'an earlier call was given it' : whyNot(arrival);
  return safeLine(`${nameOf(arrival)}${why === null ? '' : `: ${why}`}`);
}

function nameOf({ event: { request, status }, message }: ApiArrival): string {
  const answer = status ?? 'no answer';
  const { chatId = null, messageId = null } = request.decision ?? {};
  if (chatId === null && messageId === null) return `${request.method} ${clipText(request.target, 100)} ${answer}`;
  const chat = chatId === null ? 'no chat' : `chat ${clipText(chatId, 60)}`;
  const words = [chat, clipText(messageId ?? 'no id', 60), answer, ...(message ? [contentOf(message)] : [])];
  return words.join(' ');
}

function contentOf({ text, attachments }: CustomerArrival): string {
  if (text !== null) return JSON.stringify(clipText(text, 80));
  return attachments
    .slice(0, 3)
    .map(({ fileType, fileName }) => `${fileType} ${clipText(fileName, 40)}`)
    .join(', ');
}

function whyNot({ event: { request, status, problems }, message, findings }: ApiArrival): string | null {
  const [problem] = problems;
  if (problem) return `${problem.path} ${problem.message}`;
  if (status === null) return 'the connection was held or reset, or the app left';
  if (request.step && !isAcknowledged(status)) return 'answerWith has the API refuse it';
  const finding = findings.find(({ level }) => level !== 'note');
  if (finding) return `${finding.id}, ${finding.message}`;
  return message?.sender === 'employee' ? 'an employee wrote it' : null;
}

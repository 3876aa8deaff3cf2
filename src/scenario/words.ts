import type { CustomerMessage } from '../platform/api/validate.ts';
import type { CustomerEvent } from '../platform/events.ts';
import type { Matcher } from '../platform/matcher.ts';
import { clipText } from '../text/safe.ts';
import { count, formatMs } from '../text/units.ts';
import type { Sent } from './messenger.ts';
import type { Step } from './scenario.ts';

const maxText = 120;
const maxListed = 3;

/** What a step does, in a few words. */
export function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'post':
      return `post to ${step.url}`;
    case 'customer':
    case 'messenger':
      return `expect ${step.kind}${matcherWords(step.matcher)}`;
    case 'nothing':
      return `expect nothing${step.from ? ` from ${step.from}` : ''}${matcherWords(step.matcher)}`;
    case 'say':
      return `${step.sender === 'ai' ? 'bot' : 'employee'}: ${step.parts
        .map(({ type, content }) => (type === 'text' ? quote(content) : `${type} ${content}`))
        .join(', ')}`;
  }
}

/** What a step wants, in one sentence. */
export function expectedWords(step: Step): string {
  switch (step.kind) {
    case 'post':
      return '2xx from the app';
    case 'say':
      if (!step.delivered) return 'the webhook does not take it';
      return step.fetchedMs === null
        ? 'delivered'
        : `delivered, and its files downloaded within ${formatMs(step.fetchedMs)}`;
    case 'nothing':
      return `${stepTitle(step).replace('expect ', '')} for ${formatMs(step.forMs)}`;
    default:
      return `${stepTitle(step).replace('expect ', '')} within ${formatMs(step.withinMs)}`;
  }
}

function matcherWords({ text, type, chat_id: chatId }: Matcher): string {
  const parts = [
    ...(type === undefined ? [] : [type]),
    ...(text === undefined ? [] : [textWords(text)]),
    ...(chatId === undefined ? [] : [`chat ${clipText(chatId, 60)}`]),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

function textWords(text: NonNullable<Matcher['text']>): string {
  if (typeof text === 'string') return quote(text);
  return 'contains' in text ? `with ${quote(text.contains)}` : `matching ${String(text.match)}`;
}

function quote(text: string): string {
  return `"${clipText(text.replaceAll(/\s+/g, ' ').trim(), maxText)}"`;
}

/** A customer's message in a few words. */
export function customerWords({ chatId, text, attachments }: CustomerMessage): string {
  const files = attachments.map(({ fileType, fileName }) => `${fileType} ${clipText(fileName, 60)}`);
  return `chat ${clipText(chatId, 60)}: ${[...(text === null ? [] : [quote(text)]), ...files].join(', ')}`;
}

/** A request to the messenger in a few words: what was said in it stands nearer its end than its ids. */
export function sentWords({ method, target, body }: Sent): string {
  return `${method} ${clipText(target, 60)}${body === '' ? '' : ` ${clipText(body.replaceAll(/\s+/g, ' '), 160)}`}`;
}

/** What the API did not take as a customer's message, in a few words. */
export function otherWords({ request, status, problems }: CustomerEvent): string {
  const [first] = problems;
  const message = request.decision?.message ?? null;
  if (!first && message) return `an ${message.sender}'s message in ${customerWords(message)}`;
  const why = first ? `: ${first.path} ${first.message}` : '';
  return `${request.method} ${clipText(request.path, 60)} answered ${status ?? 'nothing'}${why}`;
}

/** The last of what came, in a sentence; null where nothing did. */
export function listed(words: readonly string[]): string | null {
  if (words.length === 0) return null;
  const left = words.length - maxListed;
  const shown = words.slice(-maxListed).join('; ');
  return left > 0 ? `${shown} (and ${count(left, 'more')} before)`.replace('mores', 'more') : shown;
}

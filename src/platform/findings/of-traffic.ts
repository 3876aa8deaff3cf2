import { apiStatuses } from '../../contract/api/fields.ts';
import type { ApiRequest } from '../api/protocol.ts';
import type { ApiProblem } from '../api/validate.ts';
import type { Reply } from '../courier.ts';
import type { SaidContent } from '../said-event.ts';
import type { DeliveryEvent } from '../events.ts';
import { findingOf, type Finding } from './finding.ts';
import { evidenceOf } from './loop.ts';

/** A message that was refused (`message/invalid`), with the first place where it is wrong and the answer that it got. */
export function invalidFinding(request: ApiRequest, status: number | null, problems: readonly ApiProblem[]): Finding {
  const { decision, receivedAt: at } = request;
  const [first, ...others] = problems;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const words = status === null ? 'got no answer' : `was answered ${answerWords(status)}`;
  const rule = first?.sentence ? ` (${first.sentence})` : '';
  const message = `${first?.path ?? ''} ${first?.message ?? ''}${rule}${more}: the message ${words}, and is lost`;
  const messageId = decision?.messageId ?? null;
  return findingOf('message/invalid', {
    chatId: decision?.chatId ?? null,
    message,
    messages: messageId === null ? [] : [{ from: 'customer', messageId, text: '', at }],
    assumptions: decision?.assumptions ?? [],
  });
}

function answerWords(status: number): string {
  return status in apiStatuses ? `${status} (${apiStatuses[status as keyof typeof apiStatuses]})` : String(status);
}

/** A reply that the webhook did not take (`reply/undelivered`); null where it did, or where we gave it up ourselves. */
export function undeliveredFinding(event: DeliveryEvent, { message }: Reply, said: SaidContent): Finding | null {
  const { delivery, chatId } = event;
  const { verdict, outcome } = delivery;
  if (verdict.passed || verdict.reason === 'interrupted') return null;
  const text = (said.texts[0] ?? said.files[0]?.name ?? delivery.payload.name).slice(0, 200);
  return findingOf('reply/undelivered', {
    chatId,
    message: `${verdict.sentence ?? 'the webhook did not take it'}: Suvvy would mark it undelivered`,
    messages: [
      ...(message ? [evidenceOf(message)] : []),
      { from: said.sender, messageId: null, text, at: outcome.startedAt },
    ],
  });
}

import type { VNode } from 'preact';
import { entryOf } from '../messages.ts';
import type { Seen } from '../store.ts';
import { clipped, visible } from '../visible.ts';
import { formatMs } from '../view/formats.ts';
import { useWords } from '../view/store-context.ts';
import { Fact, Facts } from './message-tab.tsx';

/** What was answered, where that came from, and what Suvvy makes of it. */
export function AnswerTab({ seen }: { seen: Seen }): VNode {
  const words = useWords();
  const { answer, auth, type } = seen.event;
  const isCustomer = type === 'customer';
  const conclusion = seen.isAcknowledged
    ? isCustomer
      ? words.takenLong
      : words.ackLong
    : isCustomer
      ? words.untakenLong
      : words.nackLong;
  const { status, scripted, forwarded } = answer;
  return (
    <>
      <p class="status" data-ok={seen.isAcknowledged}>
        {status ?? words.neverAnswered}
      </p>
      <p class="dim">{conclusion}</p>
      <Facts>
        {scripted !== undefined && (
          <Fact name={words.scripted}>
            <code>{visible(scripted)}</code>
          </Fact>
        )}
        {forwarded && (
          <>
            <Fact name={words.forwarded}>
              {forwarded.status ?? words.noAnswer} ·{' '}
              {forwarded.message === null ? words.delivered : visible(forwarded.message)}
            </Fact>
            <Fact name={words.forwardedMs}>{formatMs(forwarded.ms, words)}</Fact>
          </>
        )}
        {type !== 'delivery' && (
          <Fact name={isCustomer ? words.token : words.auth}>{entryOf(words.auths, auth) ?? clipped(auth, 40)}</Fact>
        )}
      </Facts>
    </>
  );
}

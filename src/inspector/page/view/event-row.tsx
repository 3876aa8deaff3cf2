import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { EventFrame } from '../frames.ts';
import { entryOf, messagesOf, type Message, type Messages } from '../messages.ts';
import { reasonOf, type Seen } from '../store.ts';
import { clipped, visible } from '../visible.ts';
import { formatBytes, formatTime } from './formats.ts';
import { Icon } from './icons.tsx';
import { Media } from './media.tsx';
import { useStore, useWords } from './store-context.ts';

/** One request: what was said in it, and under it how it was answered. */
export function EventRow({ seen }: { seen: Seen }): VNode {
  const { selectedId, select, pane, group } = useStore();
  const words = useWords();
  const { event, findings } = seen;
  const isSelected = selectedId.value === event.id;
  const open = (): void => {
    select(event.id);
    pane.value = 'details';
  };
  return (
    <li class="event" data-type={event.type} data-selected={isSelected} id={`event-${event.id}`}>
      <Said seen={seen} />
      <button type="button" class="verdict" aria-current={isSelected} data-ok={seen.isAcknowledged} onClick={open}>
        {group.value === 'all' && event.chatId !== null && (
          <bdi class="clip">{words.chat(clipped(event.chatId, 60))}</bdi>
        )}
        <Icon name={seen.isAcknowledged ? 'check' : 'cross'} />
        <span class="verdict-status">{event.answer.status ?? words.noAnswer}</span>
        {event.issues.length > 0 && <span class="warn">{words.problems(event.issues.length)}</span>}
        {event.answer.forwarded?.message && (
          <span class="bad clip">{clipped(event.answer.forwarded.message, 100)}</span>
        )}
        <time>{formatTime(event.receivedAt)}</time>
      </button>
      {event.silent && <p class="dim note">{words.noReply(clipped(event.silent, 200))}</p>}
      {findings.map(({ seq, id, level, message }) => (
        <p key={seq} class="finding" data-level={level}>
          <code>{id}</code> {clipped(message, 400)}
        </p>
      ))}
    </li>
  );
}

function Said({ seen }: { seen: Seen }): VNode {
  const words = useWords();
  const { event, messages } = seen;
  const loaded = useSignal<Messages | null>(null);
  const { shown, more } = loaded.value ?? messages;
  if (shown.length === 0) return <Request event={event} onLoad={(body) => (loaded.value = messagesOf(body))} />;
  return (
    <>
      {shown.map((message, index) => (
        <Bubble
          key={message.index}
          event={event}
          message={message}
          isFirst={shown[index - 1]?.sender !== message.sender}
        />
      ))}
      {more > 0 && <p class="dim right">{words.moreMessages(more)}</p>}
    </>
  );
}

/** What is no conversation: the test button, a refused request, a body that is large or broken. */
function Request({ event, onLoad }: { event: EventFrame; onLoad(body: string): void }): VNode {
  const { api, say } = useStore();
  const words = useWords();
  const isLarge =
    event.type !== 'customer' && event.body === undefined && event.bodyBase64 === undefined && event.bodyBytes !== null;
  const load = async (): Promise<void> => {
    try {
      const { bytes } = await api.bytes(`/v1/events/${event.id}/body`);
      onLoad(new TextDecoder().decode(bytes));
    } catch (error) {
      say(reasonOf(error));
    }
  };
  return (
    <div class="request">
      {event.eventType === 'test_request' ? (
        <span>{words.testButton}</span>
      ) : (
        <code class="clip">
          <bdi>{clipped(event.eventType ?? `${event.method} ${event.path}`, 200)}</bdi>
        </code>
      )}
      {event.bodyBytes === null && <span class="dim">{words.refusedUnread}</span>}
      {isLarge && (
        <button type="button" class="button" onClick={load}>
          {words.showBody(formatBytes(event.bodyBytes ?? 0, words))}
        </button>
      )}
    </div>
  );
}

/** The side says who speaks: the customer on the left, Suvvy's side on the right. */
function Bubble({ event, message, isFirst }: { event: EventFrame; message: Message; isFirst: boolean }): VNode {
  const { run } = useStore();
  const words = useWords();
  const { sender, type, text, file } = message;
  const known = run.value?.types.includes(type);
  return (
    <div
      class="bubble-row"
      data-sender={sender === 'ai' || sender === 'employee' || sender === 'customer' ? sender : 'unknown'}
    >
      {isFirst && <span class="bubble-sender">{entryOf(words.senders, sender) ?? (clipped(sender, 40) || '?')}</span>}
      <div class="bubble">
        {!known && (
          <p class="warn">
            <code>{clipped(type, 60) || '?'}</code> {words.unknownType}
          </p>
        )}
        {text !== null && <BubbleText text={text} />}
        {file && <Media event={event} index={message.index} type={type} file={file} />}
      </div>
    </div>
  );
}

/** A text folds where it is longer, in characters. */
const longText = 1500;

function BubbleText({ text }: { text: string }): VNode {
  const words = useWords();
  const isWhole = useSignal(false);
  if (text === '') return <p class="dim">{words.emptyText}</p>;
  const isLong = text.length > longText && !isWhole.value;
  return (
    <>
      <p class="said" dir="auto">
        {isLong ? clipped(text, longText) : visible(text)}
      </p>
      {isLong && (
        <button type="button" class="link" onClick={() => (isWhole.value = true)}>
          {words.showMore}
        </button>
      )}
    </>
  );
}

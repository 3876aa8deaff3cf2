import type { ComponentChildren, VNode } from 'preact';
import { messagesIn, messagesOf, type Message } from '../messages.ts';
import type { Seen } from '../store.ts';
import { clipped, visible } from '../visible.ts';
import { CopyButton } from '../view/copy-button.tsx';
import { formatBytes } from '../view/formats.ts';
import { useWords } from '../view/store-context.ts';
import { textOf, useBody } from './use-body.ts';

/** The fields of each message, as they came. */
export function MessageTab({ seen }: { seen: Seen }): VNode {
  const words = useWords();
  const { event } = seen;
  const body = useBody(event);
  const isCustomer = event.type === 'customer';
  const said = body ? messagesOf(textOf(body)) : { shown: [], more: 0 };
  const { shown, more } = isCustomer ? messagesIn(event) : said;
  const facts = isCustomer
    ? { message_id: event.messageId, source: event.source, client_name: event.clientName }
    : { event_type: event.eventType };
  return (
    <>
      <Facts>
        {Object.entries(facts).map(([name, value]) => (
          <Fact name={name}>{typeof value === 'string' ? clipped(value, 200) : '—'}</Fact>
        ))}
        <Fact name={words.chatId}>{event.chatId === null ? '—' : clipped(event.chatId, 200)}</Fact>
      </Facts>
      {shown.map((message) => (
        <MessageFacts message={message} isCustomer={isCustomer} />
      ))}
      {more > 0 && <p class="dim">{words.moreMessages(more)}</p>}
    </>
  );
}

function MessageFacts({ message, isCustomer }: { message: Message; isCustomer: boolean }): VNode {
  const words = useWords();
  const { index, sender, type, text, file } = message;
  return (
    <section>
      <h3>
        <code>{!isCustomer ? `new_messages[${index}]` : index === -1 ? 'text' : `attachments[${index}]`}</code>
      </h3>
      <Facts>
        <Fact name={words.type}>{clipped(type, 200) || '—'}</Fact>
        <Fact name={words.from}>{clipped(sender, 200) || '—'}</Fact>
        {text !== null && (
          <Fact name={words.types['text']!}>
            <span class="said" dir="auto">
              {visible(text)}
            </span>
          </Fact>
        )}
        {file && (
          <>
            <Fact name={words.file}>{clipped(file.name, 500) || '—'}</Fact>
            <Fact name={words.size}>{file.sizeBytes === null ? '—' : formatBytes(file.sizeBytes, words)}</Fact>
            <Fact name={words.mimeType}>{clipped(file.mimeType, 200) || '—'}</Fact>
            <Fact name={words.link}>
              <code>{clipped(file.url ?? '—', 2000)}</code>
              {file.url !== null && <CopyButton text={file.url} label={words.copyUrl} />}
            </Fact>
          </>
        )}
      </Facts>
    </section>
  );
}

/** Names and values, one under the other. */
export function Facts({ children }: { children: ComponentChildren }): VNode {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

import { useSignal, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { EventFrame } from '../frames.ts';
import { reasonOf, type Seen } from '../store.ts';
import { groupName } from '../list/chat-list.tsx';
import { Composer } from './composer.tsx';
import { CopyButton } from './copy-button.tsx';
import { EventRow } from './event-row.tsx';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

/** How near to its end a list is followed, in pixels. */
const nearEnd = 80;

/** Middle: what was said, oldest first, and followed as long as its end is in sight. */
export function Conversation(): VNode {
  const { shown, group, pane, events, run } = useStore();
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const lastTop = useRef(0);
  const unseen = useSignal(0);
  const lastSeq = shown.value.at(-1)?.event.seq ?? 0;
  const before = useRef(lastSeq);

  useSignalEffect(() => {
    void group.value;
    isFollowing.current = true;
    unseen.value = 0;
  });
  useLayoutEffect(() => {
    const element = scroller.current!;
    if (isFollowing.current) element.scrollTop = element.scrollHeight;
    else if (lastSeq > before.current)
      unseen.value += shown.value.filter(({ event }) => event.seq > before.current).length;
    before.current = lastSeq;
  }, [lastSeq, group.value]);

  // Pictures come later than their messages, and make them taller.
  useEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element.lastElementChild!);
    return () => observer.disconnect();
  }, [shown.value.length > 0]);

  const toEnd = (): void => {
    isFollowing.current = true;
    unseen.value = 0;
    scroller.current!.scrollTop = scroller.current!.scrollHeight;
  };
  const onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current!;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    // Rows that grow as they come into sight move the end away: that is no reason to stop, to scroll up is.
    isFollowing.current = isAtEnd || (isFollowing.current && scrollTop >= lastTop.current);
    lastTop.current = scrollTop;
    if (isAtEnd) unseen.value = 0;
  };
  return (
    <section class="pane conversation" aria-label={words.conversation}>
      <header class="pane-head">
        <button
          type="button"
          class="icon-button only-narrow"
          aria-label={words.back}
          onClick={() => (pane.value = 'list')}
        >
          <Icon name="back" />
        </button>
        <h2 class="pane-title">
          <bdi>{groupName(group.value, words)}</bdi>
        </h2>
        <span class="dim">{words.events(shown.value.length)}</span>
        <span class="spacer" />
        <ClearButton />
      </header>
      {/* Reached by Tab, so that its keys scroll it. */}
      <div
        class="scroller"
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label={words.events(shown.value.length)}
      >
        <OlderButton />
        {shown.value.length > 0 ? (
          <EventList all={shown.value} />
        ) : events.value.length > 0 ? (
          <p class="empty">{words.nothingFits}</p>
        ) : (
          <Waiting />
        )}
      </div>
      {unseen.value > 0 && (
        <button type="button" class="to-end" onClick={toEnd}>
          {words.newer(unseen.value)}
          <Icon name="down" />
        </button>
      )}
      {run.value?.say && group.value.startsWith('chat:') && <Composer chatId={group.value.slice('chat:'.length)} />}
    </section>
  );
}

/** Rows are made once: what is the same object is not looked at again. */
function EventList({ all }: { all: readonly Seen[] }): VNode {
  const { gaps } = useStore();
  const made = useRef(new WeakMap<Seen, VNode>());
  const rowOf = (seen: Seen): VNode => {
    const known = made.current.get(seen);
    if (known) return known;
    const row = <EventRow key={seen.event.id} seen={seen} />;
    made.current.set(seen, row);
    return row;
  };
  return (
    <ol class="events">
      {all.map((seen) =>
        gaps.value.has(seen.event.seq)
          ? [<Gap key={`gap-${seen.event.seq}`} seq={seen.event.seq} />, rowOf(seen)]
          : rowOf(seen),
      )}
    </ol>
  );
}

/** Where events are missing that came too thick and fast. */
function Gap({ seq }: { seq: number }): VNode {
  const { gaps, api, take, say } = useStore();
  const words = useWords();
  const missing = gaps.value.get(seq) ?? 0;
  const show = async (): Promise<void> => {
    try {
      const limit = Math.min(missing, 100);
      const { events } = await api.get<{ events: EventFrame[] }>(`/v1/events?before=${seq}&limit=${limit}`);
      take(events);
      const rest = new Map(gaps.value);
      rest.delete(seq);
      const [first] = events;
      if (first && missing > events.length) rest.set(first.seq, missing - events.length);
      gaps.value = rest;
    } catch (error) {
      say(reasonOf(error));
    }
  };
  return (
    <li class="gap">
      {words.skipped(missing)}
      <button type="button" class="link" onClick={show}>
        {words.showSkipped}
      </button>
    </li>
  );
}

function OlderButton(): VNode | null {
  const { events, counts, run, api, take, say } = useStore();
  const words = useWords();
  const first = events.value[0]?.event.seq ?? 0;
  if (first <= (run.value?.clear ? counts.value.firstSeq : 1)) return null;
  const show = (): Promise<void> =>
    api.get<{ events: EventFrame[] }>(`/v1/events?before=${first}&limit=100`).then(
      (page) => take(page.events),
      (error: unknown) => say(reasonOf(error)),
    );
  return (
    <button type="button" class="button older" onClick={show}>
      {words.older}
    </button>
  );
}

function ClearButton(): VNode | null {
  const { run, events, api, say, select } = useStore();
  const words = useWords();
  if (!run.value?.clear || events.value.length === 0) return null;
  const clear = async (): Promise<void> => {
    select(null);
    await api.remove('/v1/events').catch((error: unknown) => say(reasonOf(error)));
  };
  return (
    <button type="button" class="button quiet" onClick={clear}>
      <Icon name="trash" />
      {words.clear}
    </button>
  );
}

/** What to do where there is nothing yet. */
function Waiting(): VNode {
  const { run } = useStore();
  const words = useWords();
  if (!run.value) return <p class="empty" />;
  const { source, url } = run.value;
  if (source === 'journal') return <p class="empty">{words.emptyJournal}</p>;
  const isMock = source === 'mock';
  const command = isMock ? postCommand(url ?? '') : `npx suvvy-hook send fixture mixed --url ${url}`;
  return (
    <div class="empty">
      <p class="empty-title">{isMock ? words.waitingMessage : words.waiting}</p>
      <p>{isMock ? words.waitingMessageLong : words.waitingLong}</p>
      <p class="command">
        <code>{command}</code>
        <CopyButton text={command} label={words.copy} />
      </p>
    </div>
  );
}

/** Posts a customer's message. */
function postCommand(url: string): string {
  const message =
    '{"api_version":1,"message_id":"1","chat_id":"42","message_sender":"customer","source":"curl","text":"Hello"}';
  return `curl -H "Authorization: Bearer $SUVVY_API_TOKEN" -H "Content-Type: application/json" -d '${message}' ${url}`;
}

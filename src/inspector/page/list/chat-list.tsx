import { useComputed } from '@preact/signals';
import type { VNode } from 'preact';
import { entryOf } from '../messages.ts';
import { untoldFindings, type Seen } from '../store.ts';
import { clipped } from '../visible.ts';
import type { Words } from '../words/en.ts';
import { Filters } from './filters.tsx';
import { formatTime } from '../view/formats.ts';
import { Search } from './search.tsx';
import { useStore, useWords } from '../view/store-context.ts';

/** A conversation, or what is in none. */
interface Group {
  key: string;
  last: Seen;
  count: number;
  problems: number;
}

/** Left: what there is to look at. */
export function ChatList(): VNode {
  const { fitting, group, pane } = useStore();
  const words = useWords();
  const groups = useComputed(() => groupsOf(fitting.value)).value;
  const chats = groups.filter(({ key }) => key.startsWith('chat:'));
  const rest = ['chatless', 'tests', 'refused', 'others'].flatMap((key) => groups.filter((one) => one.key === key));
  const choose = (key: string): void => {
    group.value = key;
    pane.value = 'conversation';
  };
  const row = (one: Group): VNode => (
    <GroupRow key={one.key} group={one} isCurrent={group.value === one.key} onChoose={choose} />
  );
  return (
    <nav class="pane list" aria-label={words.conversations}>
      <div class="list-tools">
        <Search />
        <Filters />
      </div>
      <div class="list-rows">
        <button
          type="button"
          class="group everything"
          aria-current={group.value === 'all'}
          onClick={() => choose('all')}
        >
          <span class="group-name">{words.everything}</span>
          <span class="group-count">{fitting.value.length}</span>
        </button>
        {chats.length > 0 && <h2 class="section">{words.chats}</h2>}
        {chats.map(row)}
        {rest.length > 0 && <hr class="rule" />}
        {rest.map(row)}
      </div>
    </nav>
  );
}

function GroupRow({
  group,
  isCurrent,
  onChoose,
}: {
  group: Group;
  isCurrent: boolean;
  onChoose(key: string): void;
}): VNode {
  const words = useWords();
  const { key, last, count, problems } = group;
  return (
    <button type="button" class="group" aria-current={isCurrent} onClick={() => onChoose(key)}>
      <span class="group-name">
        <bdi>{groupName(key, words)}</bdi>
      </span>
      <time class="group-time">{formatTime(last.event.receivedAt)}</time>
      <span class="group-last">
        <bdi>{preview(last, words)}</bdi>
      </span>
      <span class="group-count">
        {problems > 0 && (
          <span class="pip warn" title={words.problems(problems)} role="img" aria-label={words.problems(problems)} />
        )}
        {!last.isAcknowledged && (
          <span class="pip bad" title={words.notAcknowledged} role="img" aria-label={words.notAcknowledged} />
        )}
        {count}
      </span>
    </button>
  );
}

export function groupName(key: string, words: Words): string {
  if (key.startsWith('chat:')) return words.chat(clipped(key.slice('chat:'.length), 60));
  if (key === 'all') return words.everything;
  return words[key as 'tests' | 'chatless' | 'others' | 'refused'];
}

function preview({ event, messages }: Seen, words: Words): string {
  const last = messages.shown.at(-1);
  if (!last)
    return event.eventType === 'test_request'
      ? words.testButton
      : clipped(event.eventType ?? `${event.method} ${event.path}`, 80);
  if (last.text) return clipped(last.text, 80);
  return clipped(last.file?.name || entryOf(words.types, last.type) || last.type, 80);
}

/** Newest first. */
function groupsOf(all: readonly Seen[]): Group[] {
  const groups = new Map<string, Group>();
  for (let index = all.length - 1; index >= 0; index -= 1) {
    const seen = all[index]!;
    const group = groups.get(seen.group) ?? { key: seen.group, last: seen, count: 0, problems: 0 };
    group.count += 1;
    group.problems += seen.event.issues.length + untoldFindings(seen).length;
    groups.set(seen.group, group);
  }
  return [...groups.values()];
}

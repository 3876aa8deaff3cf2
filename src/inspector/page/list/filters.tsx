import type { VNode } from 'preact';
import { noFilter, type Filter } from '../store.ts';
import { Icon } from '../view/icons.tsx';
import { useStore, useWords } from '../view/store-context.ts';

/** Which events are shown: by sender, type, status, and whether something is wrong with them. */
export function Filters(): VNode {
  const { filter, run } = useStore();
  const words = useWords();
  const now = filter.value;
  const change = (part: Partial<Filter>): void => void (filter.value = { ...now, ...part });
  const amount = [now.sender, now.type, now.status].filter((part) => part !== null).length + (now.problems ? 1 : 0);
  const chip = (label: string, isOn: boolean, part: Partial<Filter>): VNode => (
    <button type="button" class="chip" aria-pressed={isOn} onClick={() => change(part)}>
      {label}
    </button>
  );
  return (
    <details class="filters" open={amount > 0}>
      <summary class="filters-summary">
        <Icon name="filter" />
        {words.filter}
        {amount > 0 && <span class="badge">{amount}</span>}
      </summary>
      <div class="chips" role="group" aria-label={words.sender}>
        {run.value?.senders.map((sender) =>
          chip(words.senders[sender] ?? sender, now.sender === sender, {
            sender: now.sender === sender ? null : sender,
          }),
        )}
      </div>
      <div class="chips" role="group" aria-label={words.type}>
        {run.value?.types.map((type) =>
          chip(words.types[type] ?? type, now.type === type, { type: now.type === type ? null : type }),
        )}
      </div>
      <div class="chips" role="group" aria-label={words.status}>
        {chip(words.acknowledged, now.status === 'ok', { status: now.status === 'ok' ? null : 'ok' })}
        {chip(words.notAcknowledged, now.status === 'bad', { status: now.status === 'bad' ? null : 'bad' })}
        {chip(words.hasProblems, now.problems, { problems: !now.problems })}
      </div>
      {amount > 0 && (
        <button type="button" class="link" onClick={() => (filter.value = noFilter)}>
          {words.noFilter}
        </button>
      )}
    </details>
  );
}

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { reasonOf } from '../store.ts';
import { Icon } from '../view/icons.tsx';
import { useStore, useWords } from '../view/store-context.ts';

/** How long after the last key a search begins, in milliseconds. */
const restMs = 150;

/** Searches the bodies, on the server: the page has not all of them. */
export function Search(): VNode {
  const { api, query, matches, say } = useStore();
  const words = useWords();
  const isBusy = useSignal(false);
  const asked = useRef<{ timer?: number; controller?: AbortController }>({});
  const search = async (text: string): Promise<void> => {
    const controller = new AbortController();
    asked.current.controller = controller;
    isBusy.value = true;
    try {
      const path = `/v1/search?q=${encodeURIComponent(text)}`;
      const found = await api.get<{ matches: { id: string }[] }>(path, controller.signal);
      if (!controller.signal.aborted) matches.value = new Set(found.matches.map(({ id }) => id));
    } catch (error) {
      if (!controller.signal.aborted) say(reasonOf(error));
    }
    if (!controller.signal.aborted) isBusy.value = false;
  };
  const change = (text: string): void => {
    query.value = text;
    clearTimeout(asked.current.timer);
    asked.current.controller?.abort();
    isBusy.value = false;
    if (text.trim() === '') matches.value = null;
    else asked.current.timer = window.setTimeout(() => void search(text.trim()), restMs);
  };
  const isEmpty = matches.value?.size === 0 && !isBusy.value;
  return (
    <search class="search">
      <Icon name="search" />
      <input
        id="search"
        type="search"
        class="field"
        aria-label={words.search}
        placeholder={words.search}
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || query.value === '') return;
          event.stopPropagation();
          change('');
        }}
      />
      {query.value === '' ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button type="button" class="icon-button" aria-label={words.clearSearch} onClick={() => change('')}>
          <Icon name="cross" />
        </button>
      )}
      <span class="search-said" role="status">
        {isBusy.value ? words.searching : isEmpty ? words.searchNone : ''}
      </span>
    </search>
  );
}

import { reasonOf, type Store } from './store.ts';

/** The keys of the page, wherever nobody types. */
export function listenToKeys(target: Document, store: Store): void {
  target.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { activeElement } = target;
    const isField = activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement;
    if (event.key === 'Escape') return leave(activeElement, isField, store);
    if (isField || target.querySelector('dialog[open]')) return;
    const act = actions[event.key];
    if (!act) return;
    // On a button, Enter is the button's.
    if (event.key === 'Enter' && activeElement instanceof HTMLElement && activeElement.matches('button, a, summary'))
      return;
    event.preventDefault();
    act(store, target);
  });
}

const actions: Record<string, (store: Store, target: Document) => void> = {
  j: (store, target) => move(store, target, 1),
  k: (store, target) => move(store, target, -1),
  Enter: ({ selected, pane }) => void (selected.value && (pane.value = 'details')),
  '/': ({ pane }, target) => {
    pane.value = 'list';
    afterPaint(() => target.getElementById('search')?.focus());
  },
  r: (store, target) => openReplay(store, target, 'replay-url'),
  e: (store, target) => openReplay(store, target, 'replay-body'),
  c: (store) => void copyCurl(store),
  '?': ({ isHelpOpen }) => void (isHelpOpen.value = true),
};

function leave(element: Element | null, isField: boolean, { pane, isHelpOpen }: Store): void {
  if (isHelpOpen.value) return;
  if (isField) (element as HTMLElement).blur();
  else pane.value = pane.value === 'details' ? 'conversation' : 'list';
}

function move({ shown, selectedId, select }: Store, target: Document, step: number): void {
  const all = shown.value;
  const at = all.findIndex(({ event }) => event.id === selectedId.value);
  const next = at === -1 ? (step > 0 ? all.at(0) : all.at(-1)) : all[Math.min(all.length - 1, Math.max(0, at + step))];
  if (!next) return;
  select(next.event.id);
  target.getElementById(`event-${next.event.id}`)?.scrollIntoView({ block: 'nearest' });
}

function openReplay(store: Store, target: Document, field: string): void {
  if (!store.selected.value) store.select(store.shown.value.at(-1)?.event.id ?? null);
  // A customer's message is not sent to the webhook.
  if (!store.selected.value || store.selected.value.event.type === 'customer') return;
  store.tab.value = 'replay';
  store.pane.value = 'details';
  afterPaint(() => target.getElementById(field)?.focus());
}

async function copyCurl({ selectedId, detail, say, words }: Store): Promise<void> {
  if (selectedId.value === null) return;
  try {
    const { copy } = await detail(selectedId.value);
    if (copy.curl === null) return;
    await navigator.clipboard.writeText(copy.curl);
    say(words.value.copied);
  } catch (error) {
    say(reasonOf(error));
  }
}

/** What was asked for is on the page by then. */
function afterPaint(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

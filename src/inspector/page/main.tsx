import { render } from 'preact';
import { createApi } from './api.ts';
import { createConnection } from './connection.ts';
import { listenToKeys } from './keys.ts';
import { createPreferences } from './preferences.ts';
import type { EventFrame } from './frames.ts';
import { createStore, maxEvents, reasonOf, type Store } from './store.ts';
import { App } from './view/app.tsx';
import { StoreProvider } from './view/store-context.ts';

void start();

async function start(): Promise<void> {
  const token = takeToken();
  const preferences = await createPreferences(localStorage, navigator.languages, document.documentElement);
  const store = createStore(createApi(token), preferences);
  const connection = createConnection({
    api: store.api,
    lastSeq: store.lastSeq,
    onFrames(frames) {
      store.take(frames);
      if (frames[0]?.type === 'state') void fillUp(store);
    },
    onState: (state) => (store.connection.value = state),
  });
  // A tab that nobody sees holds none of the few connections that a browser has for an origin.
  document.addEventListener('visibilitychange', () => (document.hidden ? connection.close() : connection.open()));
  listenToKeys(document, store);
  render(
    <StoreProvider value={store}>
      <App onReconnect={connection.open} />
    </StoreProvider>,
    document.body,
  );
  if (!document.hidden) connection.open();
}

/** What came before the page was there, as far as it keeps that much: the stream brings the last of it alone. */
async function fillUp({ events, counts, api, take, say }: Store): Promise<void> {
  for (;;) {
    const first = events.value[0]?.event.seq ?? 0;
    if (first <= counts.value.firstSeq || events.value.length >= maxEvents) return;
    const limit = Math.min(200, maxEvents - events.value.length);
    const page = await api.get<{ events: EventFrame[] }>(`/v1/events?before=${first}&limit=${limit}`).catch(reasonOf);
    if (typeof page === 'string') return say(page);
    if (page.events.length === 0) return;
    take(page.events);
  }
}

/** The token of the run: out of the address bar at once, and kept for a reload of this tab. */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem('token') ?? '';
}

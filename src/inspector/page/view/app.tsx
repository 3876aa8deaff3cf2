import type { VNode } from 'preact';
import { ChatList } from '../list/chat-list.tsx';
import { Conversation } from './conversation.tsx';
import { Details } from './details.tsx';
import { Help } from './help.tsx';
import { useStore, useWords } from './store-context.ts';
import { TopBar } from './top-bar.tsx';

/** The whole page: a bar above, and three panes of which a narrow window shows one at a time. */
export function App({ onReconnect }: { onReconnect(): void }): VNode {
  const { pane, notice, isHelpOpen } = useStore();
  return (
    <div class="app" data-pane={pane.value}>
      <TopBar />
      <Trouble onReconnect={onReconnect} />
      <main class="panes">
        <ChatList />
        <Conversation />
        <Details />
      </main>
      <div class="notice" role="status">
        {notice.value}
      </div>
      {isHelpOpen.value && <Help />}
    </div>
  );
}

/** What keeps the page from being up to date. */
function Trouble({ onReconnect }: { onReconnect(): void }): VNode | null {
  const { connection } = useStore();
  const words = useWords();
  if (connection.value === 'elsewhere')
    return (
      <div class="trouble" role="alert">
        {words.elsewhereLong}
        <button type="button" class="button" onClick={onReconnect}>
          {words.goOnHere}
        </button>
      </div>
    );
  const long = { lost: words.lostLong, over: words.overLong }[connection.value as 'lost' | 'over'];
  return long ? (
    <div class="trouble" role="alert">
      {long}
    </div>
  ) : null;
}

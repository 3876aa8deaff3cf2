import type { VNode } from 'preact';
import { AnswerTab } from '../tabs/answer-tab.tsx';
import { MessageTab } from '../tabs/message-tab.tsx';
import { ProblemsTab } from '../tabs/problems-tab.tsx';
import { RawTab } from '../tabs/raw-tab.tsx';
import { ReplayTab } from '../tabs/replay-tab.tsx';
import { tabNames, untoldFindings, type Seen, type TabName } from '../store.ts';
import { clipped } from '../visible.ts';
import { CopyMenu } from './copy-menu.tsx';
import { formatMoment } from './formats.ts';
import { KeyList } from './help.tsx';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

const tabs: Record<TabName, (props: { seen: Seen }) => VNode> = {
  problems: ProblemsTab,
  message: MessageTab,
  raw: RawTab,
  answer: AnswerTab,
  replay: ReplayTab,
};

/** Right: all about one event. */
export function Details(): VNode {
  const { selected, pane } = useStore();
  const words = useWords();
  const seen = selected.value;
  return (
    <section class="pane details" aria-label={words.details}>
      {seen ? (
        <>
          <header class="pane-head">
            <button
              type="button"
              class="icon-button only-narrow"
              aria-label={words.back}
              onClick={() => (pane.value = 'conversation')}
            >
              <Icon name="back" />
            </button>
            <div class="pane-titles">
              <h2 class="pane-title">
                <bdi>{clipped(seen.event.eventType ?? `${seen.event.method} ${seen.event.path}`, 80)}</bdi>
              </h2>
              <p class="dim">
                {formatMoment(seen.event.receivedAt, words)} · <code>{seen.event.id}</code>
              </p>
            </div>
            <span class="spacer" />
            <CopyMenu key={seen.event.id} id={seen.event.id} />
          </header>
          <Tabs seen={seen} />
        </>
      ) : (
        <div class="empty">
          <p>{words.choose}</p>
          <KeyList />
        </div>
      )}
    </section>
  );
}

function Tabs({ seen }: { seen: Seen }): VNode {
  const { tab } = useStore();
  const words = useWords();
  const names = tabNames.filter((name) => name !== 'replay' || seen.event.type !== 'customer');
  const current = names.includes(tab.value) ? tab.value : 'problems';
  const Panel = tabs[current];
  const amount = seen.event.issues.length + untoldFindings(seen).length;
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = names[(names.indexOf(current) + step + names.length) % names.length]!;
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={words.details} onKeyDown={move}>
        {names.map((name) => (
          <button
            type="button"
            role="tab"
            id={`tab-${name}`}
            class="tab"
            aria-selected={current === name}
            aria-controls="panel"
            tabIndex={current === name ? 0 : -1}
            onClick={() => (tab.value = name)}
          >
            {words.tabs[name]}
            {name === 'problems' && amount > 0 && <span class="badge">{amount}</span>}
          </button>
        ))}
      </div>
      <div class="scroller panel" role="tabpanel" id="panel" aria-labelledby={`tab-${current}`} tabIndex={0}>
        <Panel key={`${current} ${seen.event.id}`} seen={seen} />
      </div>
    </>
  );
}

import { reasonOf } from '../store.ts';
import type { VNode } from 'preact';
import { loadWords, type Theme } from '../preferences.ts';
import { visible } from '../visible.ts';
import { AnswerBox } from './answer-box.tsx';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

export function TopBar(): VNode {
  const { run, isHelpOpen } = useStore();
  const words = useWords();
  return (
    <header class="top">
      <h1 class="brand">suvvy-hook</h1>
      <Address />
      <Totals />
      <div class="top-tools">
        {run.value?.answers && <AnswerBox script={run.value.answers.script} />}
        <ThemeButton />
        <LanguageButton />
        <button
          type="button"
          class="icon-button only-wide"
          aria-label={words.keys}
          title={words.keys}
          onClick={() => (isHelpOpen.value = true)}
        >
          <span class="glyph">?</span>
        </button>
      </div>
    </header>
  );
}

/** Where events come from. */
function Address(): VNode | null {
  const { run, connection } = useStore();
  const words = useWords();
  if (!run.value) return null;
  const { url, journal } = run.value;
  const state = words.connection[connection.value];
  return (
    <div class="address">
      <span class="dot" data-state={connection.value} title={state}>
        <span class="unseen">{state}</span>
      </span>
      <span class="unseen">{url === null ? words.recording : words.receiver}</span>
      <code class="address-text">
        <bdi>{visible(url ?? journal ?? '')}</bdi>
      </code>
      {url !== null && <CopyButton text={url} label={words.copyUrl} />}
    </div>
  );
}

/** One polite live count: a screen reader is told of the events, not of each. */
function Totals(): VNode {
  const { counts } = useStore();
  const words = useWords();
  const { events, acknowledged, broken } = counts.value;
  const refused = events - acknowledged;
  return (
    <p class="totals">
      <span aria-live="polite">{words.events(events)}</span>
      {refused > 0 && <span class="bad">{words.refusedCount(refused)}</span>}
      {broken > 0 && <span class="warn">{words.withProblems(broken)}</span>}
    </p>
  );
}

const themes: readonly Theme[] = ['auto', 'light', 'dark'];
const themeIcons: Record<Theme, string> = { auto: 'auto', light: 'sun', dark: 'moon' };

function ThemeButton(): VNode {
  const { theme } = useStore();
  const words = useWords();
  const label = `${words.theme}: ${words.themes[theme.value]}`;
  const next = (): void => void (theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]!);
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={next}>
      <Icon name={themeIcons[theme.value]} />
    </button>
  );
}

function LanguageButton(): VNode {
  const { words, say } = useStore();
  const change = (): Promise<void> =>
    loadWords(words.value.code === 'en' ? 'ru' : 'en').then(
      (other) => void (words.value = other),
      (error: unknown) => say(reasonOf(error)),
    );
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`${words.value.language}: ${words.value.code.toUpperCase()}`}
      title={words.value.language}
      onClick={change}
    >
      <span class="glyph">{words.value.code.toUpperCase()}</span>
    </button>
  );
}

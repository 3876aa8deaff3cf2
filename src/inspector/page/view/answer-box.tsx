import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { reasonOf } from '../store.ts';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

const webhookPresets = [
  ['200', '200'],
  ['503', '503'],
] as const;

/** What the API refuses with. */
const apiPresets = [
  ['402', '402'],
  ['424', '424'],
  ['500', '500'],
] as const;

/** What the next events are answered with. */
export function AnswerBox({ script }: { script: string | null }): VNode {
  const { api, run } = useStore();
  const words = useWords();
  const isOpen = useSignal(false);
  const text = useSignal(script ?? '');
  const error = useSignal('');
  const set = async (next: string | null): Promise<void> => {
    error.value = '';
    try {
      await api.post('/v1/answers', { script: next });
      text.value = next ?? '';
      isOpen.value = false;
    } catch (failure) {
      error.value = reasonOf(failure);
    }
  };
  const presets: (readonly [string, string | null])[] = [
    ...(run.value?.source === 'mock' ? apiPresets : [...webhookPresets, [words.failThree, '503x3,200'] as const]),
    [words.hangPreset, 'hang'],
    [words.backToUsual, null],
  ];
  return (
    <div class="menu" onKeyDown={(event) => event.key === 'Escape' && (isOpen.value = false)}>
      <button
        type="button"
        class="button answers"
        data-on={script !== null}
        aria-expanded={isOpen.value}
        aria-controls="answers"
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <span class="answers-label">{words.answers}</span>
        <span class="answers-now">{script ?? words.answersUsual}</span>
        <Icon name="down" />
      </button>
      {isOpen.value && (
        <form
          class="sheet"
          id="answers"
          onSubmit={(event) => {
            event.preventDefault();
            void set(text.value.trim() === '' ? null : text.value);
          }}
        >
          <div class="presets">
            {presets.map(([name, value]) => (
              <button type="button" class="chip" aria-pressed={script === value} onClick={() => set(value)}>
                {name}
              </button>
            ))}
          </div>
          <div class="row">
            <input
              class="field mono"
              aria-label={words.answersLabel}
              aria-describedby="answers-hint"
              placeholder="503x3,200@1.5s"
              value={text.value}
              onInput={(event) => (text.value = event.currentTarget.value)}
            />
            <button type="submit" class="button primary">
              {words.set}
            </button>
          </div>
          <p class="hint" id="answers-hint">
            {words.answersHint}
          </p>
          {error.value !== '' && (
            <p class="bad" role="alert">
              {error.value}
            </p>
          )}
        </form>
      )}
    </div>
  );
}

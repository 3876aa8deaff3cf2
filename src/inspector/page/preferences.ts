import { effect, signal, type Signal } from '@preact/signals';
import { en, type Words } from './words/en.ts';
import { ru } from './words/ru.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** What a person chose of the page, kept for the next time. */
export interface Preferences {
  words: Signal<Words>;
  theme: Signal<Theme>;
}

/** The language of the browser and the theme of the system, unless something else was chosen. */
export function createPreferences(storage: Storage, languages: readonly string[], root: HTMLElement): Preferences {
  const isRussian = (storage.getItem('language') ?? languages[0] ?? 'en').startsWith('ru');
  const words = signal<Words>(isRussian ? ru : en);
  const theme = signal<Theme>(themeOf(storage.getItem('theme')));
  effect(() => {
    root.lang = words.value.code;
    storage.setItem('language', words.value.code);
  });
  effect(() => {
    root.dataset['theme'] = theme.value;
    storage.setItem('theme', theme.value);
  });
  return { words, theme };
}

function themeOf(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto';
}

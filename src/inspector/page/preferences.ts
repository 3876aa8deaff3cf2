import { effect, signal, type Signal } from '@preact/signals';
import { en, type LanguageCode, type Words } from './words/en.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** What a person chose of the page, kept for the next time. */
export interface Preferences {
  words: Signal<Words>;
  theme: Signal<Theme>;
}

/** The language of the browser and the theme of the system, unless something else was chosen. */
export async function createPreferences(
  storage: Storage,
  languages: readonly string[],
  root: HTMLElement,
): Promise<Preferences> {
  const isRussian = (storage.getItem('language') ?? languages[0] ?? 'en').startsWith('ru');
  const words = signal(await loadWords(isRussian ? 'ru' : 'en'));
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

/** The words of a language. English is here, another comes when it is chosen. */
export async function loadWords(code: LanguageCode): Promise<Words> {
  return code === 'en' ? en : (await import('./words/ru.ts')).ru;
}

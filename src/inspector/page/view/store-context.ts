import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Store } from '../store.ts';
import type { Words } from '../words/en.ts';

const StoreContext = createContext<Store | null>(null);

export const StoreProvider = StoreContext.Provider;

export function useStore(): Store {
  return useContext(StoreContext)!;
}

/** What the page says, in the language of now. */
export function useWords(): Words {
  return useStore().words.value;
}

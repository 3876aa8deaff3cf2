import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { reasonOf } from '../store.ts';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

/** Takes an event along: as curl, as a fixture, as a command. */
export function CopyMenu({ id }: { id: string }): VNode {
  const { detail, say } = useStore();
  const words = useWords();
  const isOpen = useSignal(false);
  const copy = async (which: 'curl' | 'fixture' | 'replay' | 'id'): Promise<void> => {
    isOpen.value = false;
    try {
      const text = which === 'id' ? id : (await detail(id)).copy[which];
      if (text === null) return say('—');
      await navigator.clipboard.writeText(text);
      say(words.copied);
    } catch (error) {
      say(reasonOf(error));
    }
  };
  const available = useSignal({ curl: true, fixture: true, replay: true });
  const open = async (): Promise<void> => {
    isOpen.value = !isOpen.value;
    if (!isOpen.value) return;
    const { curl, fixture, replay } = (await detail(id).catch(() => null))?.copy ?? {
      curl: null,
      fixture: null,
      replay: null,
    };
    available.value = { curl: curl !== null, fixture: fixture !== null, replay: replay !== null };
  };
  const item = (which: 'curl' | 'fixture' | 'replay', label: string): VNode => (
    <button type="button" class="menu-item" disabled={!available.value[which]} onClick={() => copy(which)}>
      {label}
    </button>
  );
  return (
    <div class="menu" onKeyDown={(event) => event.key === 'Escape' && (isOpen.value = false)}>
      <button type="button" class="button" aria-expanded={isOpen.value} onClick={open}>
        <Icon name="copy" />
        {words.copy}
      </button>
      {isOpen.value && (
        <div class="sheet narrow">
          {item('curl', words.copyCurl)}
          {item('fixture', words.copyFixture)}
          {item('replay', words.copyReplay)}
          <button type="button" class="menu-item" onClick={() => copy('id')}>
            {words.copyId}
          </button>
        </div>
      )}
    </div>
  );
}

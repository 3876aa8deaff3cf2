import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

export function Help(): VNode {
  const { isHelpOpen } = useStore();
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="help" ref={dialog} aria-label={words.keys} onClose={() => (isHelpOpen.value = false)}>
      <header class="help-head">
        <h2>{words.keys}</h2>
        <button type="button" class="icon-button" aria-label={words.close} onClick={() => dialog.current?.close()}>
          <Icon name="cross" />
        </button>
      </header>
      <KeyList />
    </dialog>
  );
}

export function KeyList(): VNode {
  return (
    <dl class="help-keys">
      {useWords().helpKeys.map(([keys, what]) => (
        <div>
          <dt>
            {keys.split(' ').map((key) => (
              <kbd>{key}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}

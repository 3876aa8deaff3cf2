import type { ComponentChildren, VNode } from 'preact';
import { useStore, useWords } from './store-context.ts';
import { Icon } from './icons.tsx';

/** Puts a text on the clipboard, and says so. */
export function CopyButton({
  text,
  label,
  children,
}: {
  text: string;
  label: string;
  children?: ComponentChildren;
}): VNode {
  const { say } = useStore();
  const words = useWords();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).then(
      () => say(words.copied),
      (error: unknown) => say(String(error)),
    );
  };
  return (
    <button
      type="button"
      class={children ? 'button quiet' : 'icon-button'}
      aria-label={children ? undefined : label}
      title={label}
      onClick={copy}
    >
      <Icon name="copy" />
      {children}
    </button>
  );
}

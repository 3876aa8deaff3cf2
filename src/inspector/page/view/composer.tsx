import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { reasonOf } from '../store.ts';
import { useStore, useWords } from './store-context.ts';

/** Under a chat of `mock`: what is typed here, the bot says, or an employee. */
export function Composer({ chatId }: { chatId: string }): VNode {
  const { api } = useStore();
  const words = useWords();
  const text = useSignal('');
  const isEmployee = useSignal(false);
  const isBusy = useSignal(false);
  const error = useSignal('');
  const sender = isEmployee.value ? 'employee' : 'ai';
  const send = async (): Promise<void> => {
    if (isBusy.value || text.value.trim() === '') return;
    isBusy.value = true;
    error.value = '';
    try {
      await api.post('/v1/say', { chatId, text: text.value, sender });
      text.value = '';
    } catch (failure) {
      error.value = reasonOf(failure);
    }
    isBusy.value = false;
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <input
        class="field"
        aria-label={words.sayAs(words.senders[sender]!)}
        placeholder={words.sayAs(words.senders[sender]!)}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button
        type="button"
        class="chip"
        aria-pressed={isEmployee.value}
        onClick={() => (isEmployee.value = !isEmployee.value)}
      >
        {words.senders['employee']}
      </button>
      <button type="submit" class="button primary" disabled={isBusy.value}>
        {words.send}
      </button>
      {error.value !== '' && (
        <p class="bad" role="alert">
          {error.value}
        </p>
      )}
    </form>
  );
}

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { EventDetail } from '../frames.ts';
import { reasonOf } from '../store.ts';
import { useStore } from '../view/store-context.ts';

/** All that is known of an event, once the server has told it. */
export function useDetail(id: string): EventDetail | null {
  const { detail, say } = useStore();
  const known = useSignal<EventDetail | null>(null);
  useEffect(() => {
    detail(id).then(
      (found) => (known.value = found),
      (error: unknown) => say(reasonOf(error)),
    );
  }, [id]);
  return known.value;
}

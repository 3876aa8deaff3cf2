import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { EventFrame } from '../frames.ts';
import { reasonOf } from '../store.ts';
import { useStore } from '../view/store-context.ts';

/** The bytes of a body; null where there are none, undefined while they are on their way. */
export function useBody(event: EventFrame): Uint8Array<ArrayBuffer> | null | undefined {
  const { api, say } = useStore();
  const body = useSignal(inFrame(event));
  useEffect(() => {
    if (body.value !== undefined) return;
    api.bytes(`/v1/events/${event.id}/body`).then(
      ({ bytes }) => (body.value = new Uint8Array(bytes)),
      (error: unknown) => {
        say(reasonOf(error));
        body.value = null;
      },
    );
  }, [event.id]);
  return body.value;
}

function inFrame({ body, bodyBytes }: EventFrame): Uint8Array<ArrayBuffer> | null | undefined {
  if (bodyBytes === null) return null;
  return typeof body === 'string' ? new TextEncoder().encode(body) : undefined;
}

/** Bytes as a person reads them; what is not UTF-8 shows as replacement characters. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

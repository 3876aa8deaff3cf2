import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../api.ts';
import type { EventFrame } from '../frames.ts';
import type { Message } from '../messages.ts';
import { reasonOf } from '../store.ts';
import { clipped } from '../visible.ts';
import { formatBytes } from './formats.ts';
import { Icon } from './icons.tsx';
import { useStore, useWords } from './store-context.ts';

/** What is known of the bytes: `asked` until the server has said whether it holds them. */
type Held =
  | { is: 'asked' | 'absent' | 'loading' }
  | { is: 'failed'; why: string }
  | { is: 'here'; url: string; type: string; isDownload: boolean };

interface MediaProps {
  event: EventFrame;
  index: number;
  type: string;
  file: NonNullable<Message['file']>;
}

/** A file of a message. The page itself never fetches from elsewhere: the server does, once, when the button is pressed. */
export function Media({ event, index, type, file }: MediaProps): VNode {
  const { api } = useStore();
  const words = useWords();
  const held = useSignal<Held>({ is: 'asked' });
  const get = async (): Promise<void> => {
    const { bytes, type: mimeType, isDownload } = await api.bytes(`/v1/media/${event.id}/${index}`);
    const url = URL.createObjectURL(new Blob([bytes], { type: isDownload ? 'application/octet-stream' : mimeType }));
    held.value = { is: 'here', url, type: mimeType, isDownload };
  };
  const load = async (): Promise<void> => {
    held.value = { is: 'loading' };
    try {
      await api.post('/v1/fetch-media', { id: event.id, index });
      await get();
    } catch (error) {
      held.value = { is: 'failed', why: reasonOf(error) };
    }
  };
  useEffect(() => {
    let isGone = false;
    // What came with the message, and our own fixtures, are there: whatever else it is, nothing is fetched for this.
    const ask = file.held || isOwnLink(file.url) ? get() : Promise.reject(new ApiError(404, ''));
    ask.catch(() => {
      if (!isGone) held.value = { is: 'absent' };
    });
    return () => {
      isGone = true;
      if (held.value.is === 'here') URL.revokeObjectURL(held.value.url);
    };
  }, []);
  const host = hostOf(file.url);
  const now = held.value;
  return (
    <div class="media">
      {now.is === 'here' && <Shown held={now} name={file.name} />}
      <div class="file">
        <Icon name={type === 'image' ? 'image' : type === 'audio' ? 'sound' : 'file'} />
        <span class="file-name">
          <bdi>{clipped(file.name, 200) || '?'}</bdi>
        </span>
        <span class="dim file-facts">
          {[file.sizeBytes === null ? '' : formatBytes(file.sizeBytes, words), clipped(file.mimeType, 60)]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {now.is === 'here' && now.isDownload && (
          <a class="button" href={now.url} download={file.name || 'file'}>
            <Icon name="save" />
            {words.save}
          </a>
        )}
      </div>
      {(now.is === 'absent' || now.is === 'failed') && host !== null && (
        <button type="button" class="button" onClick={load}>
          {words.load(host)}
        </button>
      )}
      {now.is === 'loading' && <span class="dim">{words.loading}</span>}
      {now.is === 'failed' && (
        <p class="bad" role="alert">
          {now.why}
        </p>
      )}
    </div>
  );
}

function Shown({ held, name }: { held: Extract<Held, { is: 'here' }>; name: string }): VNode | null {
  if (held.isDownload) return null;
  if (held.type.startsWith('image/')) return <img class="picture" src={held.url} alt={clipped(name, 200)} />;
  return <audio class="sound" controls preload="metadata" src={held.url} aria-label={clipped(name, 200)} />;
}

/** Where a link leads, in the words of a person; null for what nobody could fetch. */
function hostOf(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? host : null;
}

/** Such as `send` makes for its own files: only for these is the server asked without a press of the button. */
function isOwnLink(url: string | null): boolean {
  return url !== null && /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/[0-9a-f]{16}\/\d+\//.test(url);
}

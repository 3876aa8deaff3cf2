import { ApiError, type Api } from './api.ts';
import type { Frame } from './frames.ts';

/** `elsewhere`: too many pages look on. `over`: the run has ended, or its token is another. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'elsewhere' | 'over';

export interface ConnectionOptions {
  api: Api;
  /** The last event that is here. */
  lastSeq(): number;
  onFrames(frames: readonly Frame[]): void;
  onState(state: ConnectionState): void;
}

export interface Connection {
  open(): void;
  close(): void;
}

/** How long after a loss it is tried again, in milliseconds. */
const retryMs = 1000;

/** One stream, closed while nobody looks, and opened again where it broke off. */
export function createConnection({ api, lastSeq, onFrames, onState }: ConnectionOptions): Connection {
  let current: AbortController | null = null;
  let timer = 0;

  const run = async (controller: AbortController): Promise<void> => {
    const { signal } = controller;
    let end: ConnectionState = 'lost';
    try {
      const stream = await api.stream(`/v1/stream?after=${lastSeq()}`, signal);
      onState('open');
      await read(stream, (frames) => {
        const closed = frames.find((frame) => frame.type === 'closed');
        if (closed) end = closed.reason === 'elsewhere' ? 'elsewhere' : 'lost';
        onFrames(frames);
      });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) end = 'over';
    }
    if (signal.aborted || current !== controller) return;
    current = null;
    onState(end);
    if (end === 'lost') timer = window.setTimeout(open, retryMs);
  };
  const open = (): void => {
    clearTimeout(timer);
    if (current) return;
    current = new AbortController();
    onState('connecting');
    void run(current);
  };
  return {
    open,
    close() {
      clearTimeout(timer);
      const closing = current;
      current = null;
      closing?.abort();
    },
  };
}

async function read(stream: ReadableStream<Uint8Array>, onFrames: (frames: Frame[]) => void): Promise<void> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const messages = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = messages.pop() ?? '';
    const frames = messages.flatMap((message) => {
      const [, data] = /^data: (.*)$/m.exec(message) ?? [];
      return data === undefined ? [] : [JSON.parse(data) as Frame];
    });
    // Some at once are one change of the page.
    if (frames.length > 0) onFrames(frames);
  }
}

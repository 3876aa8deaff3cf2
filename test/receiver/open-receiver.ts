import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Received } from '../../src/receiver/inspect.ts';
import { createReceiver, type Receiver, type ReceiverOptions } from '../../src/receiver/server.ts';

interface Told {
  received: Received;
  status: number | null;
  answeredAfterMs: number;
}

export interface OpenReceiver {
  receiver: Receiver;
  url: string;
  port: number;
  /** The next request that was reported. */
  nextTold(): Promise<Told>;
  /** The status of each that was reported and not asked for yet. */
  toldStatuses(): (number | null)[];
}

/** A receiver on a free port, closed when the test ends. */
export async function openReceiver(options: Partial<ReceiverOptions> = {}): Promise<OpenReceiver> {
  const told: Told[] = [];
  const news = new EventEmitter();
  const receiver = createReceiver({
    clock: { now: () => performance.now(), date: () => new Date() },
    onReceived(received, { status }, { answeredAfterMs }) {
      told.push({ received, status, answeredAfterMs });
      news.emit('told');
    },
    ...options,
  });
  const { url, port } = await receiver.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => receiver.close({ graceMs: 0 }));
  const nextTold = async (): Promise<Told> => {
    while (told.length === 0) await once(news, 'told');
    return told.shift()!;
  };
  return { receiver, url, port, nextTold, toldStatuses: () => told.map(({ status }) => status) };
}

/** A plain connection. `received()` is what came so far, `until` waits for a text in it, `ended` for its end. */
export async function dial(port: number) {
  const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let text = '';
  let reset = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => (reset = true));
  await once(socket, 'connect');
  const closed = new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()));
  return {
    socket,
    received: () => text,
    async until(part: string): Promise<string> {
      while (!text.includes(part)) {
        if (socket.readableEnded || socket.destroyed) throw new Error(`ended without ${part}: ${text}`);
        await Promise.race([once(socket, 'data'), closed]);
      }
      return text;
    },
    async ended(): Promise<{ text: string; reset: boolean }> {
      await closed;
      return { text, reset };
    },
  };
}

/** Writes these bytes on a connection of its own, and gives back all that comes until its end. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  const connection = await dial(port);
  connection.socket.write(bytes);
  return (await connection.ended()).text;
}

/** A `keep` that waits: `isAsked` settles when it is asked, `release` lets it go on. */
export function createGate() {
  const events = new EventEmitter();
  const isAsked = once(events, 'asked');
  const isReleased = once(events, 'released');
  const keep = async (): Promise<void> => {
    events.emit('asked');
    await isReleased;
  };
  return { keep, isAsked, release: () => events.emit('released') };
}

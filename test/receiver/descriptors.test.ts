import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchDescriptors } from '../../src/receiver/limits/descriptors.ts';
import { start } from '../helpers/process.ts';
import { dial } from './open-receiver.ts';

const event = '{"event_type":"test_request"}';
const request = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${event.length}\r\n\r\n${event}`;

/** Connections by their numbers, where so many descriptors are there for them. */
function watched(limit: number) {
  const connections = new Map<Socket, Set<string>>();
  const closed: number[] = [];
  const sockets: Socket[] = [];
  const onScarce = vi.fn<(connections: number) => void>();
  const free = (): number => Math.max(0, limit - sockets.length + closed.length);
  const countFree = vi.fn<(atMost: number) => number>((atMost) => Math.min(atMost, free()));
  const watch = watchDescriptors(connections, onScarce, countFree);
  return {
    closed,
    free,
    onScarce,
    countFree,
    open(amount: number, requests: string[] = []): void {
      for (let opened = 0; opened < amount; opened += 1) {
        const id = sockets.length;
        const socket = { destroy: () => closed.push(id) } as unknown as Socket;
        sockets.push(socket);
        connections.set(socket, new Set(requests));
        watch.opened();
      }
    },
    use: (id: number): void => watch.used(sockets[id]!),
  };
}

describe('the watch on file descriptors closes idle connections in time', () => {
  test('it closes the connections that are idle the longest, before the descriptors are used up', () => {
    const { open, closed, free, onScarce } = watched(40);
    open(32);
    expect(closed).toEqual([]);
    open(100);
    expect(free()).toBeGreaterThan(0);
    expect(closed).toEqual(Array.from({ length: closed.length }, (_, id) => id));
    expect(closed.length).toBeLessThanOrEqual(100);
    expect(onScarce.mock.calls[0]).toEqual([expect.any(Number)]);
  });
  test('it closes neither a connection with a request in flight nor the newest one', () => {
    const { open, closed } = watched(40);
    open(38, ['request']);
    open(1);
    expect(closed).toEqual([]);
    open(1);
    expect(closed).toEqual([38]);
  });
  test('it closes a connection that was just used after those that were not', () => {
    const { open, use, closed } = watched(40);
    open(30);
    [0, 1, 2].forEach(use);
    open(9);
    expect(closed.slice(0, 2)).toEqual([3, 4]);
    expect(closed).not.toContain(0);
  });
  test('it does not check while there are few connections, nor at every new one while there is room', () => {
    const { open, countFree, onScarce } = watched(10_000);
    open(23);
    expect(countFree).not.toHaveBeenCalled();
    open(977);
    expect(countFree.mock.calls.length).toBeLessThan(250);
    expect(onScarce).not.toHaveBeenCalled();
  });
});

describe.skipIf(process.platform === 'win32')('a listener with few file descriptors', () => {
  test('answers an event behind hundreds of idle connections, and warns once of scarce descriptors', async () => {
    const listen = start(['listen', '--port', '0'], { descriptors: 64 });
    const [, found] = await listen.until(/listening on http:\/\/[^:]+:(\d+)/);
    const port = Number(found);
    for (let round = 0; round < 3; round += 1) {
      await crowd(port, 100);
      const connection = await dial(port);
      connection.socket.write(request);
      expect(await connection.until('"')).toContain('200 OK');
    }
    expect(listen.err().match(/file descriptors/g)).toHaveLength(1);
    expect(listen.err()).toMatch(/^! with \d+ connections open, hardly any file descriptors are left: .*ulimit -n.*$/m);
  });
});

/** So many connections that say nothing, all of them there. Some may be closed again. */
async function crowd(port: number, amount: number): Promise<void> {
  const sockets = Array.from({ length: amount }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}));
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
  );
}

import { once } from 'node:events';
import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAssetServer } from '../../src/fixtures/asset-server.ts';
import { closeServer, listen } from '../../src/http/listen.ts';
import type { Answer, StreamedAnswer } from '../../src/receiver/answer.ts';
import { openReceiver } from './open-receiver.ts';

const mib = 1024 * 1024;
/** More than the buffers of a connection on one machine hold. */
const large = 32 * mib;
const event = '{"event_type":"test_request"}';
const post = `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${event.length}\r\n\r\n${event}`;

/** Asks, and reads the beginning of the answer alone. */
async function ask(port: number, request: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(request);
  await once(socket, 'readable');
  return socket;
}

/** Reads on to the end: how many bytes came. */
async function readAll(socket: Socket, { pauseMs = 0 } = {}): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of socket) {
      bytes += (chunk as Buffer).length;
      if (pauseMs > 0) await pause(pauseMs);
    }
  } catch {
    // A reset is an end as well.
  }
  return bytes;
}

const patience = { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 50 };

describe('a client that stops reading is dropped', () => {
  test.each<[string, () => Answer | StreamedAnswer]>([
    ['of one piece', () => ({ status: 200, headers: {}, body: Buffer.alloc(large) })],
    ['of text', () => ({ status: 200, headers: {}, body: 'я'.repeat(large / 2) })],
    ['that is passed on', () => ({ status: 200, headers: {}, body: Readable.from(pieces()) })],
  ])('by the receiver, with a large answer %s', async (_what, answer) => {
    const { port, nextTold } = await openReceiver({ answer, patience });
    const socket = await ask(port, post);
    await nextTold();
    expect(await readAll(socket)).toBeLessThan(large);
  });

  test('by the file server', async () => {
    const { server, port, path } = await serveLargeFile();
    const socket = await ask(port, `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
    // Longer than any test may take: it closes as soon as nobody is there any more.
    await server.close({ graceMs: 60_000 });
    expect(await readAll(socket)).toBeLessThan(large);
  });

  test('by every server that listens as ours do', async () => {
    const server = createServer((_req, res) => void Readable.from(pieces()).pipe(res));
    const { port } = await listen(server, { port: 0, host: '127.0.0.1' }, { readerPatienceMs: 100 });
    const socket = await ask(port, post);
    await closeServer(server, { graceMs: 60_000 });
    expect(await readAll(socket)).toBeLessThan(large);
  });
});

describe('a client that reads slowly is not dropped', () => {
  test('it gets all of a large answer from the receiver, however long that takes', async () => {
    const body = Buffer.alloc(large);
    const { port } = await openReceiver({ answer: () => ({ status: 200, headers: {}, body }), patience });
    const socket = await ask(port, post.replace('Host', 'Connection: close\r\nHost'));
    expect(await readAll(socket, { pauseMs: 2 })).toBeGreaterThan(large);
  });

  test('it gets all of a large file', async () => {
    const { port, path } = await serveLargeFile();
    const socket = await ask(port, `GET ${path} HTTP/1.1\r\nConnection: close\r\nHost: h\r\n\r\n`);
    expect(await readAll(socket, { pauseMs: 2 })).toBeGreaterThan(large);
  });

  test('a client that waits for an answer is not taken for one that does not read', async () => {
    const { port } = await openReceiver({
      answer: async (_received, proposed) => {
        await pause(400);
        return proposed;
      },
      patience,
    });
    const socket = await ask(port, post.replace('Host', 'Connection: close\r\nHost'));
    expect(String(socket.read())).toContain('200 OK');
  });
});

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < large; sent += 64 * 1024) yield Buffer.alloc(64 * 1024);
}

async function serveLargeFile() {
  const file = join(mkdtempSync(join(tmpdir(), 'suvvy-hook-')), 'file');
  writeFileSync(file, '');
  truncateSync(file, large);
  const server = await createAssetServer('127.0.0.1', { readerPatienceMs: 200 });
  onTestFinished(() => server.close({ graceMs: 0 }));
  const { urls } = server.lease([{ name: 'file', path: file, sizeBytes: large, mimeType: 'text/plain' }]);
  return { server, port: Number(new URL(server.origin).port), path: new URL(urls[0]!).pathname };
}

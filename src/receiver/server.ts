import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createBearerCheck } from '../contract/bearer.ts';
import { clearTimeout, setTimeout, turnPassed } from '../http/clock.ts';
import { listen, type Address } from '../http/listen.ts';
import { createCount, waitAtMost } from '../http/until.ts';
import { jsonAnswer } from './answer.ts';
import { createIds, type Capture } from './capture.ts';
import { declineUpgrades } from './decline-upgrade.ts';
import type { Received } from './inspect.ts';
import { watchDescriptors } from './limits/descriptors.ts';
import { createInFlight, limitWaiting, maxBytesInFlight } from './limits/in-flight.ts';
import { createNotices, protocolOf, type ReceiverNotice } from './limits/notices.ts';
import { webhookProtocol, type Protocol, type WebhookOptions } from './protocol.ts';
import { createRequestLifecycle, type RequestLifecycle, type LifecycleOptions } from './request-lifecycle.ts';
import { protocolAnswer, writeRaw } from './write-answer.ts';

export interface ReceiverOptions extends ServerOptions<Received>, WebhookOptions {
  /** The webhook secret; without one, nothing is checked. */
  secret?: string | null | undefined;
  /** Default: 5 MiB. At most 128 MiB, the limit for all bodies together. */
  maxBodyBytes?: number | undefined;
}

/** What any server of ours takes, whatever it makes of its requests. */
export interface ServerOptions<Seen extends Capture> extends Pick<
  LifecycleOptions<Seen>,
  'clock' | 'answer' | 'currentAnswer' | 'keep' | 'onReceived'
> {
  /** Other time limits for clients, in milliseconds, so that a test does not have to wait. */
  patience?: Partial<Patience> | undefined;
  /** Let the process end although the server listens. */
  unref?: boolean | undefined;
  /** Called once for each kind of trouble that costs senders their answers. */
  onNotice?: ((notice: ReceiverNotice) => void) | undefined;
}

/** How long a client may take, with Node's own names. */
type Patience = Pick<
  typeof serverOptions,
  'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval' | 'keepAliveTimeout'
>;

export interface Receiver {
  /**
   * Binds the port; 0 means any free one. `url` has the given host (IPv6 in brackets) and the one path, if there is
   * one; otherwise it has no slash at the end.
   *
   * @throws Node's own error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, ...)
   */
  listen(address: Address): Promise<Listening>;
  /**
   * Stops accepting connections, and closes idle ones at once. Requests in flight get `graceMs` (default 2000), then
   * their connections are closed too. A second call waits for the first.
   */
  close(options?: { graceMs?: number }): Promise<void>;
}

export interface Listening {
  url: string;
  port: number;
  /** The address that was bound, whatever name led to it (`0` is 0.0.0.0). */
  address: string;
}

/** The requests in flight on every open connection. */
type Connections = Map<Socket, Set<RequestLifecycle>>;

/** The server of `listen`: refuses, reads, inspects and answers. */
export function createReceiver({ secret, maxBodyBytes: limit, strict, path, ...options }: ReceiverOptions): Receiver {
  const maxBodyBytes = Math.min(limit ?? 5 * 1024 * 1024, maxBytesInFlight);
  const protocol = webhookProtocol({ strict, path }, { auth: createBearerCheck(secret), maxBodyBytes });
  return createProtocolServer(protocol, { ...options, maxBodyBytes, path });
}

/**
 * Whatever a client sends ends in a status below 500 or a closed connection, and never in the way of the next request.
 */
export function createProtocolServer<Seen extends Capture>(
  protocol: Protocol<Seen>,
  options: ServerOptions<Seen> & { maxBodyBytes: number; path?: string | undefined },
): Receiver {
  const connections: Connections = new Map();
  const server = createServer({ ...serverOptions, ...options.patience });
  const notify = createNotices(options.onNotice);
  const inFlight = createInFlight(() => notify({ kind: 'crowded' }));
  const descriptors = watchDescriptors(connections, (open) => notify({ kind: 'descriptors', connections: open }));
  const lifecycleOptions: LifecycleOptions<Seen> = { ...options, protocol, inFlight, turnEnd: createTurnEnd() };
  const nextId = createIds();
  const running = createCount();
  const limits = new WeakMap<Socket, () => void>();
  let closing: Promise<void> | undefined;

  const onRequest = async (req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean): Promise<void> => {
    const lifecycles = connections.get(req.socket);
    const lifecycle = createRequestLifecycle(req, res, lifecycleOptions, nextId);
    lifecycles?.add(lifecycle);
    limits.get(req.socket)?.();
    res.on('close', () => {
      lifecycles?.delete(lifecycle);
      lifecycle.end();
      limits.get(req.socket)?.();
      descriptors.used(req.socket);
      if (closing && lifecycles?.size === 0) req.socket.destroySoon();
    });
    running.add(1);
    try {
      // While closing, a kept connection ends with the answer to its last request.
      const isLast = (): boolean => closing !== undefined && [...(lifecycles ?? [])].at(-1) === lifecycle;
      await lifecycle.run({ awaitsContinue, isLast });
    } catch {
      // Only a bug of ours gets here. It costs this connection, but not the next event.
      req.socket.destroy();
    }
    inFlight.close(req);
    running.add(-1);
  };
  const stop = async (graceMs: number): Promise<void> => {
    await close(server, connections, graceMs);
    // Requests that were cut off are still recorded and reported. The wait is limited, because an answer of the caller
    // may never settle.
    await waitAtMost(graceMs, running.isZero());
  };
  server.on('request', (req, res) => void onRequest(req, res, false));
  server.on('checkContinue', (req, res) => void onRequest(req, res, true));
  server.on('checkExpectation', (req, res) => void onRequest(req, res, false));
  guardConnections(server, connections, notify);
  const { requestTimeout } = { ...serverOptions, ...options.patience };
  declineUpgrades(server, (socket) => untilIdle(connections.get(socket)));
  server.on('connection', (socket) => {
    descriptors.opened();
    // A connection that was restarted after `Upgrade` already has its limit.
    if (limits.has(socket)) return;
    limits.set(
      socket,
      limitWaiting(socket, requestTimeout, () => connections.get(socket)?.size ?? 0),
    );
  });

  return {
    async listen(wanted) {
      const { unref } = options;
      const { port, address, origin } = await listen(server, wanted, { readerPatienceMs: requestTimeout, unref });
      // A failed accept (too many open files, if Node notices it) does not end the open connections.
      server.on('error', descriptors.look);
      return { url: `${origin}${options.path ?? ''}`, port, address };
    },
    close: ({ graceMs = 2000 } = {}) => (closing ??= stop(graceMs)),
  };
}

/** The options that the server is made with. */
export const serverOptions = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  // With Node's own 30 s, the two limits above would have no effect.
  connectionsCheckingInterval: 1000,
  // Tunnels keep connections for a minute. If we closed first, an event that is on its way would be lost.
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  insecureHTTPParser: false,
};

function guardConnections(server: Server, connections: Connections, notify: (notice: ReceiverNotice) => void): void {
  // Read all headers, so that none can hide after the 2000th: their total size is limited already.
  server.maxHeadersCount = 0;
  // Undocumented, but as old as node:http. Without it, a client that closes its sending side early never gets the
  // answer.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('connection', (socket) => {
    if (connections.has(socket)) return;
    const lifecycles = new Set<RequestLifecycle>();
    connections.set(socket, lifecycles);
    socket.once('end', () => lifecycles.forEach((lifecycle) => lifecycle.leave()));
    socket.once('close', () => {
      connections.delete(socket);
      // Also requests that were pipelined after another one: Node never closes their responses.
      lifecycles.forEach((lifecycle) => lifecycle.end());
    });
  });
  const broken = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Bytes after broken bytes are broken too: drop them until the connection ends.
    if (broken.has(socket) && socket.writableEnded) return;
    broken.add(socket);
    const protocol = protocolOf(error);
    if (protocol) notify(protocol);
    refuseBroken(error, socket, connections.get(socket));
  });
  server.on('connect', (_req, socket: Socket) => {
    const error = 'CONNECT is not accepted: an event is a POST (R6)';
    writeRaw(socket, jsonAnswer(405, { error }, { Allow: 'POST' }));
  });
}

async function untilIdle(lifecycles: ReadonlySet<RequestLifecycle> = new Set()): Promise<void> {
  await Promise.all(Array.from(lifecycles, ({ res }) => new Promise((resolve) => res.once('close', resolve))));
}

function refuseBroken(
  error: NodeJS.ErrnoException,
  socket: Socket,
  lifecycles: Set<RequestLifecycle> | undefined,
): void {
  const inFlight = [...(lifecycles ?? [])];
  const waiting = inFlight.findLast(({ req }) => req.complete);
  if (!socket.writable || inFlight.some(({ res }) => res.headersSent)) {
    socket.destroy();
  } else if (waiting) {
    // Valid requests came before the broken one: their answers go first, and the last of them closes the connection.
    waiting.res.shouldKeepAlive = false;
  } else {
    writeRaw(socket, protocolAnswer(error.code));
  }
}

/** Resolves at the end of this turn of the event loop, once for all callers of the turn. */
function createTurnEnd(): () => Promise<void> {
  let end: Promise<void> | undefined;
  const forget = (): void => {
    end = undefined;
  };
  return () => (end ??= turnPassed().then(forget));
}

function close(server: Server, connections: Connections, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => connections.forEach((_lifecycles, socket) => socket.destroy()), graceMs);
    // An error only means that it was not listening.
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const [socket, lifecycles] of connections) if (lifecycles.size === 0) socket.destroy();
  });
}

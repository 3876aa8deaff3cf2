import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { URL } from 'node:url';
import { closeServer, listen } from './listen.ts';

/** An app that answers a `Request` with a `Response`: Hono, Workers, a route of Next. */
export interface FetchApp {
  // A framework has types of its own for both, and for what comes behind: none of them is a reason to refuse it.
  // oxlint-disable-next-line typescript/no-explicit-any
  fetch(request: any, ...more: any[]): unknown;
}

/** Koa: gives a handler when it is asked. */
export interface KoaApp {
  callback(): (req: IncomingMessage, res: ServerResponse) => unknown;
}

/** Fastify: has a handler once it is ready. */
export interface FastifyApp {
  ready(): PromiseLike<unknown>;
  routing(req: IncomingMessage, res: ServerResponse): void;
}

/** A Node request handler; an Express app is one. Its promise, if it gives one, is waited for. */
export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => unknown;

/** Everything that can answer HTTP requests in this process. */
export type App = NodeHandler | Server | FetchApp | KoaApp | FastifyApp;

/** An app that can be sent to. */
export interface ServedApp {
  /** `http://127.0.0.1:49152`. */
  origin: string;
  /** Closes what was opened for it: a server that listened before stays open. */
  close(): Promise<void>;
}

/**
 * Makes an app listen on a free port of loopback; a server that listens already is taken as it is. A handler that throws,
 * or whose promise rejects, has answered 500 with the error as its text.
 *
 * @param caller whose argument it is, for the error
 * @param unref let the process end although the app listens
 * @throws TypeError at once for what is no app
 */
export async function serveApp(app: App, caller: string, { unref = false } = {}): Promise<ServedApp> {
  if (isServer(app)) return serve(app, unref);
  const handler = handlerOf(app, caller);
  if (isFastify(app)) await app.ready();
  return serve(createServer(guard(handler)), unref);
}

async function serve(server: Server, unref: boolean): Promise<ServedApp> {
  if (server.listening) return { origin: originOf(server), close: async () => {} };
  // It may be the caller's own server, which keeps its own ways.
  await listen(server, { port: 0, host: '127.0.0.1' }, { readerPatienceMs: Infinity, unref });
  return { origin: originOf(server), close: () => closeServer(server) };
}

function originOf(server: Server): string {
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) throw new TypeError('the server listens on a pipe, not on a port');
  const { port, family, address } = bound;
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  // `::` takes IPv4 as well, unless it was told not to; `::1` does not.
  return `${scheme}://${family === 'IPv6' && address !== '::' ? `[${address}]` : '127.0.0.1'}:${port}`;
}

/** By what it has, not by its class: that may come from another copy of a package, or from another realm. */
function handlerOf(app: Exclude<App, Server>, caller: string): NodeHandler {
  if (typeof app === 'function') return app as NodeHandler;
  if (isFastify(app)) return (req, res) => app.routing(req, res);
  if (has(app, 'fetch')) return fetchHandler(app as FetchApp);
  if (has(app, 'callback')) return (app as KoaApp).callback();
  throw new TypeError(
    `${caller} takes a URL, a Node request handler, an Express, Koa, Fastify or Hono app, a http.Server, ` +
      `or an object with fetch(request): it was given ${describe(app)}`,
  );
}

function isServer(app: unknown): app is Server {
  return has(app, 'address') && has(app, 'listen') && 'listening' in (app as object);
}

function isFastify(app: unknown): app is FastifyApp {
  return has(app, 'routing') && has(app, 'ready');
}

function has(app: unknown, method: string): boolean {
  return typeof app === 'object' && app !== null && typeof (app as Record<string, unknown>)[method] === 'function';
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const keys = Object.keys(value).slice(0, 5).join(', ');
  return Array.isArray(value) ? 'an array' : keys ? `an object with ${keys}` : 'an object with nothing in it';
}

/** What a handler throws would end the process of whoever calls us; under a framework it would be a 500. */
function guard(handler: NodeHandler): RequestListener {
  return async (req, res) => {
    try {
      await handler(req, res);
    } catch (error) {
      answerError(res, error);
    }
  };
}

function answerError(res: ServerResponse, error: unknown): void {
  if (res.headersSent) return void res.destroy();
  res.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`the handler threw: ${nameOf(error)}`);
}

/** Anything can be thrown, also what cannot be made a string. */
function nameOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that has no name';
  }
}

function fetchHandler(app: FetchApp): NodeHandler {
  if (typeof Request === 'undefined')
    throw new TypeError(
      'there is no Request here for an app with fetch(request): run the test in the environment "node"',
    );
  return async (req, res) => {
    const answer = (await app.fetch(await requestOf(req), {}, workerContext)) as Response | null | undefined;
    if (typeof answer?.status !== 'number' || typeof answer.headers?.forEach !== 'function')
      throw new TypeError('fetch(request) gave no Response');
    await writeResponse(answer, res);
  };
}

/** What Workers hand in beside the request: work that goes on after the answer may fail without a word. */
const workerContext = {
  waitUntil: (work: unknown): void => void Promise.resolve(work).catch(() => {}),
  passThroughOnException: (): void => {},
};

async function requestOf(req: IncomingMessage): Promise<Request> {
  const { method = 'GET', rawHeaders } = req;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks);
  const { href } = new URL(req.url ?? '/', `http://${req.headers.host ?? '127.0.0.1'}`);
  return new Request(href, { method, headers, body });
}

async function writeResponse(answer: Response, res: ServerResponse): Promise<void> {
  const headers: [string, string][] = [];
  // Cookies come one by one.
  answer.headers.forEach((value, name) => headers.push([name, value]));
  res.writeHead(answer.status, headers.flat());
  if (!answer.body) return void res.end();
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), res);
}

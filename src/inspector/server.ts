import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createBearerCheck } from '../contract/bearer.ts';
import { messageSenders, messageTypeNames } from '../contract/message-types.ts';
import type { Redactor } from '../contract/redact.ts';
import { HookError } from '../errors.ts';
import { headerPairs, headerValue } from '../http/headers.ts';
import { closeServer, listen } from '../http/listen.ts';
import { serverOptions } from '../receiver/server.ts';
import type { AnswerControl } from './answer-switch.ts';
import type { Archive } from './archive.ts';
import type { Feed } from './feed.ts';
import { refuseAtGate, securityHeaders, staticTargets, type Gate } from './gate.ts';
import type { ReplayPolicy } from './replay.ts';
import { statusOfError, type Route, type RouteReply } from './route.ts';
import { createRoutes, parsePost } from './routes.ts';
import { readStatic } from './static-files.ts';
import { createStreams } from './stream.ts';
import { createWire, type Wire } from './wire.ts';

export interface InspectorOptions {
  /** What the events come from. */
  source: 'listen' | 'journal' | 'mock';
  feed: Feed;
  /** The file behind the feed, where there is one. */
  archive?: Archive;
  /** Asked each time: a secret may be read late. */
  redactor: () => Redactor;
  policy: ReplayPolicy;
  answers?: AnswerControl;
  say?: (message: Record<string, unknown>) => Promise<object>;
  /** The journal that the events are in, as the user named it. */
  journal?: string | undefined;
  /** Where events are received; null where none are. */
  receiverUrl(): string | null;
}

export interface Inspector {
  /**
   * Binds a port of 127.0.0.1, and no other address (S1).
   *
   * @throws Node's own error (`EADDRINUSE`, `EACCES`, ...)
   */
  listen(port: number): Promise<{ port: number; url: string }>;
  close(): Promise<void>;
}

/** The largest JSON of a POST, in bytes: an edited body is in it. */
const maxPostBytes = 16 * 1024 * 1024;

/** The server of the page, and the control API that the page uses. Nobody but who has the token of the run is told anything. */
export function createInspector(options: InspectorOptions): Inspector {
  // 256 bits, new in each run (S3).
  const token = randomBytes(32).toString('base64url');
  const { feed, archive = null, answers = null, say = null, journal = null } = options;
  const wire = createWire(options.redactor);
  const state = (): object => stateOf(options);
  const streams = createStreams({ feed, wire, state });
  const routes = createRoutes({ ...options, archive, answers, say, journal, wire, streams, state });
  const closing = new AbortController();
  let gate: Gate = { port: 0, checkToken: createBearerCheck(token) };

  const server = createServer(serverOptions, (req, res) => {
    const context = { routes, wire, signal: closing.signal };
    void answer(req, res, { gate, ...context }).catch(() => res.destroy());
  });
  return {
    async listen(wanted) {
      const { port } = await listen(server, { port: wanted, host: '127.0.0.1' });
      server.on('error', () => {});
      gate = { ...gate, port };
      return { port, url: `http://127.0.0.1:${port}/#token=${token}` };
    },
    async close() {
      closing.abort();
      streams.close();
      await closeServer(server, { graceMs: 200 });
    },
  };
}

/** What a page has to know beside the events. */
function stateOf({ source, feed, archive, policy, answers, say, journal, receiverUrl }: InspectorOptions): object {
  const urls = policy.targets().map(({ href }) => href);
  return {
    type: 'state',
    source,
    url: receiverUrl(),
    journal: journal ?? null,
    replay: { urls, allowRemote: policy.allowRemote, secret: policy.secret !== null },
    answers: answers ? { script: answers.script() } : null,
    say: say !== undefined,
    senders: messageSenders,
    types: messageTypeNames,
    clear: archive === undefined,
    ...feed.counts(),
    firstSeq: archive?.firstSeq() ?? feed.firstSeq(),
    lastSeq: feed.lastSeq(),
  };
}

interface Context {
  gate: Gate;
  routes: readonly Route[];
  wire: Wire;
  signal: AbortSignal;
}

async function answer(req: IncomingMessage, res: ServerResponse, context: Context): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value);
  const target = req.url ?? '';
  const refusal = refuseAtGate({ target, rawHeaders: headerPairs(req.rawHeaders) }, context.gate);
  if (refusal) return end(req, res, refusal.status, refusal.headers, String(refusal.body));
  if (staticTargets.has(target)) return answerStatic(req, res, target);
  const left = new AbortController();
  res.on('close', () => left.abort());
  try {
    const reply = await route(req, res, context, AbortSignal.any([context.signal, left.signal]));
    if (reply === 'streaming') return;
    if ('bytes' in reply) return end(req, res, 200, reply.headers, reply.bytes);
    end(req, res, reply.status ?? 200, json, context.wire.json(reply.json));
  } catch (error) {
    if (error instanceof WrongMethod) res.setHeader('Allow', error.allowed);
    const status = error instanceof WrongMethod ? 405 : statusOfError(error);
    const message = error instanceof HookError ? error.message : 'this is a bug in suvvy-hook';
    end(req, res, status, json, context.wire.json({ error: message }));
  }
}

class WrongMethod extends HookError {
  readonly allowed: string;
  constructor(allowed: readonly string[]) {
    super(`this takes ${allowed.join(' or ')}`);
    this.allowed = allowed.join(', ');
  }
}

async function route(
  req: IncomingMessage,
  res: ServerResponse,
  { routes }: Context,
  signal: AbortSignal,
): Promise<RouteReply> {
  const [path = '', ...query] = (req.url ?? '').split('?');
  const here = routes.filter((candidate) => candidate.path.test(path));
  const found = here.find(({ method }) => method === req.method);
  if (!found) {
    if (here.length > 0) throw new WrongMethod(here.map(({ method }) => method));
    return { status: 404, json: { error: 'there is nothing here' } };
  }
  const body = found.method === 'POST' ? parsePost(await readPost(req)) : {};
  const params = found.path.exec(path)!.slice(1);
  return found.run({ query: new URLSearchParams(query.join('?')), params, body, signal, res });
}

async function readPost(req: IncomingMessage): Promise<Buffer> {
  // A form of another page cannot send it (S2).
  const type = headerValue(headerPairs(req.rawHeaders), 'content-type') ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) throw new HookError('Content-Type must be application/json');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += (chunk as Buffer).length;
    if (size > maxPostBytes) throw new HookError('the body is larger than 16 MB');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function answerStatic(req: IncomingMessage, res: ServerResponse, target: string): Promise<void> {
  if (req.method !== 'GET' && req.method !== 'HEAD') return end(req, res, 405, { Allow: 'GET, HEAD' }, '');
  const file = await readStatic(target).catch(() => null);
  if (!file) return end(req, res, 404, json, '{"error":"there is nothing here"}');
  end(req, res, 200, { 'Content-Type': file.type }, file.bytes);
}

const json = { 'Content-Type': 'application/json' };

/** A body that nobody reads ends the connection with the answer. */
function end(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  if (!req.complete) res.shouldKeepAlive = false;
  res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  res.end(req.method === 'HEAD' ? undefined : body);
}

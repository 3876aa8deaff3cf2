import { randomBytes } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { pipeline, Transform } from 'node:stream';
import { deadlineMs } from '../../contract/limits.ts';
import type { Redact } from '../../contract/redact.ts';
import { broken, explainFailure, timeoutFailure } from '../../delivery/failure.ts';
import { judge, type Judged } from '../../delivery/judge.ts';
import type { Failure } from '../../delivery/outcome.ts';
import { headerPairs, headerValues, type RawHeaders } from '../../http/headers.ts';
import { jsonAnswer, type AnswerEvent, type Reaction, type Forwarded } from '../../receiver/answer.ts';
import type { Received } from '../../receiver/inspect.ts';
import { errorLine } from '../../text/error-line.ts';
import { decode } from '../../text/safe.ts';
import { hopsOf, refuseHops, viaHeader } from './hops.ts';

export interface ForwardOptions {
  /** The whole target: the path and query of the request are not appended. */
  url: URL;
  /** How long to wait for the app's headers, in milliseconds. Default: as long as Suvvy waits (R2). */
  timeoutMs?: number | undefined;
  /** Takes secrets out of the line that is shown of an error page. */
  redact?: Redact | undefined;
  /** Called with the reason for each event that is not passed on because it came in a circle. */
  onCircle?: ((reason: string) => void) | undefined;
}

/**
 * Answers as the app at `url` does: sends it the same bytes, and returns its status, headers and body as they come. One
 * attempt on a fresh connection, no redirects, certificates verified. 502 if no answer came, 504 after the deadline.
 * Stops when the client leaves. A request that was here before gets a 508, and is not passed on again.
 */
export function createForward({
  url,
  timeoutMs = deadlineMs,
  redact = (text) => text,
  onCircle,
}: ForwardOptions): AnswerEvent {
  const ownId = randomBytes(8).toString('hex');
  return async (received, _proposed, signal) => {
    const hops = hopsOf(received.rawHeaders);
    const circle = refuseHops(hops, ownId);
    if (circle !== null) {
      onCircle?.(circle);
      return jsonAnswer(508, { error: circle });
    }
    const via = [...hops, ownId].join(', ');
    const startedMs = performance.now();
    const end = await passOn(received, { url, via, timeoutMs, signal });
    const ms = performance.now() - startedMs;
    if ('failure' in end) return noAnswer(end.status, forwardedOf(ms, { response: null, failure: end.failure }));
    const { res } = end;
    const status = res.statusCode ?? 0;
    const forwarded = forwardedOf(ms, { response: { status, headersMs: ms, bodyCut: null }, failure: null });
    res.on('error', () => (forwarded.bodyBroken = !signal.aborted));
    if (status >= 200) return relay(status, res, forwarded, redact);
    res.destroy();
    return noAnswer(502, forwarded);
  };
}

/** Uses the rules of `send`, so that the two always agree. */
function forwardedOf(ms: number, outcome: Judged): Forwarded {
  const { reason, sentence } = judge(outcome);
  const status = outcome.response?.status ?? null;
  return { status, ms, reason, message: sentence, bodyBroken: false };
}

/** The result of a forward: the answer of the app, or the failure and the status for the sender. */
type ForwardEnd = { res: IncomingMessage } | { failure: Failure; status: 502 | 504 };

const left: Failure = { code: 'interrupted', message: 'the sender left before the app answered' };

async function passOn(
  received: Received,
  { url, via, timeoutMs, signal }: { url: URL; via: string; timeoutMs: number; signal: AbortSignal },
): Promise<ForwardEnd> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve) => {
    const body = received.body ?? Buffer.alloc(0);
    const own = [viaHeader, via, 'Content-Length', String(body.length)];
    const headers = ['Host', url.host, ...requestHeaders(received.rawHeaders), ...own];
    // The signal also ends a body that is still arriving when the client leaves.
    const req: ClientRequest = request(url, {
      method: received.method,
      headers,
      agent: false,
      signal,
      rejectUnauthorized: true,
    } as RequestOptions);
    let timedOut = false;
    let connected = false;
    const timer = setTimeout(() => {
      timedOut = true;
      req.destroy();
    }, timeoutMs);
    const fail = (error?: unknown): void => {
      clearTimeout(timer);
      if (timedOut) resolve({ failure: timeoutFailure(connected, timeoutMs), status: 504 });
      else if (signal.aborted) resolve({ failure: left, status: 502 });
      else resolve({ failure: error ? explainFailure(error, url, connected) : broken, status: 502 });
    };
    req.once('socket', (socket) => socket.once('connect', () => (connected = true)));
    req.once('response', (res) => {
      clearTimeout(timer);
      resolve({ res });
    });
    req.on('error', fail);
    req.once('close', () => fail());
    req.end(body);
  });
}

function relay(status: number, res: IncomingMessage, forwarded: Forwarded, redact: Redact): Reaction {
  // Redact before cutting: a part of a secret would not be found.
  const note = (text: string): void => void (forwarded.errorLine = errorLine(redact(text)));
  const body = forwarded.reason === null || isEncoded(res) ? res : listenFor(res, note);
  return { status, headers: responseHeaders(res.rawHeaders, status), body, origin: { forwarded } };
}

function isEncoded({ headers }: IncomingMessage): boolean {
  return headers['content-encoding'] !== undefined;
}

/** How much of an error page is read, in bytes: as much as `send` reads. */
const maxHeard = 64 * 1024;

/** The same stream. At its end, the start of its content is reported. */
function listenFor(res: IncomingMessage, onEnd: (text: string) => void): Transform {
  const heard: Buffer[] = [];
  let bytes = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bytes < maxHeard) heard.push(chunk.subarray(0, maxHeard - bytes));
      bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      onEnd(decode(Buffer.concat(heard)));
      done();
    },
  });
  // If one breaks, the other breaks too: the sender must not take half an answer for a whole one.
  return pipeline(res, body, () => {}) as Transform;
}

/** The sender gets only this message. The details are for the user at the screen. */
function noAnswer(status: 502 | 504, forwarded: Forwarded): Reaction {
  const error = `the app behind this receiver did not answer${status === 504 ? ' in time' : ''}`;
  return { ...jsonAnswer(status, { error }), origin: { forwarded } };
}

/** Headers of one connection only, which are not passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that the new request sets itself. `Expect` was already answered when the body was read. */
const ownOfRequest = new Set(['host', 'content-length', 'expect', viaHeader.toLowerCase()]);

function requestHeaders(rawHeaders: RawHeaders): string[] {
  const stays = endToEnd(rawHeaders);
  return rawHeaders.filter(([name]) => stays(name) && !ownOfRequest.has(name.toLowerCase())).flat();
}

function responseHeaders(flat: readonly string[], status: number): Record<string, string | string[]> {
  const pairs = headerPairs(flat);
  const stays = endToEnd(pairs);
  const kept = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    // Without a body, a length cannot be right.
    if (!stays(name) || (key === 'content-length' && status === 204)) continue;
    const entry = kept.get(key);
    if (entry) entry.values.push(value);
    else kept.set(key, { name, values: [value] });
  }
  const entries = [...kept.values()].map(({ name, values }): [string, string | string[]] => [
    name,
    values.length === 1 ? values[0]! : values,
  ]);
  return Object.fromEntries(entries);
}

/** Separates headers that are passed on from those of one connection. `Connection` may name more of the latter. */
function endToEnd(pairs: RawHeaders): (name: string) => boolean {
  const named = headerValues(pairs, 'connection').flatMap((value) =>
    value.split(',').map((option) => option.trim().toLowerCase()),
  );
  const stopped = new Set([...hopByHop, ...named]);
  return (name) => !stopped.has(name.toLowerCase());
}

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, pipeline } from 'node:stream';
import { clearTimeout, setTimeout } from '../http/clock.ts';
import { jsonAnswer, type Answer, type Reaction, type StreamedAnswer } from './answer.ts';

/** How long we still read from a connection after its request was refused halfway, in milliseconds (our choice). */
const lingerMs = 2000;

/**
 * Carries out a reaction. `res` closes when it is done. If the answer goes out before the request is complete, that can
 * be much later, and `onEarlyAnswer` is called when the answer has been sent.
 *
 * @throws Node's error for a status or header that cannot be sent; then nothing was sent
 */
export function writeAnswer(res: ServerResponse, reaction: Reaction, onEarlyAnswer: () => void): void {
  if ('action' in reaction) {
    if (reaction.action === 'reset') res.req.socket.resetAndDestroy();
  } else if (isStreamed(reaction)) {
    writeStreamed(res, reaction);
  } else if (res.req.complete || res.socket === null) {
    const bytes = Buffer.byteLength(reaction.body);
    writeHead(res, reaction, bytes);
    if (bytes > pieceBytes) writePieces(res, reaction.body);
    else res.end(isAscii(reaction.headers) ? reaction.body : Buffer.from(reaction.body));
  } else {
    writeEarly(res, reaction, onEarlyAnswer);
  }
}

/** Whether it may last as long as the client stays: a hang, a stream. */
export function isOpenEnded(reaction: Reaction): boolean {
  return 'action' in reaction ? reaction.action === 'hang' : isStreamed(reaction);
}

/** Releases what a reaction holds, if it will not be used. */
export function discard(reaction: Reaction): void {
  if (!('action' in reaction) && isStreamed(reaction)) reaction.body.destroy();
}

/** A stream may fail before anybody reads it, and an unhandled error would end the process. */
export function guardStream(reaction: Reaction): void {
  if (!('action' in reaction) && isStreamed(reaction)) reaction.body.on('error', ignore);
}

/** The last answer on a connection that has no request to answer. */
export function writeRaw(socket: Socket, answer: Answer): void {
  const reason = rawReasons[answer.status] ?? '';
  const headers = { ...answer.headers, Connection: 'close', 'Content-Length': String(Buffer.byteLength(answer.body)) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${answer.status} ${reason}\r\n${lines.join('\r\n')}\r\n\r\n${String(answer.body)}`);
  linger(socket);
}

/** The answer to bytes that Node's parser rejected, by its error code. */
export function protocolAnswer(code: string | undefined): Answer {
  if (code === 'HPE_HEADER_OVERFLOW') return jsonAnswer(431, { error: 'the headers are larger than 16 KB' });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return jsonAnswer(408, { error: 'the request did not arrive in time' });
  return jsonAnswer(400, { error: 'the request is not valid HTTP' });
}

const rawReasons: Record<number, string> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function isStreamed(answer: Answer | StreamedAnswer): answer is StreamedAnswer {
  return answer.body instanceof Readable;
}

function writeStreamed(res: ServerResponse, { status, headers, body }: StreamedAnswer): void {
  res.writeHead(status, ownFraming(headers, true));
  // Not with flushHeaders, and not with a string: both encode the bytes of a header as UTF-8.
  res.write(nothing);
  // If the stream breaks, the connection breaks too: the client must not take half an answer for a whole one.
  pipeline(body, res, ignore);
}

/** Writes in pieces, so that a slow reader can be told from one that has stopped. */
function writePieces(res: ServerResponse, body: string | Buffer): void {
  pipeline(Readable.from(piecesOf(typeof body === 'string' ? Buffer.from(body) : body)), res, ignore);
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}

function writeHead(res: ServerResponse, { status, headers }: Answer, bodyBytes: number): void {
  const out = ownFraming(headers, false);
  if (status !== 204 && status !== 304) out['Content-Length'] = String(bodyBytes);
  res.writeHead(status, out);
}

function isAscii(headers: Record<string, string>): boolean {
  for (const name in headers) if (/[^\0-\x7f]/.test(headers[name]!)) return false;
  return true;
}

/**
 * Answers while the request is still arriving. Closing at once would reset the connection, and could destroy the
 * answer. Keeping it open would leave it unclear where the next request begins (after `Expect: 100-continue`). So we
 * send the answer, then our FIN, and then drop incoming bytes for a while.
 */
function writeEarly(res: ServerResponse, answer: Answer, onEarlyAnswer: () => void): void {
  const { req, socket } = res;
  res.shouldKeepAlive = false;
  writeHead(res, answer, Buffer.byteLength(answer.body));
  res.flushHeaders();
  res.write(answer.body);
  if (!socket) return;
  req.resume();
  req.once('end', () => socket.destroySoon());
  socket.end(onEarlyAnswer);
  linger(socket);
}

function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.on('error', ignore);
  socket.resume();
}

/** Headers without those that frame the body. A streamed body may keep its length. */
function ownFraming<Value>(headers: Record<string, Value>, keepLength: boolean): Record<string, Value> {
  const out: Record<string, Value> = {};
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (framing.has(lower) || (lower === 'content-length' && !keepLength)) continue;
    out[name] = headers[name]!;
  }
  return out;
}

const framing = new Set(['connection', 'keep-alive', 'transfer-encoding', 'trailer', 'upgrade']);

const pieceBytes = 64 * 1024;

const nothing = Buffer.alloc(0);

function ignore(): void {}

import express from 'express';
import express4 from 'express4';
import { secret } from '../receivers.ts';
import { expressReceiver } from './express.ts';
import { fastifyReceiver } from './fastify.ts';
import { honoReceiver } from './hono.ts';
import { koaReceiver } from './koa.ts';
import { nodeReceiver } from './node-http.ts';
import { askPython, pythonReceiver } from './python.ts';
import { listening, type Running } from './running.ts';
import { createHandler, shim } from './serverless.ts';

/** A receiver built on what people use, with its defaults. */
export interface Framework {
  name: string;
  start(): Promise<Running>;
  /** What its users should know. */
  notes: string;
  /** Why it cannot run here; null if it can. */
  missing?: string | null;
  /** What runs here is not of the version that the page is about. */
  foreign?: boolean;
}

const flask = askPython('import flask; print(flask.__version__)');
const python = askPython('import sys; print(*sys.version_info[:2], sep=".")');

/** One for each column of docs/frameworks.md. */
export const frameworks: readonly Framework[] = [
  {
    name: 'Express 4',
    start: () => listening(expressReceiver(express4, secret)),
    notes:
      '`express.json()` takes 100 KB: `express.json({ limit: "5mb" })` takes more. What is not `application/json` is not parsed, and `req.body` is `{}`: such an event is answered 2xx and not seen. Error pages are HTML with a stack trace unless `NODE_ENV=production`.',
  },
  {
    name: 'Express 5',
    start: () => listening(expressReceiver(express, secret)),
    notes:
      'As Express 4, but for what is not parsed: `req.body` is `undefined`, and reading a field of it throws, which is a 500.',
  },
  {
    name: 'Fastify 5',
    start: () => fastifyReceiver(secret),
    notes:
      'Bodies of up to 1 MiB: `fastify({ bodyLimit: 5_000_000 })` takes more. A body without a Content-Type is a 415, and one with a `__proto__` in it a 400. `text/plain` is parsed to a string, and reading a field of it finds nothing: such an event is answered 2xx and not seen.',
  },
  {
    name: 'Hono 4',
    start: () => honoReceiver(secret),
    notes:
      'No limit on bodies (`hono/body-limit` sets one), and no look at the content type. `c.req.json()` throws on what is not JSON, which is a 500: catch it to answer 400.',
  },
  {
    name: 'Koa 3',
    start: () => listening(koaReceiver(secret)),
    notes: 'Reads no bodies by itself: limits and 400s are those of what you read them with, here none.',
  },
  {
    name: 'node:http',
    start: () => listening(nodeReceiver(secret)),
    notes:
      'No limits, no methods, no paths: all of that is yours. What an asynchronous handler throws ends the process, so catch it; `robust/recovery` looks whether you do.',
  },
  {
    name: 'serverless',
    start: () => listening(shim(createHandler(secret))),
    notes:
      'A function `(event) => ({ statusCode, headers, body })` behind a shim of ours. Clouds differ: names of headers may come in lower case or not, a function that throws is mostly a 502, and bodies have a limit of the platform.',
  },
  {
    name: 'Flask',
    missing: python === null ? 'no Python' : flask === null ? 'no Flask' : null,
    foreign: flask === null || !flask.startsWith('2.2.'),
    start: () => pythonReceiver('flask_receiver.py', secret),
    notes:
      '2.2, with its own development server: `request.get_json()` takes `application/json` alone (400, and 415 from Flask 2.3 on), error pages are HTML. No limit on bodies unless `MAX_CONTENT_LENGTH` is set.',
  },
  {
    name: 'http.server',
    missing: python === null ? 'no Python' : null,
    foreign: python !== '3.11',
    start: () => pythonReceiver('http_server.py', secret),
    notes:
      'Python 3.11. HTTP/1.0, one connection for each request, one request at a time: slow work before the answer holds up everybody else. An exception in the handler closes the connection without an answer. Other methods are 501.',
  },
];

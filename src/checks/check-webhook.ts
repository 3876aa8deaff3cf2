import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../http/listen.ts';
import type { CheckOptions } from './options.ts';
import type { CheckReport } from './report.ts';
import { runChecks } from './run.ts';

export interface CheckWebhookOptions extends Omit<CheckOptions, 'url'> {
  /** The path of the webhook in a handler or server. Default `/`. */
  path?: string;
}

/**
 * Runs the conformance checks against a webhook. A handler or a server that is not listening yet listens on a free
 * loopback port during the checks, and is always closed again. If a handler throws, or its promise rejects, the answer
 * is a 500 with the error as its text, so the report shows it.
 *
 * @param webhook a URL, a Node request handler (an Express app is one), or a `http.Server`
 * @returns the report; `report.summary.exitCode` says whether it is good
 */
export async function checkWebhook(
  webhook: string | URL | RequestListener | Server,
  options: CheckWebhookOptions = {},
): Promise<CheckReport> {
  if (typeof webhook === 'string' || webhook instanceof URL) return runChecks({ ...options, url: new URL(webhook) });
  const server = typeof webhook === 'function' ? createServer(guard(webhook)) : webhook;
  const ours = !server.listening;
  // A server that the caller made keeps its own limits.
  if (ours) await listen(server, { port: 0, host: '127.0.0.1' }, { readerPatienceMs: Infinity });
  try {
    const { port } = server.address() as AddressInfo;
    return await runChecks({ ...options, url: new URL(options.path ?? '/', `http://127.0.0.1:${port}`) });
  } finally {
    if (ours) await closeServer(server);
  }
}

/** An exception of a handler would end the caller's process; in a framework it would be a 500. */
function guard(handler: RequestListener): RequestListener {
  return async (req, res) => {
    try {
      // Its type says that it returns nothing, but an async function is also a handler.
      await (handler(req, res) as unknown);
    } catch (error) {
      answerError(res, error);
    }
  };
}

function answerError(res: ServerResponse, error: unknown): void {
  if (res.headersSent) return void res.destroy();
  res.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`the handler threw: ${describe(error)}`);
}

/** Anything can be thrown, even a value that cannot become a string. */
function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'a value that cannot be shown';
  }
}

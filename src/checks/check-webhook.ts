import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../http/listen.ts';
import type { CheckOptions } from './options.ts';
import type { CheckReport } from './report.ts';
import { runChecks } from './run.ts';

export interface CheckWebhookOptions extends Omit<CheckOptions, 'url'> {
  /** Where a handler or server has its webhook. Default `/`. */
  path?: string;
}

/**
 * Runs the conformance checks against a webhook. A handler or a server that does not listen yet listens on a free port
 * of loopback for as long as the checks take, and is always closed again. A handler that throws, or whose promise rejects,
 * has answered 500 with the error as its text: the report shows it.
 *
 * @param webhook a URL, a Node request handler (an Express app is one), or a `http.Server`
 * @returns the report; whether it is good is in `report.summary.exitCode`
 */
export async function checkWebhook(
  webhook: string | URL | RequestListener | Server,
  options: CheckWebhookOptions = {},
): Promise<CheckReport> {
  if (typeof webhook === 'string' || webhook instanceof URL) return runChecks({ ...options, url: new URL(webhook) });
  const server = typeof webhook === 'function' ? createServer(guard(webhook)) : webhook;
  const ours = !server.listening;
  // It may be the caller's own server, which keeps its own ways.
  if (ours) await listen(server, { port: 0, host: '127.0.0.1' }, { readerPatienceMs: Infinity });
  try {
    const { port } = server.address() as AddressInfo;
    return await runChecks({ ...options, url: new URL(options.path ?? '/', `http://127.0.0.1:${port}`) });
  } finally {
    if (ours) await closeServer(server);
  }
}

/** What a handler throws would end the process of whoever calls us; under a framework it would be a 500. */
function guard(handler: RequestListener): RequestListener {
  return async (req, res) => {
    try {
      // Its type says that it returns nothing, but an async function is a handler as well.
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

/** Anything can be thrown, also what cannot be made a string. */
function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that has no name';
  }
}

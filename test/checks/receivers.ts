import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CheckReport } from '../../src/checks/report.ts';
import { fileMessageTypes } from '../../src/contract/message-types.ts';

/** One request as a receiver sees it. */
export interface Request {
  req: IncomingMessage;
  res: ServerResponse;
  text: string;
  /** The body as JSON; undefined where it is none. */
  event: any;
}

export type Handler = (request: Request) => void;

export const secret = 'the-shared-Secret-1';

/** A receiver as the page wants it: looks at the secret, then at the event type, and answers at once. */
export const sound: Handler = ({ req, res, event }) => {
  if (req.method !== 'POST') return void res.writeHead(405, { Allow: 'POST' }).end();
  if (req.headers.authorization !== `Bearer ${secret}`)
    return void res.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  if (event === undefined || typeof event !== 'object' || event === null)
    return void res.writeHead(400).end('not JSON');
  if (event.event_type === 'new_messages' && !isMessages(event.new_messages)) return void res.writeHead(422).end();
  res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}');
};

const withFile: readonly string[] = fileMessageTypes;

function isMessages(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (message) => typeof message?.type === 'string' && (withFile.includes(message.type) ? message.file : true),
    )
  );
}

/** Answers with that status what fits; all else as the sound one does. */
export const answering =
  (status: number, fits: (text: string) => boolean): Handler =>
  (request) => {
    if (fits(request.text)) request.res.writeHead(status).end();
    else sound(request);
  };

/** How each case of a report ended. */
export function outcomesOf({ cases }: CheckReport): Record<string, string> {
  return Object.fromEntries(cases.map(({ id, outcome }) => [id, outcome]));
}

export interface Receiver {
  url: string;
  port: number;
  requests: Request[];
  server: Server;
  close(): Promise<void>;
}

/** A receiver on a free port of loopback, closed when the test ends. */
export async function receiver(handler: Handler = sound): Promise<Receiver> {
  const requests: Request[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('error', () => {});
    req.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const request = { req, res, text, event: parse(text) };
      requests.push(request);
      handler(request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}/webhook`, port, requests, server, close };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The messages of an event; none for anything else. */
export function messagesOf({ event }: Pick<Request, 'event'>): any[] {
  return Array.isArray(event?.new_messages)
    ? event.new_messages.filter((one: unknown) => typeof one === 'object' && one)
    : [];
}

/** The case that a request says it comes from. */
export function caseIn({ text }: Pick<Request, 'text'>): string | null {
  return /\[suvvy-hook check ([\w/-]+)\]/.exec(text)?.[1] ?? null;
}

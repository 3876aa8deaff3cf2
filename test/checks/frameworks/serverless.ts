import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

interface Event {
  httpMethod: string;
  headers: Record<string, string>;
  body: string;
}

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A function as it is put into a cloud. */
export function createHandler(secret: string): (event: Event) => Promise<Answer> {
  const inbox: string[] = [];
  return async (event) => {
    if (event.headers['authorization'] !== `Bearer ${secret}`) return { statusCode: 401 };
    const { event_type: type, new_messages: messages } = JSON.parse(event.body);
    if (type === 'new_messages') for (const message of messages) inbox.push(message.text ?? message.file?.url);
    return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: '{"ok":true}' };
  };
}

/** What the cloud does around it: a function that throws is a 502. */
export function shim(handler: (event: Event) => Promise<Answer>): RequestListener {
  const answer = async (...[req]: Parameters<RequestListener>): Promise<Answer> => {
    const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
    try {
      return await handler({ httpMethod: req.method!, headers, body: await text(req) });
    } catch {
      return { statusCode: 502, headers: { 'Content-Type': 'application/json' }, body: '{"message":"Internal error"}' };
    }
  };
  return async (req, res) => {
    const { statusCode, headers, body } = await answer(req, res);
    res.writeHead(statusCode, headers).end(body);
  };
}

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** No framework at all. What is thrown here ends the process, so nothing may be. */
export function nodeReceiver(secret: string): RequestListener {
  const inbox: string[] = [];

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    let body = '';
    req.setEncoding('utf8');
    for await (const chunk of req) body += chunk;
    if (req.headers.authorization !== `Bearer ${secret}`) return void res.writeHead(401).end();
    const event = JSON.parse(body);
    if (event.event_type === 'new_messages')
      for (const message of event.new_messages) inbox.push(message.text ?? message.file?.url);
    res.end('ok');
  };

  return (req, res) => void handle(req, res).catch(() => res.writeHead(400).end());
}

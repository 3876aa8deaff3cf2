import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { runningOn, type Running } from './running.ts';

export async function honoReceiver(secret: string): Promise<Running> {
  const inbox: string[] = [];
  const app = new Hono();

  app.post('/webhook', async (c) => {
    if (c.req.header('Authorization') !== `Bearer ${secret}`) return c.text('unauthorized', 401);
    const event = await c.req.json();
    if (event.event_type === 'new_messages')
      for (const message of event.new_messages) inbox.push(message.text ?? message.file?.url);
    return c.json({ ok: true });
  });

  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(runningOn(server as Server)),
    );
  });
}

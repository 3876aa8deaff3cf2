import { fastify } from 'fastify';
import type { Running } from './running.ts';

export async function fastifyReceiver(secret: string): Promise<Running> {
  const inbox: string[] = [];
  const app = fastify();

  app.post<{ Body: { event_type?: string; new_messages: any[] } }>('/webhook', async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${secret}`) return reply.code(401).send();
    if (request.body.event_type === 'new_messages')
      for (const message of request.body.new_messages) inbox.push(message.text ?? message.file?.url);
    return { ok: true };
  });

  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: `${address}/webhook`, close: () => app.close() };
}

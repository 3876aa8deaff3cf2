import type { RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import Koa from 'koa';

/** Koa reads no bodies by itself. */
export function koaReceiver(secret: string): RequestListener {
  const inbox: string[] = [];
  const app = new Koa();

  app.use(async (ctx) => {
    if (ctx.path !== '/webhook') return;
    if (ctx.get('Authorization') !== `Bearer ${secret}`) ctx.throw(401);
    const event: any = await json(ctx.req);
    if (event.event_type === 'new_messages')
      for (const message of event.new_messages) inbox.push(message.text ?? message.file?.url);
    ctx.status = 200;
  });

  return app.callback();
}

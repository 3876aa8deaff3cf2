import type { RequestListener } from 'node:http';
import type express5 from 'express';

/** The same code runs on Express 4 and 5. */
export function expressReceiver(express: typeof express5, secret: string): RequestListener {
  const inbox: string[] = [];
  const app = express();
  app.use(express.json());

  app.post('/webhook', (req, res) => {
    if (req.get('Authorization') !== `Bearer ${secret}`) return res.sendStatus(401);
    if (req.body.event_type === 'new_messages')
      for (const message of req.body.new_messages) inbox.push(message.text ?? message.file?.url);
    res.sendStatus(200);
  });

  return app;
}

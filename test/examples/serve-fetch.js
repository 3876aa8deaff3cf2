// The platform that serverless.mjs is written for, as far as its test needs one.
import { serve } from '@hono/node-server';
import handler from '../../examples/receivers/serverless.mjs';

const context = { waitUntil: (work) => void work };
serve(
  { fetch: (request) => handler.fetch(request, process.env, context), port: 0, hostname: '127.0.0.1' },
  ({ port }) => process.stdout.write(`listening on http://127.0.0.1:${port}/webhook\n`),
);

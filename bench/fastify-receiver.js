// What many write instead of bare node:http: the same, with Fastify.
import { createHash, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';

const hash = (text) => createHash('sha256').update(text).digest();
const expected = hash('Bearer bench-secret');

const app = fastify();
app.post('/', (request, reply) =>
  timingSafeEqual(hash(request.headers.authorization ?? ''), expected)
    ? reply.send({ ok: true })
    : reply.code(401).send(),
);
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);

// A receiver that costs next to nothing: it takes whatever one read brings for a request, and parses none of it.
import { createServer } from 'node:net';

const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}',
);
const server = createServer((socket) => socket.setNoDelay().on('data', () => socket.write(answer)));
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

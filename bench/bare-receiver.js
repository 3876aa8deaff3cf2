// The floor for `listen`: a node:http server that reads, parses and checks the secret as examples/receivers do, and
// shows and keeps nothing.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const hash = (text) => createHash('sha256').update(text).digest();
const expected = hash('Bearer bench-secret');

const server = createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    if (!timingSafeEqual(hash(req.headers.authorization ?? ''), expected)) return res.writeHead(401).end();
    try {
      JSON.parse(Buffer.concat(chunks).toString());
      res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}');
    } catch {
      res.writeHead(400).end();
    }
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

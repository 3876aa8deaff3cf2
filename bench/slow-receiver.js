// Answers `POST /5` after 5 ms, with a number of its own and what it took by its own clock.
import { createServer } from 'node:net';

let answers = 0;
const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  socket.setEncoding('latin1').on('error', () => {});
  socket.on('data', (chunk) => {
    const at = performance.now();
    text += chunk;
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    if (end < 0 || text.length < end + 4 + length) return;
    const delayMs = Number(/^POST \/(\d+)/.exec(text)[1]);
    text = '';
    const answer = () => {
      const took = (performance.now() - at).toFixed(4);
      answers += 1;
      socket.write(`HTTP/1.1 200 OK\r\nX-Answer: ${answers}\r\nX-Took: ${took}\r\nContent-Length: 2\r\n\r\nok`);
    };
    if (delayMs === 0) answer();
    else setTimeout(answer, delayMs);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

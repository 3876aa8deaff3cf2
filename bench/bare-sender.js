// The floor for `send` and `check`: POSTs with node:http, one after the other, each on a connection of its own.
import { request } from 'node:http';

const [url, times = '1'] = process.argv.slice(2);
const body = '{"event_type":"test_request"}';
const headers = { 'content-type': 'application/json', authorization: 'Bearer bench-secret' };

for (let left = Number(times); left > 0; left -= 1)
  await new Promise((resolve) => {
    const req = request(url, { method: 'POST', agent: false, headers });
    req.on('response', (res) => res.resume().on('end', resolve));
    req.end(body);
  });

// The floor for `send`: one POST with node:http, and its status.
import { request } from 'node:http';

const body = '{"event_type":"test_request"}';
const req = request(process.argv[2], { method: 'POST', agent: false, headers: { 'content-type': 'application/json' } });
req.on('response', (res) => res.resume().on('end', () => process.stdout.write(`${res.statusCode}\n`)));
req.end(body);

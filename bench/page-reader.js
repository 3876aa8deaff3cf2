// A page of the inspector, as far as its event stream goes: counts the events, and tells the count when it is ended.
import { request } from 'node:http';

const { origin, hash } = new URL(process.argv[2]);
const headers = { authorization: `Bearer ${new URLSearchParams(hash.slice(1)).get('token')}` };
let events = 0;
request(`${origin}/v1/stream`, { headers }, (res) => {
  res.setEncoding('utf8').on('data', (text) => (events += text.split('\nid: ').length - 1));
}).end();
process.on('SIGTERM', () => {
  process.stdout.write(String(events));
  process.exit();
});

// How far the reported wait is off the receiver's own time. Needs `npm run build`; run with `node bench/timing.js`.
import { execFile, fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(import.meta.url);
const bin = fileURLToPath(new URL('../bin/suvvy-hook.js', import.meta.url));
const run = promisify(execFile);
const now = () => Number(process.hrtime.bigint()) / 1e6;

if (process.argv[2] === 'receiver') receiver();
else await main();

/** Stamps its own clock: from the last byte of a request to just before the first byte of its answer. */
function receiver() {
  createServer({ noDelay: true }, (socket) => {
    let text = '';
    socket.setEncoding('latin1').on('error', () => {});
    socket.on('data', (chunk) => {
      const at = now();
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      const delayMs = Number(/^POST \/(\d+)/.exec(text)[1]);
      text = '';
      setTimeout(() => {
        const took = (now() - at).toFixed(4);
        socket.write(`HTTP/1.1 200 OK\r\nX-Took: ${took}\r\nContent-Length: 2\r\n\r\nok`);
      }, delayMs);
    });
  }).listen(0, '127.0.0.1', function () {
    process.send(this.address().port);
  });
}

async function main() {
  const child = fork(here, ['receiver']);
  const port = await new Promise((resolve) => child.once('message', resolve));
  const { deliver } = await import('../dist/delivery/deliver.js');
  const { createPayload } = await import('../dist/delivery/payload.js');
  const payload = createPayload({ name: 'timing', body: JSON.stringify({ text: 'x'.repeat(400) }), secret: 'secret' });
  const url = (ms) => `http://127.0.0.1:${port}/${ms}`;

  const delivery = async (ms) => {
    const { response, timing } = await deliver(payload, { url: url(ms) });
    return timing.waitMs - tookOf(response.headers);
  };
  const curl = async (ms) => {
    const written = '\n%{time_pretransfer} %{time_starttransfer}';
    const body = Buffer.from(payload.body).toString();
    const { stdout } = await run('curl', ['-sS', '-i', '-w', written, '--json', body, url(ms)]);
    const [before, first] = stdout.split('\n').at(-1).split(' ').map(Number);
    return (first - before) * 1000 - Number(/X-Took: (\S+)/.exec(stdout)[1]);
  };
  const fresh = async (ms) => {
    const args = [bin, 'send', 'fixture', 'text', '--json', '--url', url(ms)];
    const { timing, response } = JSON.parse((await run(process.execPath, args)).stdout.split('\n')[0]);
    return timing.waitMs - Number(response.headers['X-Took']);
  };

  const rows = [];
  const quick = process.argv.includes('--quick');
  for (const ms of [5, 50, 500]) {
    const rounds = Math.round((quick ? 0.3 : 1) * { 5: 400, 50: 200, 500: 40 }[ms]);
    // Side by side, so that a noisy minute hits both.
    const [ours, curls, all] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await delivery(ms));
      if (round % 4 === 0) curls.push(await curl(ms));
    }
    for (let round = 0; round < (quick ? 4 : 12); round += 1)
      all.push(...(await Promise.all(Array.from({ length: 64 }, () => delivery(ms)))));
    rows.push(row(`deliver, ${ms} ms, alone`, ours), row(`curl, ${ms} ms, alone`, curls));
    rows.push(row(`deliver, ${ms} ms, 64 at once`, all));
    rows.push(row(`load mode, ${ms} ms, 64 at once`, await underLoad(url(ms), payload, rounds)));
  }
  const first = [];
  for (let round = 0; round < (quick ? 8 : 30); round += 1) first.push(await fresh(5));
  rows.push(row('first of a fresh process, 5 ms', first));
  child.disconnect();
  child.kill();
  for (const cells of [['error in milliseconds', 'deliveries', 'p50', 'p99', 'max'], ...rows])
    process.stdout.write(`${cells.map((cell, at) => (at ? String(cell).padStart(10) : cell.padEnd(34))).join(' ')}\n`);
}

async function underLoad(url, payload, rounds) {
  const load = await import('../dist/delivery/load.js').catch(() => null);
  const errors = [];
  const onDelivery = ({ outcome: { response, timing } }) => errors.push(timing.waitMs - tookOf(response.headers));
  const options = { url: new URL(url), payloads: [payload], concurrency: 64, total: Math.min(rounds * 8, 1500) };
  await load?.runLoad({ ...options, onDelivery });
  return errors;
}

function tookOf(headers) {
  return Number(headers.find(([name]) => name.toLowerCase() === 'x-took')[1]);
}

/** The error in milliseconds: by how much the sender's figure is above the receiver's. */
function row(what, errors) {
  const sorted = errors.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const at = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.toFixed(3);
  return [what, errors.length, at(0.5), at(0.99), at(1)];
}
